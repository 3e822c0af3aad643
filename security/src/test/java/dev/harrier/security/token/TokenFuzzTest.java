package dev.harrier.security.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Tag;

/** Whatever stands where a token should: refused as no login, or read; nothing else. */
@Tag("fuzz")
final class TokenFuzzTest {
  private static final String ISSUER = "http://localhost:30080";
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final SigningKeys KEY = SigningKeys.generate();

  /** Most of what is found lies close to this. */
  private static final String GOOD =
      """
      {"iss":"%s","aud":"%s","sub":"user:ada","iat":%d,"exp":%d,"jti":"1","scp":["all"],"""
          .formatted(ISSUER, ISSUER, NOW.getEpochSecond(), NOW.getEpochSecond() + 60);

  private final TokenVerifier verifier =
      new TokenVerifier(
          ISSUER, KEY, Clock.fixed(NOW, ZoneOffset.UTC), Endings.NONE, LiveAttempts.ALL);

  @DictionaryEntries({
    "\"sub\":",
    "\"exp\":",
    "\"nbf\":",
    "\"iat\":",
    "\"client_id\":",
    "\"scp\":",
    "\"aud\":",
    "\"outside\":",
    "task:",
    "null",
    "[]",
    "{}",
    "1e999"
  })
  @FuzzTest(maxDuration = "1m")
  void no_text_passes_for_a_token_and_signed_claims_are_refused_or_read(FuzzedDataProvider data) {
    switch (data.consumeInt(0, 2)) {
      case 0 -> assertThat(read(data.consumeRemainingAsString())).isFalse();
      case 1 -> read(signed(data.consumeRemainingAsString()));
      default -> read(signed(GOOD + data.consumeRemainingAsString() + "}"));
    }
  }

  private boolean read(String token) {
    try {
      verifier.read(token);
      return true;
    } catch (RejectedException e) {
      assertThat(e.rejection().code()).isEqualTo(Rejection.Code.UNAUTHENTICATED);
      assertThat(e.getMessage()).startsWith("The token is not accepted: ").endsWith(".");
      return false;
    }
  }

  // Nothing but a signature of this home's key leads to the claims.
  private static String signed(String claims) {
    try {
      var header =
          new JWSHeader.Builder(JWSAlgorithm.RS256)
              .type(new JOSEObjectType("at+jwt"))
              .keyID(KEY.signing().getKeyID())
              .build();
      var token = new JWSObject(header, new Payload(claims));
      token.sign(new RSASSASigner(KEY.signing()));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
