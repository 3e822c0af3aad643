package dev.harrier.database;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.machine.PrivateFiles;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The password of the embedded server's only role. It is beside the server's folder: in it, the
 * server's user could put another file in its place, which would be read as root and said to
 * whoever answers at the socket.
 *
 * @param file where it is
 */
record PostgresPassword(Path file, String text) {
  private static final int BYTES = 32;
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  PostgresPassword {
    requireNonNull(file, "file");
    requireNonNull(text, "text");
  }

  /**
   * The password, made up if there is none.
   *
   * @param folder of the server, as it was named: where that is a link, the file is beside the link
   */
  static PostgresPassword of(Path folder) throws IOException {
    var absolute = folder.toAbsolutePath().normalize();
    var file = absolute.resolveSibling(absolute.getFileName() + ".password");
    if (!Files.exists(file)) {
      var former = former(folder);
      // The former file goes next, and there is no other copy.
      PrivateFiles.write(file, former.orElseGet(PostgresPassword::madeUp));
    }
    // Also where an earlier start was killed between the two.
    Files.deleteIfExists(inside(folder));
    return new PostgresPassword(file, checked(file, Files.readString(file)));
  }

  @Override
  public String toString() {
    return "the password in " + file;
  }

  /** Where earlier versions had it. */
  private static Path inside(Path folder) {
    return folder.resolve("password");
  }

  private static Optional<String> former(Path folder) throws IOException {
    var file = inside(folder);
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(
          "the password of the embedded PostgreSQL in %s: expected a file, found something else"
              .formatted(file));
    }
    try (var channel =
        Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      // By then all was in the hands of the server's user: a longer file is none of ours.
      var bytes = Channels.newInputStream(channel).readNBytes(2 * BYTES + 1);
      return Optional.of(checked(file, new String(bytes, StandardCharsets.US_ASCII)));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
  }

  private static String checked(Path file, String text) throws IOException {
    var password = text.strip();
    if (!FORM.matcher(password).matches()) {
      throw new IOException(
          "the password of the embedded PostgreSQL in %s: expected %d hexadecimal digits, found something else"
              .formatted(file, 2 * BYTES));
    }
    return password;
  }

  private static String madeUp() {
    var bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
