package dev.harrier.security.oauth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Pattern;

/** Proof that who redeems a code is who asked for it (RFC 7636), by SHA-256 alone. */
final class Pkce {
  /** The only method. */
  static final String METHOD = "S256";

  private static final Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");
  private static final Pattern VERIFIER = Pattern.compile("[A-Za-z0-9._~-]{43,128}");

  private Pkce() {}

  static boolean isChallenge(String text) {
    return CHALLENGE.matcher(text).matches();
  }

  /** The challenge of a verifier. */
  static String challenge(String verifier) throws OauthException {
    if (!VERIFIER.matcher(verifier).matches()) {
      throw OauthException.invalidRequest(
          "code_verifier: expected 43 to 128 of A-Z a-z 0-9 . _ ~ -, found another text.");
    }
    try {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java has no SHA-256.", e);
    }
  }
}
