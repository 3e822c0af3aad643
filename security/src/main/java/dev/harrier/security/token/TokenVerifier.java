package dev.harrier.security.token;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.harrier.security.Caller;
import dev.harrier.security.Strength;
import dev.harrier.security.Subjects;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells who a token stands for. Only what {@link TokenIssuer} makes passes: one algorithm, one
 * type, this home's keys by their ids for as long as it has them, this server as issuer and as only
 * audience, no longer than a day and not past its end. Keys that a token brings along or points to
 * (jwk, jku, x5c, x5u) are never looked at.
 */
public final class TokenVerifier {
  private static final int TOKEN_CHARACTERS_MAX = 16 * 1024;
  private static final Pattern SHAPE =
      Pattern.compile("[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++");
  private static final int CACHED_TOKENS_MAX = 4096;
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

  private final String issuer;
  private final SigningKeys signingKeys;
  private final Clock clock;
  private final Endings endings;
  private final LiveAttempts attempts;

  // A signature costs some 30 µs to check, and a client sends the same token with every call. Only
  // tokens that passed are kept; their end and those that ended early are compared each time.
  private final Cache<String, VerifiedToken> verified =
      Caffeine.newBuilder().maximumSize(CACHED_TOKENS_MAX).executor(Runnable::run).build();

  /**
   * @param issuer this server's own address
   * @param endings of tokens before their time
   * @param attempts whose tokens are good
   */
  public TokenVerifier(
      String issuer, SigningKeys signingKeys, Clock clock, Endings endings, LiveAttempts attempts) {
    this.issuer = requireNonNull(issuer, "issuer");
    this.signingKeys = requireNonNull(signingKeys, "signingKeys");
    this.clock = requireNonNull(clock, "clock");
    this.endings = requireNonNull(endings, "endings");
    this.attempts = requireNonNull(attempts, "attempts");
  }

  /**
   * What a good token says.
   *
   * @param id of the token itself
   * @param keyId of the key that signed it
   * @param grantId of what it came from, if somebody's login gave it
   * @param attempt that it was made for, if it is a task's
   */
  public record VerifiedToken(
      Caller caller,
      String id,
      String keyId,
      Optional<String> grantId,
      Optional<AttemptId> attempt,
      Instant issuedAt,
      Instant notBefore,
      Instant expiresAt) {
    List<String> ids() {
      return grantId.map(grant -> List.of(id, grant)).orElse(List.of(id));
    }
  }

  /**
   * The caller that the token stands for.
   *
   * @throws RejectedException UNAUTHENTICATED whatever is wrong with it, with a sentence that says
   *     what
   */
  public Caller verify(String token) {
    return read(token).caller();
  }

  /**
   * All that the token says.
   *
   * @throws RejectedException as {@link #verify} does
   */
  public VerifiedToken read(String token) {
    var seen = verified.getIfPresent(token);
    if (seen == null) {
      seen = check(token);
      verified.put(token, seen);
    }
    // Asked each time: what a key signed ends with the key, were it seen before or not.
    if (signingKeys.verifier(seen.keyId()).isEmpty()) {
      throw refused("it names a key that this server does not have");
    }
    var now = clock.instant();
    if (now.plus(CLOCK_SKEW).isBefore(seen.issuedAt())) {
      throw refused("it was made only at %s".formatted(seen.issuedAt()));
    }
    // Exactly at its end a token is over.
    if (!now.isBefore(seen.expiresAt())) {
      throw refused("it ended at %s".formatted(seen.expiresAt()));
    }
    if (now.plus(CLOCK_SKEW).isBefore(seen.notBefore())) {
      throw refused("it begins only at %s".formatted(seen.notBefore()));
    }
    if (endings.ended(seen.caller().principal(), seen.ids())) {
      throw refused("it was revoked, or its owner is disabled");
    }
    if (seen.attempt().isPresent() && !attempts.live(seen.attempt().get())) {
      throw refused("the attempt that it was made for is over");
    }
    return seen;
  }

  /** Whether the token is this server's own and was good before. */
  boolean seen(String token) {
    return verified.getIfPresent(token) != null;
  }

