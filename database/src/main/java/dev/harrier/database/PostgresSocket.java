package dev.harrier.database;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.machine.MachineUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Where the embedded server listens: a Unix socket in a folder of its user's own.
 *
 * @param folder of the socket alone
 */
record PostgresSocket(Path folder) {
  /** It names the socket's file; nothing listens at it. */
  static final int PORT = 5432;

  private static final String NAME = ".s.PGSQL." + PORT;

  /** The longest path of a Unix socket, in bytes, that Linux takes. */
  private static final int PATH_MAX = 107;

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  PostgresSocket {
    requireNonNull(folder, "folder");
  }

  /**
   * Beside the data if the path is short enough for a socket, else in the system's folder for
   * temporary files under a name that is always the same for these data.
   *
   * @param data the server's folder
   */
  static PostgresSocket of(Path data, Account account) throws IOException {
    var beside = data.resolve("socket");
    var longest = beside.resolve(NAME + ".lock").toString();
    if (longest.getBytes(StandardCharsets.UTF_8).length <= PATH_MAX) {
      return new PostgresSocket(ownFolder(beside, account));
    }
    var user = MachineUser.thisName().orElseGet(() -> "" + MachineUser.thisNumber());
    var name = user + "-harrier-" + Integer.toHexString(data.toString().hashCode());
    var temporary = Path.of(System.getProperty("java.io.tmpdir")).toRealPath();
    return new PostgresSocket(ownFolder(temporary.resolve(name), account));
  }

  private static Path ownFolder(Path folder, Account account) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(folder, OWNER_ONLY);
    }
    if (!account.mayOwn(folder)) {
      throw new IOException(
          "the folder %s is for the database's socket: expected it to belong to the user %s, but it belongs to the user %s"
              .formatted(folder, account.number(), MachineUser.owner(folder)));
    }
    account.give(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    return folder;
  }

  /** The socket itself. */
  Path path() {
    return folder.resolve(NAME);
  }
}
