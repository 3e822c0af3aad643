package dev.harrier.server.tls;

import dev.harrier.spi.machine.FileMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who may read a key that somebody else has put there. */
final class KeyFile {
  private KeyFile() {}

  /**
   * Refuses a key that others may read. Its group may, if root owns it: so do distributions give a
   * key to a service (PostgreSQL has the same rule).
   */
  static void check(Path file) throws IOException, UnusableCertificateException {
    if (!Files.isRegularFile(file)) {
      throw new UnusableCertificateException(
          "The key %s: expected a file, found none".formatted(file));
    }
    var found = FileMode.of(file);
    var ofRoot = "root".equals(Files.getOwner(file).getName());
    if (!(ofRoot ? found.readByGroupAtMost() : found.privateToOwner())) {
      throw new UnusableCertificateException(
          "The key %s: expected mode rw------- (or rw-r----- of root), found %s: others may have read it. If nobody did, mend it with 'chmod 600 %s'; else make a new key and certificate."
              .formatted(file, found, file));
    }
  }
}