  private VerifiedToken check(String token) {
    if (token.length() > TOKEN_CHARACTERS_MAX) {
      throw refused("it is longer than %s characters".formatted(TOKEN_CHARACTERS_MAX));
    }
    // The library's decoder skips over characters that are none of base64's.
    if (!SHAPE.matcher(token).matches()) {
      throw refused("it is no signed token");
    }
    try {
      var parsed = SignedJWT.parse(token);
      checkHeader(parsed.getHeader());
      var signature =
          Optional.ofNullable(parsed.getHeader().getKeyID()).flatMap(signingKeys::verifier);
      if (signature.isEmpty()) {
        throw refused("it names a key that this server does not have");
      }
      if (!parsed.verify(signature.get())) {
        throw refused("its signature is wrong");
      }
      return checkClaims(parsed.getHeader().getKeyID(), parsed.getJWTClaimsSet());
    } catch (ParseException | JOSEException | IllegalArgumentException | IllegalStateException e) {
      // The reason may quote the token, which is a secret even if it is garbage.
      throw refused("it is no signed token");
    }
  }

  private void checkHeader(JWSHeader header) {
    if (!JWSAlgorithm.RS256.equals(header.getAlgorithm())) {
      throw refused("expected the algorithm RS256, found another");
    }
    if (!TokenIssuer.TYPE.equals(header.getType())) {
      throw refused("expected the type at+jwt, found another or none");
    }
    if (header.getCriticalParams() != null && !header.getCriticalParams().isEmpty()) {
      throw refused("it asks for extensions that this server does not know");
    }
  }

  private VerifiedToken checkClaims(String keyId, JWTClaimsSet claims) throws ParseException {
    if (!issuer.equals(claims.getIssuer())) {
      throw refused("it was made by another server; expected %s".formatted(issuer));
    }
    if (!List.of(issuer).equals(claims.getAudience())) {
      throw refused("it is for another audience; expected %s alone".formatted(issuer));
    }
    var subject = claims.getSubject();
    if (subject == null || subject.isEmpty()) {
      throw refused("it names no subject");
    }
    if (claims.getExpirationTime() == null) {
      throw refused("it has no end");
    }
    if (claims.getIssueTime() == null) {
      throw refused("it does not say when it was made");
    }
    var issuedAt = claims.getIssueTime().toInstant();
    var expiresAt = claims.getExpirationTime().toInstant();
    // Longer than any token of ours: whoever made it has the key, and not this program.
    if (Duration.between(issuedAt, expiresAt).compareTo(TokenIssuer.LIFETIME_MAX) > 0) {
      throw refused("it is good for longer than %s".formatted(TokenIssuer.LIFETIME_MAX));
    }
    var notBefore =
        claims.getNotBeforeTime() == null ? Instant.EPOCH : claims.getNotBeforeTime().toInstant();
    // Of somebody for whom another issuer vouched at the login, the token says it in that one's
    // words: the caller is the same as with that issuer's own tokens.
    var outside = claims.getJSONObjectClaim(TokenIssuer.OUTSIDE_CLAIM);
    var caller =
        new Caller(
                outside == null ? issuer : String.valueOf(outside.get("iss")),
                outside == null ? subject : String.valueOf(outside.get("sub")),
                Optional.ofNullable(claims.getStringClaim("client_id")),
                texts(claims.getStringListClaim("scp")),
                texts(claims.getStringListClaim(TokenIssuer.GROUPS_CLAIM)))
            .after(
                new Strength(
                    Optional.ofNullable(claims.getStringClaim(TokenIssuer.CONTEXT_CLAIM)),
                    texts(claims.getStringListClaim(TokenIssuer.METHODS_CLAIM))));
    return new VerifiedToken(
        caller,
        Optional.ofNullable(claims.getJWTID()).orElse(""),
        keyId,
        Optional.ofNullable(claims.getStringClaim(TokenIssuer.GRANT_CLAIM)),
        attempt(claims, subject),
        issuedAt,
        notBefore,
        expiresAt);
  }

  private static Optional<AttemptId> attempt(JWTClaimsSet claims, String subject)
      throws ParseException {
    var execution = Subjects.task(subject);
    if (execution.isEmpty()) {
      return Optional.empty();
    }
    var node = claims.getStringClaim(TokenIssuer.NODE_CLAIM);
    var number = claims.getIntegerClaim(TokenIssuer.ATTEMPT_CLAIM);
    if (node == null || number == null) {
      throw refused("it names no attempt");
    }
    return Optional.of(new AttemptId(new NodeId(execution.get(), node), number));
  }

  private static Set<String> texts(@Nullable List<String> claim) {
    var texts = new HashSet<String>();
    if (claim != null) {
      for (var text : claim) {
        if (text != null) {
          texts.add(text);
        }
      }
    }
    return texts;
  }

  private static RejectedException refused(String reason) {
    return Rejection.unauthenticated("The token is not accepted: " + reason + ".");
  }
}
