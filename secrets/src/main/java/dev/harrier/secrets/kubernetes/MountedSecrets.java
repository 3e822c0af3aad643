package dev.harrier.secrets.kubernetes;

import static java.util.Objects.requireNonNull;

import dev.harrier.secrets.SecretService;
import dev.harrier.secrets.ServiceUnavailableException;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretValue;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Secrets in files, as Kubernetes, a CSI driver or Vault Agent mount them: {@code
 * <place>/<group>[/<version>]/<key>} below a folder. What Kubernetes changes in a Secret it changes
 * there.
 */
public final class MountedSecrets implements SecretService {
  private final Path folder;

  /**
   * @param folder below which all files are; a link that leads out of it is not followed
   */
  public MountedSecrets(Path folder) {
    this.folder = requireNonNull(folder, "folder");
  }

  @Override
  public Optional<String> read(String place, SecretId id) throws ServiceUnavailableException {
    try {
      // Not there at all is not the same as empty: a mount that is late must not hide its secrets.
      var root = folder.toRealPath();
      var scope = root.resolve(place);
      var group = scope.resolve(id.group());
      var file = id.version().map(group::resolve).orElse(group).resolve(id.key());
      return content(scope, file);
    } catch (IOException e) {
      throw new ServiceUnavailableException(
          "cannot be read: its folder %s is not there".formatted(folder));
    }
  }

  private static Optional<String> content(Path scope, Path file)
      throws ServiceUnavailableException {
    try {
      var real = file.toRealPath();
      // Kubernetes' own files are links to others beside them.
      if (!real.startsWith(scope.toRealPath())) {
        throw Rejection.invalid(
            "expected a file of its own project and domain, found a link that leads out of their"
                + " folder");
      }
      if (!Files.isRegularFile(real)) {
        return Optional.empty();
      }
      if (Files.size(real) > SecretValue.BYTES_MAX) {
        throw Rejection.invalid(
            "expected a value of at most %s bytes, found %s",
            SecretValue.BYTES_MAX, Files.size(real));
      }
      return Optional.of(SecretValue.ofUtf8(Files.readAllBytes(real)).reveal());
    } catch (NoSuchFileException | NotDirectoryException absent) {
      return Optional.empty();
    } catch (FileSystemException e) {
      // A file where a folder should be says so in words of the system's own.
      if (String.valueOf(e.getReason()).contains("Not a directory")) {
        return Optional.empty();
      }
      throw unreadable(file, e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static ServiceUnavailableException unreadable(Path file, IOException why) {
    return new ServiceUnavailableException(
        "cannot be read at %s (%s)".formatted(file, why.getClass().getSimpleName()));
  }
}
