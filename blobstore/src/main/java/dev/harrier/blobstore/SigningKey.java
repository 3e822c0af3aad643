package dev.harrier.blobstore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The secret of this store's URLs. Whoever reads its file may read and write every blob. */
final class SigningKey {
  private static final int SIZE_BYTES = 32;
  private static final String ALGORITHM = "HmacSHA256";
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final SecretKeySpec secret;

  private SigningKey(byte[] secret) {
    this.secret = new SecretKeySpec(secret, ALGORITHM);
  }

  /**
   * Reads the key, or makes it if there is none.
   *
   * @throws IOException also if the file is not a key, or if others than its owner may use it
   */
  static SigningKey open(Path file) throws IOException {
    if (Files.notExists(file)) {
      make(file);
    }
    var permissions = Files.getPosixFilePermissions(file);
    if (!OWNER.containsAll(permissions)) {
      throw new IOException(
          "signing key %s: expected a file for its owner alone (0600), found %s"
              .formatted(file, permissions));
    }
    var bytes = Files.readAllBytes(file);
    if (bytes.length != SIZE_BYTES) {
      throw new IOException(
          "signing key %s: expected %s bytes, found %s".formatted(file, SIZE_BYTES, bytes.length));
    }
    return new SigningKey(bytes);
  }

  /** The signature of a text, as 43 characters that a URL may hold. */
  String sign(String text) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException | InvalidKeyException missing) {
      throw new IllegalStateException("every Java has " + ALGORITHM, missing);
    }
  }

  private static void make(Path file) throws IOException {
    var bytes = new byte[SIZE_BYTES];
    new SecureRandom().nextBytes(bytes);
    var folder = file.toAbsolutePath().resolve("..").normalize();
    Files.createDirectories(folder, Folder.FOLDER_MODE);
    var draft = folder.resolve(file.getFileName() + "." + UUID.randomUUID());
    try {
      try (var channel =
          FileChannel.open(
              draft,
              Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
              Folder.FILE_MODE)) {
        var left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
          channel.write(left);
        }
        channel.force(true);
      }
      // A link fails if another server was faster, and then its key is the one.
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException madeByAnother) {
      // The caller reads what is there.
    } finally {
      Files.deleteIfExists(draft);
    }
  }
}
