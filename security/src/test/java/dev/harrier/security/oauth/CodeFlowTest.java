package dev.harrier.security.oauth;

import static dev.harrier.security.oauth.Logins.error;
import static dev.harrier.security.oauth.Logins.ok;
import static dev.harrier.security.oauth.Logins.query;
import static dev.harrier.security.oauth.Logins.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.audit.Event;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.security.oauth.AuthorizeEndpoint.Request;
import dev.harrier.security.token.AccountStatus;
import dev.harrier.spi.RejectedException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(TestDatabase.class)
final class CodeFlowTest {
  private final Database database;
  private final Logins logins;

  CodeFlowTest(Database database) {
    this.database = database;
    logins = new Logins(database);
  }

  @Test
  void a_code_comes_back_with_state_and_issuer_and_gives_tokens_of_the_user() throws Exception {
    var good = (Request.Good) logins.server.authorize().check(query(Map.of()));

    var back = logins.server.authorize().allowed(good, logins.session());
    var tokens = ok(logins.redeem(Logins.answer(back).getOrDefault("code", ""), Map.of()));

    assertThat(back.toString()).startsWith(Logins.REDIRECT + "?code=");
    assertThat(Logins.answer(back))
        .containsEntry("state", "s t&te")
        .containsEntry("iss", Logins.ISSUER);
    assertThat(tokens).containsEntry("token_type", "Bearer").containsEntry("expires_in", 1800L);
    var caller = logins.verifier.verify(text(tokens, "access_token"));
    assertThat(caller.subject()).isEqualTo("user:" + logins.user.name());
    assertThat(caller.clientId()).contains("flytectl");
    assertThat(caller.strengths()).containsExactly("pwd");
  }

  @Test
  void a_denial_is_told_to_the_client() throws Exception {
    var good = (Request.Good) logins.server.authorize().check(query(Map.of()));

    assertThat(Logins.answer(logins.server.authorize().denied(good)))
        .containsEntry("error", "access_denied")
        .containsEntry("state", "s t&te")
        .containsEntry("iss", Logins.ISSUER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:53593/callback",
        "http://localhost:1/callback",
        "http://localhost/callback",
        "http://localhost:12345",
        "http://127.0.0.1:4711/callback",
        "http://[::1]:4711/callback"
      })
  void a_loopback_address_is_good_with_any_port(String redirect) throws Exception {
    assertThat(logins.server.authorize().check(query(Map.of("redirect_uri", redirect))))
        .isInstanceOf(Request.Good.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:53593/callback/",
        "http://localhost:53593/callback?x=1",
        "http://localhost:53593/callback#x",
        "http://localhost:53593/Callback",
        "http://localhost:53593/callback/../x",
        "http://localhost:53593/%63allback",
        "http://localhost:53593@evil.example/callback",
        "http://localhost.evil.example/callback",
        "http://LOCALHOST:53593/callback",
        "http://user@localhost:53593/callback",
        "http://localhost:053593/callback",
        "http://127.0.0.2/callback",
        "http://evil.example/callback",
        "https://localhost:53593/callback",
        "https:///evil",
        "https:evil",
        "/\\evil",
        "\\\\evil",
        "//evil",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://localhost:53593/callback\r\nx: y",
        "/callback"
      })
  void any_other_redirect_keeps_the_browser_here(String redirect) throws Exception {
    assertThat(logins.server.authorize().check(query(Map.of("redirect_uri", redirect))))
        .isInstanceOf(Request.Untrusted.class);
  }

  @Test
  void an_unknown_client_or_none_or_a_parameter_twice_keeps_the_browser_here() throws Exception {
    var endpoint = logins.server.authorize();

    assertThat(endpoint.check(query(Map.of("client_id", "evil"))))
        .isInstanceOf(Request.Untrusted.class);
    assertThat(endpoint.check("")).isInstanceOf(Request.Untrusted.class);
    assertThat(endpoint.check(query(Map.of()) + "&redirect_uri=http://evil.example"))
        .isInstanceOf(Request.Untrusted.class);
  }

