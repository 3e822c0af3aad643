package dev.harrier.security.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.security.Secret;
import dev.harrier.security.Strength;
import dev.harrier.security.TestClock;
import dev.harrier.security.token.Endings;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Logins at a provider, and ID tokens that answer another login or none. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProviderLoginTest {
  private final TestClock clock = new TestClock();
  private final FakeProvider provider = new FakeProvider(clock);
  private final Providers providers =
      new Providers(
          List.of(provider.settings("fake")), "http://localhost/callback", Endings.NONE, clock);
  private final ProviderLogin login = providers.login("fake").orElseThrow();
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void wellAgain() {
    provider.idClaims.clear();
    provider.trouble = FakeProvider.Trouble.NONE;
  }

  @AfterAll
  void stop() {
    client.close();
    providers.close();
    provider.close();
  }

  @Test
  void a_login_goes_there_with_pkce_and_comes_back_with_somebody() throws Exception {
    provider.idClaims.putAll(
        Map.of(
            "groups", List.of("ml"),
            "preferred_username", "ada",
            "email", "a@example.org",
            "acr", "gold",
            "amr", List.of("pwd", "otp")));
    var begun = login.begin();
    var asked = parameters(begun.address());

    var ended = login.end(code(begun), begun.nonce(), new Secret(begun.verifier()));

    assertThat(asked)
        .containsEntry("client_id", FakeProvider.CLIENT_ID)
        .containsEntry("response_type", "code")
        .containsEntry("code_challenge_method", "S256")
        .containsEntry("redirect_uri", "http://localhost/callback")
        .doesNotContainValue(begun.verifier());
    assertThat(ended.person())
        .isEqualTo(new Person(provider.issuer(), "0a1b", Set.of("ml"), "ada", "a@example.org"));
    assertThat(ended.strength()).isEqualTo(new Strength(Optional.of("gold"), Set.of("pwd", "otp")));
    assertThat(ended.renewal()).isPresent();
  }

  @Test
  void no_two_logins_share_a_state_nonce_or_verifier() {
    var one = login.begin();
    var other = login.begin();

    assertThat(List.of(one.state(), one.nonce(), one.verifier()))
        .doesNotContain(other.state(), other.nonce(), other.verifier())
        .doesNotHaveDuplicates()
        .allSatisfy(text -> assertThat(text).hasSize(43));
  }

  static Stream<Arguments> notForThisLogin() {
    return Stream.of(
        Arguments.of("nonce", "another", "another login"),
        Arguments.of("nonce", null, "another login"),
        Arguments.of("nonce", 7, "'nonce'"),
        Arguments.of("aud", "another", "another client"),
        Arguments.of("aud", null, "another client"),
        Arguments.of("aud", FakeProvider.AUDIENCE, "another client"),
        Arguments.of("azp", "another", "given to another client"),
        Arguments.of("iss", "https://evil.example", "another issuer"),
        Arguments.of("iss", null, "'iss'"),
        Arguments.of("exp", 1, "it ended at"),
        Arguments.of("exp", null, "no end"),
        Arguments.of("nbf", 99_999_999_999L, "begins only"),
        Arguments.of("sub", null, "'sub'"),
        Arguments.of("sub", "sa:harrier-local", "this installation"),
        Arguments.of("acr", true, "'acr'"),
        Arguments.of("amr", List.of(List.of("pwd")), "'amr'"),
        Arguments.of("amr", List.of("a\nb"), "'amr'"),
        Arguments.of("groups", 7, "'groups'"),
        Arguments.of("groups", List.of(List.of("ml")), "'groups'"));
  }

  @ParameterizedTest
  @MethodSource("notForThisLogin")
  void an_id_token_that_does_not_answer_this_login_logs_nobody_in(
      String claim, Object value, String why) throws Exception {
    provider.idClaims.put(claim, value);
    var begun = login.begin();
    var code = code(begun);

    assertThatThrownBy(() -> login.end(code, begun.nonce(), new Secret(begun.verifier())))
        .isInstanceOfSatisfying(
            RejectedException.class,
            refused -> {
              assertThat(refused.rejection().code()).isEqualTo(Rejection.Code.UNAUTHENTICATED);
              assertThat(refused.getMessage()).contains(why);
            });
  }

  @Test
  void an_id_token_for_several_must_have_been_given_to_this_client() throws Exception {
    provider.idClaims.put("aud", List.of(FakeProvider.CLIENT_ID, "another"));
    var good = login.begin();
    var goodCode = code(good);
    assertThat(login.end(goodCode, good.nonce(), new Secret(good.verifier())).person().subject())
        .isEqualTo("0a1b");

    provider.idClaims.putAll(Collections.singletonMap("azp", null));
    var begun = login.begin();
    var code = code(begun);

    assertThatThrownBy(() -> login.end(code, begun.nonce(), new Secret(begun.verifier())))
        .hasMessageContaining("given to another client");
  }

  @Test
  void a_code_without_its_verifier_is_worth_nothing() throws Exception {
    var begun = login.begin();
    var code = code(begun);

    assertThatThrownBy(() -> login.end(code, begun.nonce(), new Secret("v".repeat(43))))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("does not vouch");
  }

  @ParameterizedTest
  @EnumSource(
      value = FakeProvider.Trouble.class,
      names = {"ERROR", "GARBAGE", "HUGE", "REDIRECTS", "TRICKLES"})
  void a_provider_in_trouble_is_told_as_what_it_is(FakeProvider.Trouble trouble) throws Exception {
    var begun = login.begin();
    var code = code(begun);
    provider.trouble = trouble;

    assertThatThrownBy(() -> login.end(code, begun.nonce(), new Secret(begun.verifier())))
        .isInstanceOf(ProviderUnavailableException.class)
        .hasMessageContaining("'fake'")
        .hasMessageNotContaining(code.reveal());
  }

  @Test
  void codes_that_are_none_do_not_flood_the_provider() throws Exception {
    login.begin();
    provider.trouble = FakeProvider.Trouble.HANGS;
    var before = provider.asked.get();
    var none = new Secret("none");

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var i = 0; i < 200; i++) {
        threads.execute(
            () ->
                assertThatThrownBy(() -> login.end(none, "", none))
                    .isInstanceOf(ProviderUnavailableException.class));
      }
    }

    assertThat(provider.asked.get() - before).isBetween(1, 32);
  }

  @Test
  void somebody_is_renewed_while_the_provider_vouches() {
    provider.idClaims.put("groups", List.of("ops"));

    var renewed = login.renew(new Secret("renewal"));

    assertThat(renewed.person().map(Person::groups)).isEqualTo(Optional.of(Set.of("ops")));
    assertThatThrownBy(() -> login.renew(new Secret("unknown")))
        .isInstanceOf(RejectedException.class);
  }

  @Test
  void each_of_several_providers_sends_browsers_back_to_an_address_of_its_own() {
    try (var more = new FakeProvider(clock);
        var both =
            new Providers(
                List.of(provider.settings("fake"), more.settings("more")),
                "http://localhost/callback",
                Endings.NONE,
                clock)) {
      var fake = both.login("fake").orElseThrow();

      assertThat(parameters(fake.begin().address()))
          .containsEntry("redirect_uri", "http://localhost/callback/fake");
      assertThat(parameters(both.login("more").orElseThrow().begin().address()))
          .containsEntry("redirect_uri", "http://localhost/callback/more");
      assertThat(fake.sent("http://localhost/callback/fake", Optional.empty())).isTrue();
      assertThat(fake.sent("http://localhost/callback/more", Optional.empty())).isFalse();
      assertThat(fake.sent("http://localhost/callback", Optional.empty())).isFalse();
    }
    assertThat(login.sent("http://localhost/callback", Optional.empty())).isTrue();
  }

  @Test
  void a_provider_that_promises_to_name_itself_must_do_so() {
    try (var naming = new FakeProvider(clock)) {
      naming.namesItself = true;
      try (var alone =
          new Providers(
              List.of(naming.settings("fake")), "http://localhost/callback", Endings.NONE, clock)) {
        var one = alone.login("fake").orElseThrow();

        assertThat(one.sent("http://localhost/callback", Optional.of(naming.issuer()))).isTrue();
        assertThat(one.sent("http://localhost/callback", Optional.of(provider.issuer()))).isFalse();
        assertThat(one.sent("http://localhost/callback", Optional.empty())).isFalse();
      }
    }
  }

  @Test
  void callbacks_of_anybody_take_no_turn_of_a_renewal() throws Exception {
    login.begin();
    provider.trouble = FakeProvider.Trouble.HANGS;
    var before = provider.asked.get();
    var none = new Secret("none");

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var i = 0; i < 32; i++) {
        threads.execute(
            () ->
                assertThatThrownBy(() -> login.end(none, "", none))
                    .isInstanceOf(ProviderUnavailableException.class));
      }
      while (provider.asked.get() - before < 32) {
        Thread.onSpinWait();
      }
      provider.trouble = FakeProvider.Trouble.NONE;

      assertThat(login.renew(new Secret("renewal")).renewal().reveal()).isEqualTo("renewal");
    }
  }

  private Secret code(ProviderLogin.Begun begun) throws Exception {
    var back =
        client
            .send(
                HttpRequest.newBuilder(begun.address()).build(),
                HttpResponse.BodyHandlers.discarding())
            .headers()
            .firstValue("location")
            .orElseThrow();
    var answer = parameters(URI.create(back));
    assertThat(answer).containsEntry("state", begun.state());
    return new Secret(answer.getOrDefault("code", ""));
  }

  private static Map<String, String> parameters(URI address) {
    return Arrays.stream(address.getRawQuery().split("&", -1))
        .map(pair -> pair.split("=", 2))
        .collect(
            Collectors.toMap(
                pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
  }
}
