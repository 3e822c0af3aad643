package dev.harrier.security.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.harrier.security.Caller;
import dev.harrier.security.TestClock;
import dev.harrier.security.token.Authenticator;
import dev.harrier.security.token.BrowserCallers;
import dev.harrier.security.token.Endings;
import dev.harrier.security.token.LiveAttempts;
import dev.harrier.security.token.SigningKeys;
import dev.harrier.security.token.TokenVerifier;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Access tokens of an outside provider, good ones and all sorts of bad ones. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ForeignTokenTest {
  private static final String OWN = "http://localhost:30080";
  private static final Map<String, Object> PLAIN = Map.of("typ", "JWT", "alg", "RS256");

  private final TestClock clock = new TestClock();
  private final SigningKeys ownKeys = SigningKeys.generate();
  private final Set<String> disabled = new java.util.HashSet<>();
  private FakeProvider provider = new FakeProvider(clock);
  private Providers providers = of(provider.settings("one"));
  private Authenticator authenticator = authenticator();

  @BeforeAll
  void nothing_else() {
    disabled.clear();
  }

  @BeforeEach
  void begin() {
    providers.close();
    provider.close();
    disabled.clear();
    provider = new FakeProvider(clock);
    providers = of(provider.settings("one"));
    authenticator = authenticator();
  }

  @AfterEach
  void well() {
    provider.trouble = FakeProvider.Trouble.NONE;
  }

  @AfterAll
  void end() {
    providers.close();
    provider.close();
  }

  private Providers of(ProviderSettings... settings) {
    Endings endings = (principal, ids) -> disabled.contains(principal);
    return new Providers(List.of(settings), OWN + "/callback", endings, clock);
  }

  private Authenticator authenticator() {
    return new Authenticator(
        new TokenVerifier(OWN, ownKeys, clock, Endings.NONE, LiveAttempts.ALL),
        providers,
        BrowserCallers.NONE);
  }

  private Caller caller(String token) {
    return authenticator.authenticate(
        name -> name.equals("authorization") ? "Bearer " + token : null);
  }

  private void assertRefused(String token, String why) {
    assertThatThrownBy(() -> caller(token))
        .isInstanceOfSatisfying(
            RejectedException.class,
            refused -> {
              assertThat(refused.rejection().code()).isEqualTo(Rejection.Code.UNAUTHENTICATED);
              assertThat(refused.getMessage()).contains(why).endsWith(".");
            });
  }

  @Test
  void a_caller_is_issuer_and_subject_with_groups_of_a_claim_or_of_one_within_others() {
    var token =
        provider.token(
            Map.of(
                "groups",
                List.of("ml", "ops"),
                "realm_access",
                Map.of("roles", List.of("trainer"))));

    var caller = caller(token);

    assertThat(caller)
        .isEqualTo(
            new Caller(
                provider.issuer(),
                "0a1b",
                Optional.of("a-program"),
                Set.of("openid", "email"),
                Set.of("ml", "ops", "trainer")));
    assertThat(caller.principal()).isEqualTo("user:" + provider.issuer() + "|0a1b");
  }

  @Test
  void the_same_subject_of_two_providers_is_two_callers() {
    try (var other = new FakeProvider(clock);
        var both = of(provider.settings("one"), other.settings("two"))) {
      var one = both.caller(provider.token(Map.of())).orElseThrow();
      var two = both.caller(other.token(Map.of())).orElseThrow();

      assertThat(one.subject()).isEqualTo(two.subject());
      assertThat(one.principal()).isNotEqualTo(two.principal());
      assertThat(one).isNotEqualTo(two);
    }
  }

  @Test
  void a_token_without_client_and_scope_names_its_caller_and_nothing_else() {
    var bare = new HashMap<>(provider.access(Map.of()));
    bare.keySet().removeAll(Set.of("azp", "scope"));

    var caller = caller(FakeProvider.signed(bare, provider.key(), PLAIN));

    assertThat(caller).isEqualTo(Caller.of(provider.issuer(), "0a1b"));
  }

  @TestFactory
  List<DynamicTest> bad_tokens_are_refused_with_a_sentence() throws Exception {
    var now = clock.instant().getEpochSecond();
    var cases = new ArrayList<DynamicTest>();
    change(cases, "expired", Map.of("exp", now), "it ended at");
    change(cases, "expired long ago", Map.of("exp", 1), "it ended at");
    change(cases, "not yet valid", Map.of("nbf", now + 60), "it begins only at");
    change(cases, "made in the future", Map.of("iat", now + 60), "it begins only at");
    change(cases, "another audience", Map.of("aud", "elsewhere"), "another audience");
    change(cases, "the client's audience", Map.of("aud", "harrier"), "another audience");
    change(cases, "no audience among many", Map.of("aud", List.of("a", "b")), "another audience");
    change(cases, "this server's address", Map.of("aud", OWN), "another audience");
    change(cases, "issuer with a slash more", Map.of("iss", provider.issuer() + "/"), "type");
    change(cases, "issuer of another", Map.of("iss", "https://evil.example"), "type");
    change(cases, "this server as issuer", Map.of("iss", OWN), "type");
    change(cases, "an ID token", Map.of("nonce", "n"), "another kind");
    change(cases, "an ID token of keycloak", Map.of("typ", "ID"), "another kind");
    change(cases, "a logout token", Map.of("events", Map.of()), "another kind");
    change(cases, "a subject as our own", Map.of("sub", "user:ada"), "this installation");
    change(cases, "a subject as our engine", Map.of("sub", "engine:local"), "this installation");
    change(cases, "an empty subject", Map.of("sub", ""), "'sub'");
    change(cases, "a subject with a newline", Map.of("sub", "a\nb"), "'sub'");
    change(cases, "a long subject", Map.of("sub", "a".repeat(256)), "'sub'");
    for (var name : List.of("exp", "sub", "aud", "iat", "nbf", "azp", "scope", "groups")) {
      for (var wrong : List.of(true, Map.of("a", 1), List.of(1, 2), -7.5, 1e300)) {
        change(cases, name + " is " + wrong, Map.of(name, wrong), "The token is not accepted");
      }
    }
    change(cases, "exp is text", Map.of("exp", Long.toString(now + 300)), "'exp'");
    change(cases, "exp is beyond", Map.of("exp", Long.MAX_VALUE), "'exp'");
    change(cases, "roles are text", Map.of("realm_access", Map.of("roles", 7)), "roles");
    change(cases, "too many groups", Map.of("groups", many()), "groups");
    without(cases, "exp", "it has no end");
    without(cases, "iss", "type");
    without(cases, "aud", "another audience");
    without(cases, "sub", "'sub'");

    header(cases, "alg none", Map.of("alg", "none"), "no signed token");
    header(cases, "alg of another family", Map.of("alg", "ES256"), "signature");
    header(cases, "an unknown alg", Map.of("alg", "XX999"), "algorithm");
    header(cases, "an unknown key", Map.of("alg", "RS256", "kid", "nobody's"), "key");
    header(cases, "another type", Map.of("alg", "RS256", "typ", "logout+jwt"), "another type");
    header(cases, "critical", Map.of("alg", "RS256", "crit", List.of("x"), "x", 1), "extensions");
    header(cases, "kid is a number", Map.of("alg", "RS256", "kid", 7), "no signed token");

    var good = provider.token(Map.of());
    token(cases, "truncated", good.substring(0, good.length() - 20), "signature");
    token(cases, "without its signature", good.substring(0, good.lastIndexOf('.') + 1), "token");
    token(cases, "1 MB", "a".repeat(1 << 20), "longer than");
    token(cases, "1 MB of claims", provider.token(Map.of("x", "a".repeat(1 << 20))), "longer");
    token(cases, "changed", changed(good), "signature");
    token(cases, "duplicate claims", duplicate(), "The token is not accepted");
    token(cases, "nested without end", nested(), "The token is not accepted");
    token(cases, "signed with the public key as a secret", confused(), "algorithm");
    for (var name : List.of("jku", "x5u")) {
      header(cases, name + " elsewhere", Map.of("alg", "RS256", name, "http://e/keys"), "");
    }
    token(cases, "a key of its own within", ownKeyWithin(), "signature");
    return cases;
  }

  private void change(List<DynamicTest> cases, String name, Map<String, ?> claims, String why) {
    cases.add(DynamicTest.dynamicTest(name, () -> assertRefused(provider.token(claims), why)));
  }

  private void without(List<DynamicTest> cases, String claim, String why) {
    var claims = new HashMap<>(provider.access(Map.of()));
    claims.remove(claim);
    token(cases, "no " + claim, FakeProvider.signed(claims, provider.key(), PLAIN), why);
  }

  private void header(
      List<DynamicTest> cases, String name, Map<String, Object> header, String why) {
    var token = FakeProvider.signed(provider.access(Map.of()), provider.key(), header);
    cases.add(
        DynamicTest.dynamicTest(
            name,
            () -> {
              if (why.isEmpty()) {
                // What it points to is not looked at; the provider's own key holds.
                assertThat(caller(token).subject()).isEqualTo("0a1b");
              } else {
                assertRefused(token, why);
              }
            }));
  }

  private void token(List<DynamicTest> cases, String name, String token, String why) {
    cases.add(DynamicTest.dynamicTest(name, () -> assertRefused(token, why)));
  }

  private static List<String> many() {
    var groups = new ArrayList<String>();
    for (var i = 0; i < 600; i++) {
      groups.add("group-" + i);
    }
    return groups;
  }

  private String changed(String token) {
    var parts = token.split("\\.", -1);
    var claims = provider.access(Map.of("groups", List.of("admins")));
    return parts[0] + "." + Base64URL.encode(JSONObjectUtils.toJSONString(claims)) + "." + parts[2];
  }

  private String duplicate() {
    var json = JSONObjectUtils.toJSONString(provider.access(Map.of()));
    return FakeProvider.signed(
        json.substring(0, json.length() - 1) + ",\"sub\":\"another\"}", provider.key(), PLAIN);
  }

  private String nested() {
    var json = JSONObjectUtils.toJSONString(provider.access(Map.of()));
    var deep = "[".repeat(5_000) + "]".repeat(5_000);
    return FakeProvider.signed(
        json.substring(0, json.length() - 1) + ",\"x\":" + deep + "}", provider.key(), PLAIN);
  }

  private String confused() throws Exception {
    var header = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(provider.key().getKeyID()).build();
    var payload =
        new com.nimbusds.jose.Payload(JSONObjectUtils.toJSONString(provider.access(Map.of())));
    var token = new com.nimbusds.jose.JWSObject(header, payload);
    token.sign(new MACSigner(provider.key().toRSAPublicKey().getEncoded()));
    return token.serialize();
  }

  private String ownKeyWithin() throws Exception {
    var evil =
        new com.nimbusds.jose.jwk.gen.RSAKeyGenerator(2048)
            .keyID(provider.key().getKeyID())
            .generate();
    return FakeProvider.signed(
        provider.access(Map.of()),
        evil,
        Map.of("alg", "RS256", "jwk", evil.toPublicJWK().toJSONObject()));
  }

  @Test
  void any_bytes_in_place_of_a_token_or_its_parts_are_refused() {
    var random = new Random(7);
    var good = provider.token(Map.of()).split("\\.", -1);
    for (var i = 0; i < 2_000; i++) {
      var bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      var parts = good.clone();
      parts[random.nextInt(3)] = Base64URL.encode(bytes).toString();

      assertRefused(String.join(".", parts), "The token is not accepted");
    }
  }

  @Test
  void a_provider_is_not_asked_for_each_call_nor_for_each_unknown_key() {
    caller(provider.token(Map.of()));
    var before = provider.asked.get();

    for (var i = 0; i < 100; i++) {
      caller(provider.token(Map.of("n", i)));
      assertRefused(
          FakeProvider.signed(
              provider.access(Map.of()), provider.key(), Map.of("alg", "RS256", "kid", "k" + i)),
          "key");
    }

    // The clock stands still, so the pause after the first fetch is never over.
    assertThat(before).isEqualTo(2);
    assertThat(provider.asked.get()).isEqualTo(before);
  }

  @Test
  void many_who_come_at_once_cost_one_fetch() {
    var token = provider.token(Map.of());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<CompletableFuture<Caller>>();
      for (var i = 0; i < 200; i++) {
        all.add(CompletableFuture.supplyAsync(() -> caller(token), threads));
      }
      all.forEach(one -> assertThat(one.join().subject()).isEqualTo("0a1b"));
    }

    assertThat(provider.asked.get()).isEqualTo(2);
  }

  @Test
  void a_rotated_key_is_found_and_tokens_of_the_old_one_end() {
    var old = provider.token(Map.of());
    caller(old);
    provider.rotate("second");
    clock.forward(Duration.ofSeconds(20));

    assertThat(caller(provider.token(Map.of())).subject()).isEqualTo("0a1b");
    assertRefused(old, "key");
  }

  @Test
  void a_provider_that_is_down_is_asked_ever_more_rarely_and_its_known_keys_hold() {
    caller(provider.token(Map.of()));
    provider.trouble = FakeProvider.Trouble.ERROR;
    clock.forward(Duration.ofHours(1));
    var before = provider.asked.get();

    for (var second = 0; second < 120; second++) {
      assertThat(caller(provider.token(Map.of("n", second))).subject()).isEqualTo("0a1b");
      clock.forward(Duration.ofSeconds(1));
    }

    assertThat(provider.asked.get() - before).isLessThan(16);
    provider.trouble = FakeProvider.Trouble.NONE;
    clock.forward(Duration.ofHours(24));
    assertThat(caller(provider.token(Map.of())).subject()).isEqualTo("0a1b");
  }

  @ParameterizedTest
  @EnumSource(FakeProvider.Trouble.class)
  void a_provider_in_trouble_from_the_start_proves_nobody(FakeProvider.Trouble trouble) {
    provider.trouble = trouble;
    var token = provider.token(Map.of());

    if (trouble == FakeProvider.Trouble.NONE) {
      assertThat(caller(token).subject()).isEqualTo("0a1b");
    } else {
      assertThatThrownBy(() -> caller(token))
          .isInstanceOf(ProviderUnavailableException.class)
          .hasMessageContaining("'one'")
          .hasMessageNotContaining(token);
    }
  }

  @Test
  void who_is_disabled_here_is_refused_with_a_token_that_was_seen() {
    var token = provider.token(Map.of());
    var caller = caller(token);
    disabled.add(caller.principal());

    assertRefused(token, "disabled");
  }

  @Test
  void an_end_is_an_end_for_a_token_that_was_seen() {
    var token = provider.token(Map.of());
    caller(token);
    clock.forward(Duration.ofMinutes(5));

    assertRefused(token, "it ended at");
  }
}