  @ParameterizedTest
  @CsvSource({
    "code_challenge,'',invalid_request",
    "code_challenge,short,invalid_request",
    "code_challenge_method,plain,invalid_request",
    "code_challenge_method,'',invalid_request",
    "response_type,token,unsupported_response_type",
    "response_type,'',invalid_request",
    "response_mode,fragment,invalid_request",
    "scope,root,invalid_scope"
  })
  void what_else_is_wrong_is_told_to_the_client(String name, String value, String error)
      throws Exception {
    var refused = (Request.Refused) logins.server.authorize().check(query(Map.of(name, value)));

    assertThat(refused.back().toString()).startsWith(Logins.REDIRECT + "?");
    assertThat(Logins.answer(refused.back()))
        .containsEntry("error", error)
        .containsEntry("state", "s t&te");
  }

  @Test
  void a_code_is_good_once_and_the_second_use_ends_what_came_of_the_first() throws Exception {
    var code = logins.code();
    var tokens = ok(logins.redeem(code, Map.of()));

    var again = logins.redeem(code, Map.of());

    assertThat(error(again)).isEqualTo("invalid_grant");
    assertThat(error(logins.refresh(text(tokens, "refresh_token")))).isEqualTo("invalid_grant");
    assertRevoked(text(tokens, "access_token"));
  }

  @Test
  void a_code_is_over_after_a_minute() throws Exception {
    var code = logins.code();
    logins.clock.forward(Duration.ofSeconds(61));

    assertThat(error(logins.redeem(code, Map.of()))).isEqualTo("invalid_grant");
  }

  @ParameterizedTest
  @CsvSource({
    "client_id,flytekit",
    "redirect_uri,http://localhost:12345/callback",
    "code_verifier,wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww"
  })
  void a_code_is_for_one_client_redirect_and_verifier(String name, String value) throws Exception {
    var code = logins.code();

    assertThat(error(logins.redeem(code, Map.of(name, value)))).isEqualTo("invalid_grant");
    assertThat(error(logins.redeem(code, Map.of()))).isEqualTo("invalid_grant");
  }

  @Test
  void a_public_client_that_shows_a_secret_is_refused_and_its_code_stays_good() throws Exception {
    var code = logins.code();

    var probed = logins.redeem(code, Map.of("client_secret", "x"));

    assertThat(error(probed)).isEqualTo("invalid_client");
    ok(logins.redeem(code, Map.of()));
  }

  @Test
  void a_refresh_token_is_good_once_and_its_reuse_ends_the_family() throws Exception {
    var first = ok(logins.redeem(logins.code(), Map.of()));
    var second = ok(logins.refresh(text(first, "refresh_token")));
    assertThat(text(second, "refresh_token")).isNotEqualTo(text(first, "refresh_token"));

    var reused = logins.refresh(text(first, "refresh_token"));

    assertThat(error(reused)).isEqualTo("invalid_grant");
    assertThat(logins.events.of(Event.TOKEN_REUSED))
        .anySatisfy(
            record -> assertThat(record.actor().principal()).isEqualTo(logins.user.subject()));
    assertThat(error(logins.refresh(text(second, "refresh_token")))).isEqualTo("invalid_grant");
    assertRevoked(text(first, "access_token"));
    assertRevoked(text(second, "access_token"));
  }

  @Test
  void a_login_that_is_refreshed_without_pause_waits_and_loses_nothing() throws Exception {
    var token = text(ok(logins.redeem(logins.code(), Map.of())), "refresh_token");
    for (var refresh = 0; refresh < 30; refresh++) {
      token = text(ok(logins.refresh(token)), "refresh_token");
    }

    var refused = logins.refresh(token);

    assertThat(refused.status()).isEqualTo(503);
    assertThat(error(refused)).isEqualTo("temporarily_unavailable");
    logins.clock.forward(Duration.ofSeconds(10));
    token = text(ok(logins.refresh(token)), "refresh_token");
    assertThat(logins.refresh(token).status()).isEqualTo(503);
    logins.clock.forward(Duration.ofMinutes(5));
    ok(logins.refresh(token));
  }

