package dev.harrier.admin.query;

import dev.harrier.spi.machine.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The secret that binds page tokens. Whoever has it can make tokens, and reads no more by them. */
public final class PageTokenKey {
  private static final int KEY_BYTES = 32;

  /** As much of a tag as is kept: 128 bits are not guessed. */
  private static final int TAG_BYTES = 16;

  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec secret;

  private PageTokenKey(byte[] secret) {
    this.secret = new SecretKeySpec(secret, ALGORITHM);
  }

  /** A key of this process alone: another one takes none of its tokens. */
  public static PageTokenKey random() {
    return new PageTokenKey(fresh());
  }

  /**
   * Reads the key from a file, or makes it if there is none: tokens outlive a restart.
   *
   * @throws IOException also if the file is no key, or open to others than its owner
   */
  public static PageTokenKey open(Path file) throws IOException {
    if (Files.notExists(file)) {
      PrivateFiles.write(file, Base64.getEncoder().encodeToString(fresh()) + "\n");
    }
    try {
      var bytes = Base64.getDecoder().decode(PrivateFiles.read(file).strip());
      if (bytes.length == KEY_BYTES) {
        return new PageTokenKey(bytes);
      }
    } catch (IllegalArgumentException garbage) {
      // Told below, as any other text that is no key.
    }
    throw new IOException("%s is no key: delete it and a new one is made.".formatted(file));
  }

  /** The tag of some bytes. */
  byte[] tag(byte[] bytes) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      return Arrays.copyOf(mac.doFinal(bytes), TAG_BYTES);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every Java has " + ALGORITHM, missing);
    }
  }

  private static byte[] fresh() {
    var bytes = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }
}
