package dev.harrier.security.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.harrier.security.Caller;
import dev.harrier.security.Strength;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class TokenVerifierTest {
  private static final String ISSUER = "http://localhost:30080";
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final SigningKeys KEY = SigningKeys.generate();
  private static final SigningKeys OTHER_KEY = SigningKeys.generate();

  private static final AttemptId ATTEMPT =
      new AttemptId(new NodeId(new ExecutionId("p", "d", "e"), "n0-0-n1"), 2);

  private final TokenVerifier verifier =
      new TokenVerifier(ISSUER, KEY, at(NOW), Endings.NONE, LiveAttempts.ALL);
  private final TokenIssuer issuer = new TokenIssuer(ISSUER, KEY, at(NOW));

  @Test
  void what_the_issuer_makes_names_its_caller() {
    var token = issuer.forClient("ci", Set.of("all"), Duration.ofMinutes(30));

    var caller = verifier.verify(token.value().reveal());

    assertThat(caller)
        .isEqualTo(new Caller(ISSUER, "sa:ci", Optional.of("ci"), Set.of("all"), Set.of()));
  }

  @Test
  void a_task_is_named_by_its_execution() {
    var token = issuer.forAttempt(ATTEMPT, Duration.ofMinutes(5));

    assertThat(verifier.verify(token.value().reveal()).subject()).isEqualTo("task:p/d/e");
  }

  @Test
  void the_token_of_an_attempt_ends_with_it() {
    var live = new HashSet<>(Set.of(ATTEMPT));
    var own = new TokenVerifier(ISSUER, KEY, at(NOW), Endings.NONE, live::contains);
    var token = issuer.forAttempt(ATTEMPT, Duration.ofMinutes(5)).value().reveal();
    var later = new AttemptId(ATTEMPT.node(), ATTEMPT.number() + 1);
    var next = issuer.forAttempt(later, Duration.ofMinutes(5)).value().reveal();

    assertThat(own.read(token).attempt()).contains(ATTEMPT);
    assertThatThrownBy(() -> own.verify(next)).hasMessageContaining("attempt");
    live.remove(ATTEMPT);

    assertThatThrownBy(() -> own.verify(token)).hasMessageContaining("attempt");
  }

  @Test
  void a_tasks_token_without_its_attempt_is_refused() {
    var token =
        issuer.forGrant("g", "task:p/d/e", Strength.UNKNOWN, "x", Set.of(), Duration.ofMinutes(5));

    assertThatThrownBy(() -> verifier.verify(token.value().reveal()))
        .hasMessageContaining("names no attempt");
  }

  @Test
  void how_sure_the_login_was_is_told_in_the_claims_of_rfc_9068() throws Exception {
    var strength = new Strength(Optional.of("gold"), Set.of("pwd", "otp"));
    var outside = Caller.of("https://idp", "ada");

    for (var token :
        List.of(
            issuer.forGrant("g", "user:ada", strength, "x", Set.of(), Duration.ofMinutes(5)),
            issuer.forGrant("g", outside, strength, "x", Set.of(), Duration.ofMinutes(5)))) {
      var text = token.value().reveal();
      var claims = SignedJWT.parse(text).getJWTClaimsSet();

      assertThat(claims.getStringClaim("acr")).isEqualTo("gold");
      assertThat(claims.getStringListClaim("amr")).containsExactly("otp", "pwd");
      assertThat(verifier.verify(text).strengths()).containsExactlyInAnyOrder("gold", "otp", "pwd");
    }
    var client = issuer.forClient("ci", Set.of(), Duration.ofMinutes(5)).value().reveal();
    assertThat(verifier.verify(client).strengths()).isEmpty();
  }

  @Test
  void a_token_that_was_seen_ends_all_the_same() {
    var token = issuer.forClient("ci", Set.of(), Duration.ofMinutes(30)).value().reveal();
    var clock = new SettableClock(NOW);
    var late = new TokenVerifier(ISSUER, KEY, clock, Endings.NONE, LiveAttempts.ALL);
    late.verify(token);

    clock.now = NOW.plus(Duration.ofMinutes(30));

    assertThatThrownBy(() -> late.verify(token)).hasMessageContaining("ended");
  }

  static Stream<Arguments> refused() throws Exception {
    var rsa = new RSASSASigner(KEY.signing());
    var otherRsa = new RSASSASigner(OTHER_KEY.signing());
    var publicKeyAsSecret = new MACSigner(KEY.signing().toRSAPublicKey().getEncoded());
    return Stream.of(
        Arguments.of("no issuer", token(claims -> claims.issuer(null))),
        Arguments.of("another issuer", token(claims -> claims.issuer("http://localhost:30081"))),
        Arguments.of("issuer with a slash", token(claims -> claims.issuer(ISSUER + "/"))),
        Arguments.of("no audience", token(claims -> claims.audience((String) null))),
        Arguments.of("another audience", token(claims -> claims.audience("http://evil"))),
        Arguments.of(
            "a second audience", token(claims -> claims.audience(List.of(ISSUER, "http://evil")))),
        Arguments.of("no subject", token(claims -> claims.subject(null))),
        Arguments.of("an empty subject", token(claims -> claims.subject(""))),
        Arguments.of("no end", token(claims -> claims.expirationTime(null))),
        Arguments.of("made nobody knows when", token(claims -> claims.issueTime(null))),
        Arguments.of(
            "made in a minute", token(claims -> claims.issueTime(Date.from(NOW.plusSeconds(60))))),
        Arguments.of(
            "good for years",
            token(claims -> claims.expirationTime(Date.from(NOW.plus(Duration.ofDays(3650)))))),
        Arguments.of("ends now", token(claims -> claims.expirationTime(Date.from(NOW)))),
        Arguments.of(
            "ended", token(claims -> claims.expirationTime(Date.from(NOW.minusSeconds(1))))),
        Arguments.of(
            "begins in a minute",
            token(claims -> claims.notBeforeTime(Date.from(NOW.plusSeconds(60))))),
        Arguments.of("a client id of another kind", token(claims -> claims.claim("client_id", 7))),
        Arguments.of("scopes of another kind", token(claims -> claims.claim("scp", "all"))),
        Arguments.of("type JWT", signed(header().type(JOSEObjectType.JWT).build(), rsa)),
        Arguments.of("no type", signed(header().type(null).build(), rsa)),
        Arguments.of("no key id", signed(header().keyID(null).build(), rsa)),
        Arguments.of("another key id", signed(header().keyID("other").build(), rsa)),
        Arguments.of("another key under our id", signed(header().build(), otherRsa)),
        Arguments.of(
            "another key that it brings along",
            signed(header().jwk(OTHER_KEY.signing().toPublicJWK()).build(), otherRsa)),
        Arguments.of(
            "another key that it points to",
            signed(header().jwkURL(URI.create("http://evil/jwks")).build(), otherRsa)),
        Arguments.of(
            "another certificate that it points to",
            signed(header().x509CertURL(URI.create("http://evil/cert")).build(), otherRsa)),
        Arguments.of(
            "an extension that must be known",
            signed(header().criticalParams(Set.of("exp")).customParam("exp", 1).build(), rsa)),
        Arguments.of("RS512", signed(header(JWSAlgorithm.RS512).build(), rsa)),
        Arguments.of("PS256", signed(header(JWSAlgorithm.PS256).build(), rsa)),
        Arguments.of(
            "HS256 with the public key as secret",
            signed(header(JWSAlgorithm.HS256).build(), publicKeyAsSecret)),
        Arguments.of("no signature at all", new PlainJWT(claims().build()).serialize()),
        Arguments.of("alg none spelt out", algNone()),
        Arguments.of("claims changed after signing", changed(token(claims -> {}))),
        Arguments.of("signature cut off", cut(token(claims -> {}))),
        Arguments.of("empty", ""),
        Arguments.of("dots", "..."),
        Arguments.of("a word", "hello"),
        Arguments.of("too long", "a".repeat(20_000)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void refuses(String what, String token) {
    assertUnauthenticated(token, what);
  }

  @Test
  void garbage_is_refused_and_nothing_else_happens() {
    var seed = new SecureRandom().nextLong();
    var random = new Random(seed);
    var good = token(claims -> {});

    for (var round = 0; round < 2_000; round++) {
      assertUnauthenticated(mutated(good, random), "seed " + seed + " round " + round);
    }
  }

  @Test
  void claims_of_any_kind_are_refused_or_read() throws Exception {
    var values = List.of(7, "x", true, List.of(1), java.util.Map.of("a", 1), List.of(List.of()));
    for (var name : List.of("iss", "aud", "sub", "exp", "nbf", "iat", "jti", "client_id", "scp")) {
      for (var value : values) {
        var token = token(claims -> claims.claim(name, value));

        try {
          verifier.verify(token);
        } catch (RejectedException e) {
          assertThat(e.rejection().code()).isEqualTo(Rejection.Code.UNAUTHENTICATED);
        }
      }
    }
  }

  private void assertUnauthenticated(String token, String what) {
    assertThatThrownBy(() -> verifier.verify(token))
        .as(what)
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> assertThat(e.rejection().code()).isEqualTo(Rejection.Code.UNAUTHENTICATED));
  }

  // Only what changes the signed text or the signature: the last letter of base64 has spare bits.
  private static String mutated(String good, Random random) {
    var text = new StringBuilder(good);
    switch (random.nextInt(4)) {
      case 0 -> text.setCharAt(random.nextInt(text.length() - 1), (char) random.nextInt(1, 256));
      case 1 -> text.deleteCharAt(random.nextInt(text.length() - 1));
      case 2 -> text.insert(random.nextInt(text.length() - 1), (char) random.nextInt(33, 127));
      default -> text.setLength(random.nextInt(text.length() - 4));
    }
    return text.toString().equals(good) ? "" : text.toString();
  }

  private static String token(Consumer<JWTClaimsSet.Builder> change) {
    try {
      var claims = claims();
      change.accept(claims);
      var token = new SignedJWT(header().build(), claims.build());
      token.sign(new RSASSASigner(KEY.signing()));
      return token.serialize();
    } catch (com.nimbusds.jose.JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String signed(JWSHeader header, JWSSigner signer) throws Exception {
    var token = new SignedJWT(header, claims().build());
    token.sign(signer);
    return token.serialize();
  }

  private static String algNone() {
    var parts = token(claims -> {}).split("\\.", -1);
    var header =
        "{\"alg\":\"none\",\"typ\":\"at+jwt\",\"kid\":\"" + KEY.signing().getKeyID() + "\"}";
    return base64(header) + "." + parts[1] + ".";
  }

  private static String changed(String token) {
    var parts = token.split("\\.", -1);
    var payload = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
    return parts[0] + "." + base64(payload.replace("sa:ci", "sa:ceo")) + "." + parts[2];
  }

  private static String cut(String token) {
    return token.substring(0, token.lastIndexOf('.') + 1);
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience(ISSUER)
        .subject("sa:ci")
        .issueTime(Date.from(NOW))
        .expirationTime(Date.from(NOW.plusSeconds(60)));
  }

  private static JWSHeader.Builder header() {
    return header(JWSAlgorithm.RS256);
  }

  private static JWSHeader.Builder header(JWSAlgorithm algorithm) {
    return new JWSHeader.Builder(algorithm)
        .type(new JOSEObjectType("at+jwt"))
        .keyID(KEY.signing().getKeyID());
  }

  private static Clock at(Instant instant) {
    return Clock.fixed(instant, ZoneOffset.UTC);
  }

  private static final class SettableClock extends Clock {
    private Instant now;

    SettableClock(Instant now) {
      this.now = now;
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public java.time.ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }
  }
}
