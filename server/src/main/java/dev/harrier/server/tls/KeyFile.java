package dev.harrier.server.tls;

import static java.nio.file.attribute.PosixFilePermission.GROUP_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.GROUP_WRITE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_READ;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_WRITE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.Set;

/** Who may read a key that somebody else has put there. */
final class KeyFile {
  private static final Set<PosixFilePermission> NEVER =
      Set.of(GROUP_WRITE, GROUP_EXECUTE, OTHERS_READ, OTHERS_WRITE, OTHERS_EXECUTE);

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
    var found = Files.getPosixFilePermissions(file);
    var byGroup = found.contains(PosixFilePermission.GROUP_READ);
    var ofRoot = "root".equals(Files.getOwner(file).getName());
    if (!Collections.disjoint(found, NEVER) || (byGroup && !ofRoot)) {
      throw new UnusableCertificateException(
          "The key %s: expected mode rw------- (or rw-r----- of root), found %s: others may have read it. If nobody did, mend it with 'chmod 600 %s'; else make a new key and certificate."
              .formatted(file, PosixFilePermissions.toString(found), file));
    }
  }
}