  @Test
  void of_many_that_use_a_refresh_token_at_once_one_wins() throws Exception {
    var token = text(ok(logins.redeem(logins.code(), Map.of())), "refresh_token");
    Callable<Integer> use = () -> logins.refresh(token).status();

    var statuses = new HashSet<Integer>();
    var won = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var used : threads.invokeAll(IntStream.range(0, 8).mapToObj(i -> use).toList())) {
        statuses.add(used.get());
        won += used.get() == 200 ? 1 : 0;
      }
    }

    assertThat(won).isEqualTo(1);
    assertThat(statuses).containsExactlyInAnyOrder(200, 400);
  }

  @Test
  void a_login_ends_after_a_month_however_often_it_is_refreshed() throws Exception {
    var tokens = ok(logins.redeem(logins.code(), Map.of()));
    for (var day = 0; day < 29; day += 5) {
      logins.clock.forward(Duration.ofDays(5));
      if (day < 25) {
        tokens = ok(logins.refresh(text(tokens, "refresh_token")));
      }
    }

    assertThat(error(logins.refresh(text(tokens, "refresh_token")))).isEqualTo("invalid_grant");
  }

  @Test
  void a_refresh_token_that_nobody_uses_is_over_after_a_week() throws Exception {
    var tokens = ok(logins.redeem(logins.code(), Map.of()));
    logins.clock.forward(Duration.ofDays(8));

    assertThat(error(logins.refresh(text(tokens, "refresh_token")))).isEqualTo("invalid_grant");
  }

  @Test
  void a_disabled_user_is_out_at_once() throws Exception {
    var tokens = ok(logins.redeem(logins.code(), Map.of()));
    var code = logins.code();

    logins.users.setDisabled(logins.user.name(), true);

    assertRevoked(text(tokens, "access_token"));
    assertThat(error(logins.refresh(text(tokens, "refresh_token")))).isEqualTo("invalid_grant");
    assertThat(error(logins.redeem(code, Map.of()))).isEqualTo("invalid_grant");
    assertThatThrownBy(logins::code).isInstanceOf(RejectedException.class);
  }

  @Test
  void what_one_process_ends_another_knows_when_it_has_looked() throws Exception {
    var tokens = ok(logins.redeem(logins.code(), Map.of()));
    var token = logins.verifier.read(text(tokens, "access_token"));
    var ids = List.of(token.id(), token.grantId().orElseThrow());
    var elsewhere = new AccountStatus(database, logins.clock);
    elsewhere.refresh();
    assertThat(elsewhere.ended(token.caller().subject(), ids)).isFalse();

    assertThat(error(logins.refresh(text(tokens, "refresh_token") + "x")))
        .isEqualTo("invalid_grant");
    var next = ok(logins.refresh(text(tokens, "refresh_token")));
    assertThat(error(logins.refresh(text(tokens, "refresh_token")))).isEqualTo("invalid_grant");
    elsewhere.refresh();

    assertThat(next).containsKey("access_token");
    assertThat(elsewhere.ended(token.caller().subject(), ids)).isTrue();
    elsewhere.close();
  }

  @Test
  void codes_and_refresh_tokens_are_no_access_tokens() throws Exception {
    var code = logins.code();
    assertRevoked(code);
    assertRevoked(text(ok(logins.redeem(code, Map.of())), "refresh_token"));
  }

  @Test
  void a_login_without_offline_gives_no_refresh_token() throws Exception {
    var good = (Request.Good) logins.server.authorize().check(query(Map.of("scope", "all")));
    var code =
        Logins.answer(logins.server.authorize().allowed(good, logins.session()))
            .getOrDefault("code", "");

    assertThat(ok(logins.redeem(code, Map.of()))).doesNotContainKey("refresh_token");
  }

  private void assertRevoked(String token) {
    assertThatThrownBy(() -> logins.verifier.verify(token))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("not accepted");
  }
}
