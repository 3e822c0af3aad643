package dev.harrier.security.token;

import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.harrier.security.Secret;
import dev.harrier.security.Subjects;
import dev.harrier.spi.ExecutionId;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;

/** Makes access tokens: JWTs of type {@code at+jwt} (RFC 9068), signed with RS256. */
public final class TokenIssuer {
  static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");
  private static final int ID_BYTES = 16;

  private final String issuer;
  private final SigningKey signingKey;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param issuer the server's own address; also the audience of its tokens
   */
  public TokenIssuer(String issuer, SigningKey signingKey, Clock clock) {
    this.issuer = requireNonNull(issuer, "issuer");
    this.signingKey = requireNonNull(signingKey, "signingKey");
    this.clock = requireNonNull(clock, "clock");
  }

  /**
   * A token and how long it is good for.
   *
   * @param lifetime from now on, in whole seconds
   */
  public record Token(Secret value, Duration lifetime) {}

  /** A token for a client of this home. */
  public Token forClient(String clientId, Set<String> scopes, Duration lifetime) {
    return sign(Subjects.client(clientId), clientId, List.copyOf(scopes), lifetime);
  }

  /** A token for what a task of this execution asks of the API. */
  public Token forTask(ExecutionId execution, Duration lifetime) {
    return sign(Subjects.task(execution), "task", List.of("all"), lifetime);
  }

  private Token sign(String subject, String clientId, List<String> scopes, Duration lifetime) {
    var now = clock.instant();
    var id = new byte[ID_BYTES];
    random.nextBytes(id);
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer)
            .audience(issuer)
            .subject(subject)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(lifetime)))
            .jwtID(Base64.getUrlEncoder().withoutPadding().encodeToString(id))
            .claim("client_id", clientId)
            .claim("scp", scopes)
            .build();
    var header =
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .type(TYPE)
            .keyID(signingKey.key().getKeyID())
            .build();
    var token = new SignedJWT(header, claims);
    try {
      token.sign(new RSASSASigner(signingKey.key()));
    } catch (JOSEException e) {
      throw new IllegalStateException("The signing key signs nothing.", e);
    }
    return new Token(
        new Secret(token.serialize()), lifetime.truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
  }
}
