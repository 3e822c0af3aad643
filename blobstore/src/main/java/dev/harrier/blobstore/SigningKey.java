package dev.harrier.blobstore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/** The key behind signed URLs, kept in a file that its owner alone may read. */
public final class SigningKey {
  /** Length of a new key. */
  public static final int BYTES = 32;

  private SigningKey() {}

  /** Reads the key, after making it up if the file is missing. */
  public static byte[] readOrMake(Path file) throws IOException {
    if (!Files.exists(file)) {
      var bytes = new byte[BYTES];
      new SecureRandom().nextBytes(bytes);
      var fresh = file.resolveSibling(file.getFileName() + ".new");
      Files.deleteIfExists(fresh);
      Files.createFile(
          fresh,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(fresh, bytes);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
    var bytes = Files.readAllBytes(file);
    if (bytes.length < BYTES) {
      throw new IOException(
          "the key %s: expected at least %d bytes, got %d".formatted(file, BYTES, bytes.length));
    }
    return bytes;
  }
}
