package dev.harrier.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** What pages of other servers make a browser do that is logged in here. */
@ExtendWith(TestDatabase.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PagesFromElsewhereTest {
  private final Database database;
  private final BrowsersUnderTest server;

  PagesFromElsewhereTest(Database database) throws Exception {
    this.database = database;
    server = new BrowsersUnderTest(database);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void a_link_to_the_logout_from_elsewhere_ends_nothing_that_programs_got() throws Exception {
    var browser = server.browser();
    browser.logIn("/login");
    var authorize = BrowsersUnderTest.authorize();
    var allowed =
        browser.submit(authorize, browser.get(authorize, Map.of()), Map.of("decision", "allow"));
    var refresh = server.tokens(allowed).get("refresh_token").getAsString();
    var unused =
        database
            .api()
            .run(
                "let the browser be idle",
                connection -> {
                  try (var statement =
                      connection.prepareStatement(
                          "UPDATE browser_session SET used_at = used_at - interval '13 hours'"
                              + " WHERE principal = ?")) {
                    Arguments.of(statement).text("user:" + server.name);
                    return statement.executeUpdate();
                  }
                });

    var answer = browser.get("/logout", Map.of("sec-fetch-site", "cross-site"));

    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(browser.cookies).doesNotContainKey(BrowsersUnderTest.SESSION);
    var refreshed =
        server.send(
            "/oauth2/token",
            "grant_type=refresh_token&client_id=flytectl&refresh_token=" + refresh,
            Map.of());
    assertThat(refreshed.statusCode()).as(refreshed.body()).isEqualTo(200);
  }

  @Test
  void a_change_by_cookie_needs_a_page_of_this_server() throws Exception {
    var browser = server.browser();
    browser.logIn("/login");

    assertThat(browser.list(Map.of())).isEqualTo(403);
    assertThat(browser.list(Map.of("origin", "https://evil.test"))).isEqualTo(403);
    assertThat(browser.list(Map.of("origin", "null"))).isEqualTo(403);
    assertThat(browser.list(Map.of("origin", BrowsersUnderTest.ISSUER + ".evil.test")))
        .isEqualTo(403);
    assertThat(browser.list(Map.of("sec-fetch-site", "same-site"))).isEqualTo(403);
    assertThat(browser.list(Map.of("sec-fetch-site", "none"))).isEqualTo(403);
    assertThat(browser.list(Map.of("origin", "https://evil.test", "sec-fetch-site", "same-origin")))
        .isEqualTo(403);
    assertThat(browser.list(Map.of("origin", BrowsersUnderTest.ISSUER))).isEqualTo(200);
    assertThat(browser.list(Map.of("sec-fetch-site", "same-origin"))).isEqualTo(200);
    assertThat(
            browser.list(Map.of("origin", "https://console.test", "sec-fetch-site", "cross-site")))
        .isEqualTo(200);
  }

  @Test
  void what_a_page_from_elsewhere_has_a_browser_read_nobody_reads() throws Exception {
    var browser = server.browser();
    browser.logIn("/login");

    for (var near : List.of("same-origin", "same-site", "none")) {
      assertThat(browser.read(Map.of("sec-fetch-site", near))).as(near).isEqualTo(200);
    }
    assertThat(browser.read(Map.of())).isEqualTo(200);
    assertThat(browser.read(Map.of("sec-fetch-site", "cross-site"))).isEqualTo(401);
    assertThat(browser.read(Map.of("origin", "https://evil.test"))).isEqualTo(401);
    assertThat(
            browser.read(Map.of("sec-fetch-site", "cross-site", "origin", "https://console.test")))
        .isEqualTo(200);
    assertThat(browser.read(Map.of("authorization", "Bearer x"))).isEqualTo(401);
  }

  @Test
  void a_link_to_the_logout_is_followed_at_once_only_from_a_page_of_this_server() throws Exception {
    var browser = server.browser();
    browser.logIn("/login");
    var linked =
        Map.of(
            "sec-fetch-site",
            "same-origin",
            "sec-fetch-mode",
            "navigate",
            "sec-fetch-dest",
            "document");
    for (var other :
        List.of(
            Map.<String, String>of(),
            Map.of(
                "sec-fetch-site",
                "cross-site",
                "sec-fetch-mode",
                "navigate",
                "sec-fetch-dest",
                "document"),
            Map.of(
                "sec-fetch-site",
                "same-origin",
                "sec-fetch-mode",
                "no-cors",
                "sec-fetch-dest",
                "image"),
            Map.of(
                "sec-fetch-site",
                "same-site",
                "sec-fetch-mode",
                "navigate",
                "sec-fetch-dest",
                "document"))) {
      assertThat(browser.get("/logout", other).statusCode()).isEqualTo(200);
      assertThat(browser.post("/logout", "", other).statusCode()).isEqualTo(403);
      assertThat(browser.me()).isEqualTo(200);
    }

    var done =
        browser.get(
            "/logout?redirect_url=" + BrowsersUnderTest.ISSUER + "/console/select-project", linked);

    assertThat(TestBrowser.location(done)).isEqualTo("/console/select-project");
    assertThat(browser.cookies).doesNotContainKey(BrowsersUnderTest.SESSION);
    assertThat(browser.me()).isEqualTo(401);
  }
}
