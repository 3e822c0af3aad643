package dev.harrier.security.token;

import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.harrier.security.Caller;
import dev.harrier.security.Secret;
import dev.harrier.security.Strength;
import dev.harrier.security.Subjects;
import dev.harrier.spi.AttemptId;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes access tokens: JWTs of type {@code at+jwt} (RFC 9068), signed with RS256. */
public final class TokenIssuer {
  static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");

  /** The longest that a token may be good: keys and revocations are kept as long. */
  public static final Duration LIFETIME_MAX = Duration.ofHours(24);

  /** The claim with the id of the grant that a token came from. */
  static final String GRANT_CLAIM = "grant";

  /** The claim with the issuer and subject of somebody for whom another issuer vouches. */
  static final String OUTSIDE_CLAIM = "outside";

  /** The claim with the groups that the other issuer names. */
  static final String GROUPS_CLAIM = "groups";

  /** The claim with the class of the login. */
  static final String CONTEXT_CLAIM = "acr";

  /** The claim with the methods of the login. */
  static final String METHODS_CLAIM = "amr";

  /** The claim with the path of an attempt's node; its execution is in the subject. */
  static final String NODE_CLAIM = "node";

  /** The claim with an attempt's number. */
  static final String ATTEMPT_CLAIM = "attempt";

  private static final int ID_BYTES = 16;

  private final String issuer;
  private final SigningKeys signingKeys;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param issuer the server's own address; also the audience of its tokens
   */
  public TokenIssuer(String issuer, SigningKeys signingKeys, Clock clock) {
    this.issuer = requireNonNull(issuer, "issuer");
    this.signingKeys = requireNonNull(signingKeys, "signingKeys");
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
    return sign(Subjects.client(clientId), clientId, scopes, Optional.empty(), lifetime);
  }

  /**
   * A token for what somebody allowed a client to do.
   *
   * @param grantId ends the token when it is revoked
   */
  public Token forGrant(
      String grantId,
      String subject,
      Strength strength,
      String clientId,
      Set<String> scopes,
      Duration lifetime) {
    return sign(subject, clientId, scopes, Optional.of(grantId), claims(strength), lifetime);
  }

  /**
   * The same for somebody for whom another issuer vouches: the token stands for the same caller as
   * one of that issuer's own does.
   */
  public Token forGrant(
      String grantId,
      Caller outside,
      Strength strength,
      String clientId,
      Set<String> scopes,
      Duration lifetime) {
    var claims = new HashMap<>(claims(strength));
    claims.put(OUTSIDE_CLAIM, Map.of("iss", outside.issuer(), "sub", outside.subject()));
    claims.put(GROUPS_CLAIM, outside.groups().stream().sorted().toList());
    return sign(outside.principal(), clientId, scopes, Optional.of(grantId), claims, lifetime);
  }

  /** A token for what an attempt of a task asks of the API; it ends with the attempt. */
  public Token forAttempt(AttemptId attempt, Duration lifetime) {
    var claims =
        Map.<String, Object>of(NODE_CLAIM, attempt.node().path(), ATTEMPT_CLAIM, attempt.number());
    return sign(
        Subjects.task(attempt.node().execution()),
        "task",
        Set.of("all"),
        Optional.empty(),
        claims,
        lifetime);
  }

  // As RFC 9068 has them: of the login that the token came of.
  private static Map<String, Object> claims(Strength strength) {
    var claims = new HashMap<String, Object>();
    strength.context().ifPresent(context -> claims.put(CONTEXT_CLAIM, context));
    if (!strength.methods().isEmpty()) {
      claims.put(METHODS_CLAIM, strength.methods().stream().sorted().toList());
    }
    return claims;
  }

  private Token sign(
      String subject,
      String clientId,
      Set<String> scopes,
      Optional<String> grantId,
      Duration lifetime) {
    return sign(subject, clientId, scopes, grantId, Map.of(), lifetime);
  }

  private Token sign(
      String subject,
      String clientId,
      Set<String> scopes,
      Optional<String> grantId,
      Map<String, Object> more,
      Duration lifetime) {
    if (lifetime.compareTo(LIFETIME_MAX) > 0) {
      throw new IllegalArgumentException(
          "lifetime of a token: expected at most %s, got %s".formatted(LIFETIME_MAX, lifetime));
    }
    var now = clock.instant();
    var id = new byte[ID_BYTES];
    random.nextBytes(id);
    var sorted = scopes.stream().sorted().toList();
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer)
            .audience(issuer)
            .subject(subject)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(lifetime)))
            .jwtID(Base64.getUrlEncoder().withoutPadding().encodeToString(id))
            .claim("client_id", clientId)
            // As RFC 9068 has it, and as Flyte's own tokens do.
            .claim("scope", String.join(" ", sorted))
            .claim("scp", sorted);
    grantId.ifPresent(grant -> claims.claim(GRANT_CLAIM, grant));
    more.forEach(claims::claim);
    var key = signingKeys.signing();
    var header = new JWSHeader.Builder(JWSAlgorithm.RS256).type(TYPE).keyID(key.getKeyID()).build();
    var token = new SignedJWT(header, claims.build());
    try {
      token.sign(new RSASSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException("The signing key signs nothing.", e);
    }
    return new Token(new Secret(token.serialize()), lifetime.truncatedTo(ChronoUnit.SECONDS));
  }
}
