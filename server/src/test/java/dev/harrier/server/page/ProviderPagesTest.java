package dev.harrier.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.security.provider.FakeProvider;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Browsers that log in at outside providers. */
@ExtendWith(TestDatabase.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProviderPagesTest {
  private final BrowsersUnderTest server;

  ProviderPagesTest(Database database) throws Exception {
    server = new BrowsersUnderTest(database);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void a_provider_logs_somebody_in_who_is_its_issuer_and_subject() throws Exception {
    server.provider.claims.put("sub", "sub-" + UUID.randomUUID());
    server.provider.claims.put("groups", List.of("ml"));
    server.provider.claims.put("preferred_username", "ada");
    var browser = server.browser();

    var answer = browser.logInAtProvider("/console?a=1");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
    assertThat(TestBrowser.location(answer)).isEqualTo("/console?a=1");
    assertThat(browser.me()).isEqualTo(200);
    var principal = "user:" + server.provider.issuer() + "|" + server.provider.claims.get("sub");
    assertThat(server.security.people().find(principal).orElseThrow().groups())
        .containsExactly("ml");
    assertThat(browser.get("/login", Map.of()).body()).contains(principal);
  }

  @Test
  void a_callback_is_worth_nothing_in_another_browser_twice_or_with_another_state()
      throws Exception {
    var victim = server.browser();
    var attacker = server.browser();
    var attackers = attacker.comeBackFromProvider("/x");

    assertThat(victim.get(attackers, Map.of()).statusCode()).isEqualTo(400);
    assertThat(victim.cookies).doesNotContainKey(BrowsersUnderTest.SESSION);
    var other = attackers.replaceAll("state=[^&]*", "state=" + "a".repeat(43));
    assertThat(attacker.get(other, Map.of()).statusCode()).isEqualTo(400);
    var mixed =
        attackers + "&iss=" + URLEncoder.encode("https://evil.test", StandardCharsets.UTF_8);
    assertThat(attacker.get(mixed, Map.of()).statusCode()).isEqualTo(400);
    assertThat(attacker.get(attackers, Map.of()).statusCode()).isEqualTo(303);
    assertThat(attacker.get(attackers, Map.of()).statusCode()).isEqualTo(400);
    for (var path : List.of("/callback", "/callback?state=x&code=y", "/callback?error=<script>")) {
      var answer = attacker.get(path.replace("<", "%3C").replace(">", "%3E"), Map.of());
      assertThat(answer.statusCode()).as(path).isEqualTo(400);
      assertThat(answer.body()).doesNotContain("<script");
    }
  }

  @Test
  void a_provider_cannot_answer_for_another_one() throws Exception {
    var browser = server.browser();
    var back = browser.comeBackFromProvider("/x");
    assertThat(back).startsWith("/callback/fake?");

    for (var mixed : List.of("/callback/other?", "/callback?", "/callback/fake/?")) {
      var answer = browser.get(back.replace("/callback/fake?", mixed), Map.of());
      assertThat(answer.statusCode()).as(mixed).isIn(400, 401, 404);
    }
    assertThat(browser.cookies).doesNotContainKey(BrowsersUnderTest.SESSION);
    assertThat(browser.get(back, Map.of()).statusCode()).isEqualTo(303);

    var silent = browser.backFrom("/login/with/other?redirect_url=/x");
    var issuer = URLEncoder.encode(server.other.issuer(), StandardCharsets.UTF_8);
    assertThat(browser.get(silent, Map.of()).statusCode()).isEqualTo(400);
    assertThat(browser.get(silent + "&iss=" + issuer, Map.of()).statusCode()).isNotEqualTo(400);
  }

  @Test
  void a_provider_that_refuses_or_is_down_leaves_nobody_logged_in() throws Exception {
    var browser = server.browser();
    var refused = browser.comeBackFromProvider("/x");
    server.provider.vouches = false;
    try {
      assertThat(browser.get(refused, Map.of()).statusCode()).isEqualTo(403);
    } finally {
      server.provider.vouches = true;
    }
    var down = browser.comeBackFromProvider("/x");
    server.provider.trouble = FakeProvider.Trouble.GARBAGE;
    try {
      assertThat(browser.get(down, Map.of()).statusCode()).isEqualTo(503);
    } finally {
      server.provider.trouble = FakeProvider.Trouble.NONE;
    }
    assertThat(browser.cookies).doesNotContainKey(BrowsersUnderTest.SESSION);
    var denied = browser.comeBackFromProvider("/x").replaceAll("code=[^&]*", "error=access_denied");
    assertThat(browser.get(denied, Map.of()).body()).contains("(access_denied)");
    assertThat(browser.get("/login/with/nobody", Map.of()).statusCode()).isEqualTo(404);
  }
}
