package dev.harrier.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.security.Caller;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** What somebody who is logged in at a browser lets programs do, and for how long. */
@ExtendWith(TestDatabase.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BrowserProgramsTest {
  private final BrowsersUnderTest server;

  BrowserProgramsTest(Database database) throws Exception {
    server = new BrowsersUnderTest(database);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void who_is_logged_in_allows_a_program_without_a_password_and_logout_ends_its_token()
      throws Exception {
    server.provider.claims.put("sub", "sub-" + UUID.randomUUID());
    server.provider.claims.put("groups", List.of("ml", "ops"));
    var browser = server.browser();
    var authorize = BrowsersUnderTest.authorize();
    var page = browser.get(authorize, Map.of());
    assertThat(page.body()).contains("name=\"password\"", "Log in with The test");
    var link = TestBrowser.href(page.body(), "/login/with/fake");

    var back = browser.followProvider(link);
    var consent = browser.get(TestBrowser.location(back), Map.of());
    var allowed = browser.submit(authorize, consent, Map.of("decision", "allow"));

    assertThat(TestBrowser.location(back)).isEqualTo(authorize);
    assertThat(consent.body()).contains("You are").doesNotContain("name=\"password\"");
    var token = server.tokens(allowed).get("access_token").getAsString();
    var caller = server.security.verifier().verify(token);
    assertThat(caller.issuer()).isEqualTo(server.provider.issuer());
    assertThat(caller.subject()).isEqualTo(server.provider.claims.get("sub"));
    assertThat(caller.groups()).containsExactlyInAnyOrder("ml", "ops");
    assertThat(caller.clientId()).contains("flytectl");

    browser.submit("/logout", browser.get("/logout", Map.of()), Map.of());

    assertThat(server.bearer(token)).isEqualTo(401);
    assertThat(browser.me()).isEqualTo(401);
  }

  @Test
  void a_password_at_the_authorize_page_logs_the_browser_in_for_the_next_program()
      throws Exception {
    var browser = server.browser();
    var authorize = BrowsersUnderTest.authorize();
    var first =
        browser.submit(
            authorize,
            browser.get(authorize, Map.of()),
            Map.of(
                "name", server.name, "password", BrowsersUnderTest.PASSWORD, "decision", "allow"));
    var consent = browser.get(authorize, Map.of());
    var second = browser.submit(authorize, consent, Map.of("decision", "allow"));
    var denied = browser.submit(authorize, consent, Map.of("decision", "deny"));

    assertThat(
            server
                .security
                .verifier()
                .verify(server.tokens(first).get("access_token").getAsString()))
        .extracting(Caller::subject)
        .isEqualTo("user:" + server.name);
    assertThat(consent.body()).doesNotContain("name=\"password\"");
    assertThat(server.tokens(second).has("refresh_token")).isTrue();
    assertThat(TestBrowser.location(denied)).contains("error=access_denied");
  }

  @Test
  void a_killed_session_refuses_its_refresh_token() throws Exception {
    var browser = server.browser();
    browser.logIn("/login");
    var authorize = BrowsersUnderTest.authorize();
    var allowed =
        browser.submit(authorize, browser.get(authorize, Map.of()), Map.of("decision", "allow"));
    var refresh = server.tokens(allowed).get("refresh_token").getAsString();
    var id = server.security.sessions().of("user:" + server.name).getFirst().id();

    assertThat(server.security.sessions().end(id, java.util.Optional.empty())).isTrue();

    var answer =
        server.send(
            "/oauth2/token",
            "grant_type=refresh_token&client_id=flytectl&refresh_token=" + refresh,
            Map.of());
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("invalid_grant");
  }
}
