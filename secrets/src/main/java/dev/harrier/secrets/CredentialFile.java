package dev.harrier.secrets;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.regex.Pattern;

/**
 * A file that an agent or an operator puts a credential into, read anew each time: agents replace
 * them.
 */
public final class CredentialFile {
  private static final long BYTES_MAX = 64 << 10;
  private static final Pattern ONE_LINE = Pattern.compile("[\\x21-\\x7e]+");

  private final Path file;

  /**
   * @param file never named in a log together with what it holds
   */
  public CredentialFile(Path file) {
    this.file = requireNonNull(file, "file");
  }

  /**
   * A credential of one line: a token, or a password.
   *
   * @throws ServiceUnavailableException if it cannot be read or others may read it
   */
  public Secret line() throws ServiceUnavailableException {
    refuseOpen();
    return jwt();
  }

  /**
   * A token that the platform puts there, which Kubernetes lets all of the container's users read.
   *
   * @throws ServiceUnavailableException if it cannot be read
   */
  public Secret jwt() throws ServiceUnavailableException {
    var text = read().strip();
    if (!ONE_LINE.matcher(text).matches()) {
      throw new ServiceUnavailableException(
          "cannot be asked: expected a credential of one line in %s, found another text"
              .formatted(file));
    }
    return new Secret(text);
  }

  /**
   * A credential of several lines, such as a key.
   *
   * @throws ServiceUnavailableException if it cannot be read or others may read it
   */
  public Secret text() throws ServiceUnavailableException {
    refuseOpen();
    return new Secret(read());
  }

  private void refuseOpen() throws ServiceUnavailableException {
    try {
      var mode = Files.getPosixFilePermissions(file);
      if (mode.contains(PosixFilePermission.OTHERS_READ)
          || mode.contains(PosixFilePermission.OTHERS_WRITE)) {
        throw new ServiceUnavailableException(
            "cannot be asked: others may read or change %s. Mend it with 'chmod 600', and if somebody may have read it, replace what is in it"
                .formatted(file));
      }
    } catch (IOException e) {
      throw missing();
    }
  }

  private String read() throws ServiceUnavailableException {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw new ServiceUnavailableException(
            "cannot be asked: expected a credential of at most %s bytes in %s, found more"
                .formatted(BYTES_MAX, file));
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw missing();
    }
  }

  private ServiceUnavailableException missing() {
    return new ServiceUnavailableException(
        "cannot be asked: its credential in %s cannot be read".formatted(file));
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
