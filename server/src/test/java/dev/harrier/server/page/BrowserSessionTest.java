package dev.harrier.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions of browsers, and the cookies that hold them. */
@ExtendWith(TestDatabase.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BrowserSessionTest {
  private final BrowsersUnderTest server;

  BrowserSessionTest(Database database) throws Exception {
    server = new BrowsersUnderTest(database);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void a_cookie_is_for_this_host_alone_over_tls_and_out_of_scripts_reach() throws Exception {
    var browser = server.browser();

    var answer = browser.logIn("/login?redirect_url=/console");

    var set =
        answer.headers().allValues("set-cookie").stream()
            .filter(one -> one.startsWith(BrowsersUnderTest.SESSION))
            .findFirst()
            .orElseThrow();
    assertThat(set)
        .contains("; Path=/;", "; HttpOnly", "; SameSite=Lax", "; Secure", "; Max-Age=604800")
        .doesNotContain("Domain");
    assertThat(browser.cookies.get(BrowsersUnderTest.SESSION)).hasSize(43);
    assertThat(TestBrowser.location(answer)).isEqualTo("/console");
  }

  @Test
  void the_console_in_the_background_is_led_on_while_the_session_is_good_and_told_401_else()
      throws Exception {
    var browser = server.browser();
    var path = "/login?redirect_url=/console/select-project";
    var fetch = Map.of("sec-fetch-mode", "cors", "sec-fetch-site", "same-origin");

    assertThat(browser.get(path, fetch).statusCode()).isEqualTo(401);
    browser.logIn("/login");
    var led = browser.get(path, fetch);

    assertThat(led.statusCode()).isEqualTo(303);
    assertThat(TestBrowser.location(led)).isEqualTo("/console/select-project");
    browser.post("/logout", "", Map.of());
    assertThat(browser.get(path, fetch).statusCode()).isEqualTo(303);
    browser.cookies.put(BrowsersUnderTest.SESSION, "a".repeat(43));
    assertThat(browser.get(path, fetch).statusCode()).isEqualTo(401);
  }

  @Test
  void nobody_is_led_elsewhere() throws Exception {
    var browser = server.browser();
    browser.logIn("/login");

    for (var evil :
        List.of(
            "https://evil.test", "//evil.test", "https:evil.test", "%2F%2Fevil.test", "/%5Cevil")) {
      var login = browser.get("/login?redirect_url=" + evil, Map.of());
      var logout = server.browser().get("/logout?redirect_url=" + evil, Map.of());
      assertThat(TestBrowser.location(login)).as(evil).isIn("/login", "/%5Cevil");
      assertThat(TestBrowser.location(logout)).as(evil).isIn("/login", "/%5Cevil");
    }
    assertThat(
            TestBrowser.location(
                browser.get("/login?redirect_url=https://console.test/a?b=1&c", Map.of())))
        .isEqualTo("https://console.test/a?b=1&c");
  }

  @Test
  void a_session_that_somebody_planted_is_not_the_one_after_the_login() throws Exception {
    var attacker = server.browser();
    attacker.logIn("/login");
    var victim = server.browser();
    victim.cookies.putAll(attacker.cookies);

    victim.logIn("/login?switch=1&redirect_url=/x");

    assertThat(victim.cookies.get(BrowsersUnderTest.SESSION))
        .isNotEqualTo(attacker.cookies.get(BrowsersUnderTest.SESSION));
    assertThat(attacker.me()).isEqualTo(401);
    assertThat(victim.me()).isEqualTo(200);
  }

  @Test
  void somebody_sees_and_ends_their_own_sessions_and_nobody_elses() throws Exception {
    var browser = server.browser();
    var other = server.browser();
    browser.logIn("/login");
    other.logInAtProvider("/x");
    var theirs =
        server.security.sessions().all().stream()
            .filter(one -> one.provider().isPresent())
            .findFirst()
            .orElseThrow()
            .id();
    var headers = Map.of("origin", BrowsersUnderTest.ISSUER);

    var listed = browser.post("/harrier/sessions/list", "{}", headers).body();
    var mine = server.security.sessions().of("user:" + server.name).getFirst().id();

    assertThat(listed).contains(mine).doesNotContain(theirs);
    assertThat(
            browser
                .post("/harrier/sessions/end", "{\"id\":\"" + theirs + "\"}", headers)
                .statusCode())
        .isEqualTo(404);
    assertThat(other.me()).isEqualTo(200);
    var account = browser.get("/login", Map.of());
    assertThat(account.body()).contains(mine).doesNotContain(theirs);
    browser.submit("/login", account, Map.of("end", theirs));
    assertThat(other.me()).isEqualTo(200);
    browser.submit("/login", account, Map.of("end", mine));
    assertThat(browser.me()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "%00", "AAAA", "....", "é", "a=b=c"})
  void a_cookie_that_is_none_is_nobody(String value) throws Exception {
    var browser = server.browser();
    browser.cookies.put(BrowsersUnderTest.SESSION, value.replace("é", "x"));

    assertThat(browser.me()).isEqualTo(401);
    assertThat(browser.get("/login", Map.of()).statusCode()).isEqualTo(200);
  }
}
