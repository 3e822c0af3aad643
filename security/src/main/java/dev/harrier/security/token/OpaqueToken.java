package dev.harrier.security.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.harrier.security.Secret;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A code, token or secret that says nothing: 256 random bits. Nobody can guess one, so a plain
 * SHA-256 keeps it, and a look-up by its digest leaks nothing through its timing.
 */
public final class OpaqueToken {
  private static final int BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private OpaqueToken() {}

  /** A new one: 43 letters of base64url. */
  public static Secret make() {
    var bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return new Secret(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** What is kept of one: its SHA-256. */
  public static byte[] digest(Secret token) {
    requireNonNull(token, "token");
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.reveal().getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java has no SHA-256.", e);
    }
  }
}
