package dev.harrier.security.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A policy as somebody wrote it, comments included.
 *
 * @param etag names the text: it follows from it, so that the same text has the same one everywhere
 */
public record PolicyText(String text, String etag) {
  /** Nobody wrote any: administrators may do everything and nobody else anything. */
  public static final PolicyText NONE = new PolicyText("", "");

  private static final int ETAG_BYTES = 16;

  public PolicyText {
    requireNonNull(text, "text");
    requireNonNull(etag, "etag");
  }

  /** A text with its etag; one with nothing in it is {@link #NONE}. */
  public static PolicyText of(String text) {
    if (text.isBlank()) {
      return NONE;
    }
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return new PolicyText(text, HexFormat.of().formatHex(digest, 0, ETAG_BYTES));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has SHA-256", missing);
    }
  }

  /** Whether nobody wrote any. */
  public boolean none() {
    return text.isEmpty();
  }

  /** The refusal of a text that was written on another one than this. */
  RejectedException stale(String expectedEtag) {
    return Rejection.aborted(
        "The policy changed meanwhile: expected the one with the etag '%s', found '%s'. Read it, put your change into it, and ask again.",
        expectedEtag, etag);
  }

  @Override
  public String toString() {
    return none() ? "no policy" : "policy " + etag;
  }
}
