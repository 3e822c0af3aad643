package dev.harrier.security.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.harrier.security.Secret;
import dev.harrier.security.token.OpaqueToken;
import dev.harrier.spi.machine.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts what is kept where others may look: in a browser, in the database. The key is in a file
 * of the home and in neither.
 */
public final class AuthenticatedEncryption {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecureRandom random = new SecureRandom();
  private final SecretKeySpec key;

  private AuthenticatedEncryption(Secret secret) {
    this.key = new SecretKeySpec(OpaqueToken.digest(secret), "AES");
  }

  /** With the key of a file of mode 0600, which is made if there is none. */
  public static AuthenticatedEncryption open(Path file) throws IOException {
    if (!Files.exists(file)) {
      PrivateFiles.write(file, OpaqueToken.make().reveal() + "\n");
    }
    var text = PrivateFiles.read(file).strip();
    if (text.length() < 43) {
      throw new IOException(
          "%s holds no key. Delete it and the next start makes another; browsers log in again."
              .formatted(file));
    }
    return new AuthenticatedEncryption(new Secret(text));
  }

  /** With a key that lives as long as the process. */
  public static AuthenticatedEncryption generate() {
    return new AuthenticatedEncryption(OpaqueToken.make());
  }

  /**
   * Encrypts a text.
   *
   * @param purpose without which nobody decrypts it, so that nothing encrypted for one use passes
   *     in another
   */
  public byte[] encrypt(String purpose, Secret text) {
    var nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      var cipher = cipher(Cipher.ENCRYPT_MODE, purpose, nonce);
      var sealed = cipher.doFinal(text.reveal().getBytes(UTF_8));
      var whole = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
      System.arraycopy(sealed, 0, whole, NONCE_BYTES, sealed.length);
      return whole;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no AES-GCM.", e);
    }
  }

  /** Decrypts what was encrypted for this purpose; empty for all else. */
  public Optional<Secret> decrypt(String purpose, byte[] sealed) {
    if (sealed.length <= NONCE_BYTES) {
      return Optional.empty();
    }
    try {
      var cipher = cipher(Cipher.DECRYPT_MODE, purpose, Arrays.copyOf(sealed, NONCE_BYTES));
      var text = cipher.doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
      return Optional.of(new Secret(new String(text, UTF_8)));
    } catch (GeneralSecurityException e) {
      // Sealed with another key or for another purpose, or changed: it says nothing.
      return Optional.empty();
    }
  }

  private Cipher cipher(int mode, String purpose, byte[] nonce) throws GeneralSecurityException {
    var cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(purpose.getBytes(UTF_8));
    return cipher;
  }
}
