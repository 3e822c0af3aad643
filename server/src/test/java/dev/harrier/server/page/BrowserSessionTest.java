package dev.harrier.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.security.Caller;
import dev.harrier.security.Secret;
import dev.harrier.security.policy.PolicyAccess;
import dev.harrier.security.provider.FakeProvider;
import dev.harrier.security.services.SecurityKeys;
import dev.harrier.security.services.SecurityServices;
import dev.harrier.security.services.SecuritySettings;
import dev.harrier.security.token.LiveAttempts;
import dev.harrier.security.token.OpaqueToken;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.server.EdgeUnderTest;
import dev.harrier.server.TestDatabase;
import dev.harrier.server.config.ConfigReader;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Browsers that log in by password and at a provider, and what others make them do. */
@ExtendWith(TestDatabase.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BrowserSessionTest {
  // As over TLS, though the tests' port has none: cookies must carry all that they carry there.
  private static final String ISSUER = "https://sessions.test";
  private static final String PASSWORD = "correct horse battery";
  private static final String VERIFIER = "v".repeat(43);
  private static final String SESSION = "__Host-harrier-session";

  private final Clock clock = Clock.systemUTC();
  private final FakeProvider provider = new FakeProvider(clock);
  private final FakeProvider other = new FakeProvider(clock);
  private final Database database;
  private final String name = "u" + UUID.randomUUID();
  private final SecurityServices security;
  private final EdgeUnderTest edge;
  private final HttpClient client = HttpClient.newHttpClient();

  BrowserSessionTest(Database database) throws Exception {
    this.database = database;
    other.namesItself = true;
    var address = new ServerAddress(URI.create(ISSUER));
    security =
        new SecurityServices(
            database,
            SecurityKeys.generate(),
            LiveAttempts.ALL,
            SecuritySettings.at(address)
                .withProviders(List.of(provider.settings("fake"), other.settings("other")))
                .withCallingOrigins(Set.of("https://console.test")),
            clock);
    security.users().add(name, false);
    security.links().choose(security.links().forUser(name), name, new Secret(PASSWORD));
    var callers = new HttpCallers(security.authenticator());
    var pages =
        new ArrayList<>(
            SecurityPages.of(
                security,
                callers,
                PolicyAccess.administeredBy(ISSUER, Set.of()),
                new Redirects(address, List.of("https://console.test"), "/login"),
                clock));
    pages.add(new OpenApiPage(callers, () -> "{}"));
    edge =
        EdgeUnderTest.knownAs(
            URI.create(ISSUER),
            ConfigReader.read(
                    Optional.empty(),
                    Map.of(),
                    Map.of("server.security.allowedOrigins", "https://console.test"))
                .server(),
            pages);
  }

  @AfterAll
  void stop() {
    edge.close();
    security.close();
    provider.close();
    other.close();
    client.close();
  }

  @Test
  void a_cookie_is_for_this_host_alone_over_tls_and_out_of_scripts_reach() throws Exception {
    var browser = new Browser();

    var answer = browser.logIn("/login?redirect_url=/console");

    var set =
        answer.headers().allValues("set-cookie").stream()
            .filter(one -> one.startsWith(SESSION))
            .findFirst()
            .orElseThrow();
    assertThat(set)
        .contains("; Path=/;", "; HttpOnly", "; SameSite=Lax", "; Secure", "; Max-Age=604800")
        .doesNotContain("Domain");
    assertThat(browser.cookies.get(SESSION)).hasSize(43);
    assertThat(location(answer)).isEqualTo("/console");
  }

  @Test
  void the_console_in_the_background_is_led_on_while_the_session_is_good_and_told_401_else()
      throws Exception {
    var browser = new Browser();
    var path = "/login?redirect_url=/console/select-project";
    var fetch = Map.of("sec-fetch-mode", "cors", "sec-fetch-site", "same-origin");

    assertThat(browser.get(path, fetch).statusCode()).isEqualTo(401);
    browser.logIn("/login");
    var led = browser.get(path, fetch);

    assertThat(led.statusCode()).isEqualTo(303);
    assertThat(location(led)).isEqualTo("/console/select-project");
    browser.post("/logout", "", Map.of());
    assertThat(browser.get(path, fetch).statusCode()).isEqualTo(303);
    browser.cookies.put(SESSION, "a".repeat(43));
    assertThat(browser.get(path, fetch).statusCode()).isEqualTo(401);
  }

  @Test
  void nobody_is_led_elsewhere() throws Exception {
    var browser = new Browser();
    browser.logIn("/login");

    for (var evil :
        List.of(
            "https://evil.test", "//evil.test", "https:evil.test", "%2F%2Fevil.test", "/%5Cevil")) {
      var login = browser.get("/login?redirect_url=" + evil, Map.of());
      var logout = new Browser().get("/logout?redirect_url=" + evil, Map.of());
      assertThat(location(login)).as(evil).isIn("/login", "/%5Cevil");
      assertThat(location(logout)).as(evil).isIn("/login", "/%5Cevil");
    }
    assertThat(location(browser.get("/login?redirect_url=https://console.test/a?b=1&c", Map.of())))
        .isEqualTo("https://console.test/a?b=1&c");
  }

  @Test
  void a_session_that_somebody_planted_is_not_the_one_after_the_login() throws Exception {
    var attacker = new Browser();
    attacker.logIn("/login");
    var victim = new Browser();
    victim.cookies.putAll(attacker.cookies);

    victim.logIn("/login?switch=1&redirect_url=/x");

    assertThat(victim.cookies.get(SESSION)).isNotEqualTo(attacker.cookies.get(SESSION));
    assertThat(attacker.me()).isEqualTo(401);
    assertThat(victim.me()).isEqualTo(200);
  }

  @Test
  void a_provider_logs_somebody_in_who_is_its_issuer_and_subject() throws Exception {
    provider.claims.put("sub", "sub-" + UUID.randomUUID());
    provider.claims.put("groups", List.of("ml"));
    provider.claims.put("preferred_username", "ada");
    var browser = new Browser();

    var answer = browser.logInAtProvider("/console?a=1");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
    assertThat(location(answer)).isEqualTo("/console?a=1");
    assertThat(browser.me()).isEqualTo(200);
    var principal = "user:" + provider.issuer() + "|" + provider.claims.get("sub");
    assertThat(security.people().find(principal).orElseThrow().groups()).containsExactly("ml");
    assertThat(browser.get("/login", Map.of()).body()).contains(principal);
  }

  @Test
  void a_callback_is_worth_nothing_in_another_browser_twice_or_with_another_state()
      throws Exception {
    var victim = new Browser();
    var attacker = new Browser();
    var attackers = attacker.comeBackFromProvider("/x");

    assertThat(victim.get(attackers, Map.of()).statusCode()).isEqualTo(400);
    assertThat(victim.cookies).doesNotContainKey(SESSION);
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
    var browser = new Browser();
    var back = browser.comeBackFromProvider("/x");
    assertThat(back).startsWith("/callback/fake?");

    for (var mixed : List.of("/callback/other?", "/callback?", "/callback/fake/?")) {
      var answer = browser.get(back.replace("/callback/fake?", mixed), Map.of());
      assertThat(answer.statusCode()).as(mixed).isIn(400, 401, 404);
    }
    assertThat(browser.cookies).doesNotContainKey(SESSION);
    assertThat(browser.get(back, Map.of()).statusCode()).isEqualTo(303);

    var silent = browser.backFrom("/login/with/other?redirect_url=/x");
    var issuer = URLEncoder.encode(other.issuer(), StandardCharsets.UTF_8);
    assertThat(browser.get(silent, Map.of()).statusCode()).isEqualTo(400);
    assertThat(browser.get(silent + "&iss=" + issuer, Map.of()).statusCode()).isNotEqualTo(400);
  }

  @Test
  void a_link_to_the_logout_from_elsewhere_ends_nothing_that_programs_got() throws Exception {
    var browser = new Browser();
    browser.logIn("/login");
    var authorize = authorize();
    var allowed =
        browser.submit(authorize, browser.get(authorize, Map.of()), Map.of("decision", "allow"));
    var refresh = tokens(allowed).get("refresh_token").getAsString();
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
                    Arguments.of(statement).text("user:" + name);
                    return statement.executeUpdate();
                  }
                });

    var answer = browser.get("/logout", Map.of("sec-fetch-site", "cross-site"));

    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(browser.cookies).doesNotContainKey(SESSION);
    var refreshed =
        send(
            "/oauth2/token",
            "grant_type=refresh_token&client_id=flytectl&refresh_token=" + refresh,
            Map.of());
    assertThat(refreshed.statusCode()).as(refreshed.body()).isEqualTo(200);
  }

  @Test
  void a_provider_that_refuses_or_is_down_leaves_nobody_logged_in() throws Exception {
    var browser = new Browser();
    var refused = browser.comeBackFromProvider("/x");
    provider.vouches = false;
    try {
      assertThat(browser.get(refused, Map.of()).statusCode()).isEqualTo(403);
    } finally {
      provider.vouches = true;
    }
    var down = browser.comeBackFromProvider("/x");
    provider.trouble = FakeProvider.Trouble.GARBAGE;
    try {
      assertThat(browser.get(down, Map.of()).statusCode()).isEqualTo(503);
    } finally {
      provider.trouble = FakeProvider.Trouble.NONE;
    }
    assertThat(browser.cookies).doesNotContainKey(SESSION);
    var denied = browser.comeBackFromProvider("/x").replaceAll("code=[^&]*", "error=access_denied");
    assertThat(browser.get(denied, Map.of()).body()).contains("(access_denied)");
    assertThat(browser.get("/login/with/nobody", Map.of()).statusCode()).isEqualTo(404);
  }

  @Test
  void who_is_logged_in_allows_a_program_without_a_password_and_logout_ends_its_token()
      throws Exception {
    provider.claims.put("sub", "sub-" + UUID.randomUUID());
    provider.claims.put("groups", List.of("ml", "ops"));
    var browser = new Browser();
    var authorize = authorize();
    var page = browser.get(authorize, Map.of());
    assertThat(page.body()).contains("name=\"password\"", "Log in with The test");
    var link = href(page.body(), "/login/with/fake");

    var back = browser.followProvider(link);
    var consent = browser.get(location(back), Map.of());
    var allowed = browser.submit(authorize, consent, Map.of("decision", "allow"));

    assertThat(location(back)).isEqualTo(authorize);
    assertThat(consent.body()).contains("You are").doesNotContain("name=\"password\"");
    var token = tokens(allowed).get("access_token").getAsString();
    var caller = security.verifier().verify(token);
    assertThat(caller.issuer()).isEqualTo(provider.issuer());
    assertThat(caller.subject()).isEqualTo(provider.claims.get("sub"));
    assertThat(caller.groups()).containsExactlyInAnyOrder("ml", "ops");
    assertThat(caller.clientId()).contains("flytectl");

    browser.submit("/logout", browser.get("/logout", Map.of()), Map.of());

    assertThat(bearer(token)).isEqualTo(401);
    assertThat(browser.me()).isEqualTo(401);
  }

  @Test
  void a_password_at_the_authorize_page_logs_the_browser_in_for_the_next_program()
      throws Exception {
    var browser = new Browser();
    var authorize = authorize();
    var first =
        browser.submit(
            authorize,
            browser.get(authorize, Map.of()),
            Map.of("name", name, "password", PASSWORD, "decision", "allow"));
    var consent = browser.get(authorize, Map.of());
    var second = browser.submit(authorize, consent, Map.of("decision", "allow"));
    var denied = browser.submit(authorize, consent, Map.of("decision", "deny"));

    assertThat(security.verifier().verify(tokens(first).get("access_token").getAsString()))
        .extracting(Caller::subject)
        .isEqualTo("user:" + name);
    assertThat(consent.body()).doesNotContain("name=\"password\"");
    assertThat(tokens(second).has("refresh_token")).isTrue();
    assertThat(location(denied)).contains("error=access_denied");
  }

  @Test
  void a_killed_session_refuses_its_refresh_token() throws Exception {
    var browser = new Browser();
    browser.logIn("/login");
    var authorize = authorize();
    var allowed =
        browser.submit(authorize, browser.get(authorize, Map.of()), Map.of("decision", "allow"));
    var refresh = tokens(allowed).get("refresh_token").getAsString();
    var id = security.sessions().of("user:" + name).getFirst().id();

    assertThat(security.sessions().end(id, java.util.Optional.empty())).isTrue();

    var answer =
        send(
            "/oauth2/token",
            "grant_type=refresh_token&client_id=flytectl&refresh_token=" + refresh,
            Map.of());
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("invalid_grant");
  }

  @Test
  void a_change_by_cookie_needs_a_page_of_this_server() throws Exception {
    var browser = new Browser();
    browser.logIn("/login");

    assertThat(list(browser, Map.of())).isEqualTo(403);
    assertThat(list(browser, Map.of("origin", "https://evil.test"))).isEqualTo(403);
    assertThat(list(browser, Map.of("origin", "null"))).isEqualTo(403);
    assertThat(list(browser, Map.of("origin", ISSUER + ".evil.test"))).isEqualTo(403);
    assertThat(list(browser, Map.of("sec-fetch-site", "same-site"))).isEqualTo(403);
    assertThat(list(browser, Map.of("sec-fetch-site", "none"))).isEqualTo(403);
    assertThat(
            list(browser, Map.of("origin", "https://evil.test", "sec-fetch-site", "same-origin")))
        .isEqualTo(403);
    assertThat(list(browser, Map.of("origin", ISSUER))).isEqualTo(200);
    assertThat(list(browser, Map.of("sec-fetch-site", "same-origin"))).isEqualTo(200);
    assertThat(
            list(browser, Map.of("origin", "https://console.test", "sec-fetch-site", "cross-site")))
        .isEqualTo(200);
  }

  @Test
  void what_a_page_from_elsewhere_has_a_browser_read_nobody_reads() throws Exception {
    var browser = new Browser();
    browser.logIn("/login");

    for (var near : List.of("same-origin", "same-site", "none")) {
      assertThat(read(browser, Map.of("sec-fetch-site", near))).as(near).isEqualTo(200);
    }
    assertThat(read(browser, Map.of())).isEqualTo(200);
    assertThat(read(browser, Map.of("sec-fetch-site", "cross-site"))).isEqualTo(401);
    assertThat(read(browser, Map.of("origin", "https://evil.test"))).isEqualTo(401);
    assertThat(
            read(browser, Map.of("sec-fetch-site", "cross-site", "origin", "https://console.test")))
        .isEqualTo(200);
    assertThat(read(browser, Map.of("authorization", "Bearer x"))).isEqualTo(401);
  }

  @Test
  void a_link_to_the_logout_is_followed_at_once_only_from_a_page_of_this_server() throws Exception {
    var browser = new Browser();
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

    var done = browser.get("/logout?redirect_url=" + ISSUER + "/console/select-project", linked);

    assertThat(location(done)).isEqualTo("/console/select-project");
    assertThat(browser.cookies).doesNotContainKey(SESSION);
    assertThat(browser.me()).isEqualTo(401);
  }

  @Test
  void somebody_sees_and_ends_their_own_sessions_and_nobody_elses() throws Exception {
    var browser = new Browser();
    var other = new Browser();
    browser.logIn("/login");
    other.logInAtProvider("/x");
    var theirs =
        security.sessions().all().stream()
            .filter(one -> one.provider().isPresent())
            .findFirst()
            .orElseThrow()
            .id();
    var headers = Map.of("origin", ISSUER);

    var listed = browser.post("/harrier/sessions/list", "{}", headers).body();
    var mine = security.sessions().of("user:" + name).getFirst().id();

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
    var browser = new Browser();
    browser.cookies.put(SESSION, value.replace("é", "x"));

    assertThat(browser.me()).isEqualTo(401);
    assertThat(browser.get("/login", Map.of()).statusCode()).isEqualTo(200);
  }

  private static String authorize() {
    return "/oauth2/authorize?client_id=flytectl&redirect_uri=http://localhost:53593/callback"
        + "&response_type=code&scope=all+offline&code_challenge_method=S256&code_challenge="
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(OpaqueToken.digest(new Secret(VERIFIER)));
  }

  private com.google.gson.JsonObject tokens(HttpResponse<String> allowed) throws Exception {
    var code = location(allowed).replaceAll(".*[?&]code=([^&]*).*", "$1");
    var answer =
        send(
            "/oauth2/token",
            "grant_type=authorization_code&client_id=flytectl&redirect_uri=http://localhost:53593/callback"
                + "&code="
                + code
                + "&code_verifier="
                + VERIFIER,
            Map.of());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JsonParser.parseString(answer.body()).getAsJsonObject();
  }

  private int list(Browser browser, Map<String, String> headers) throws Exception {
    return browser.post("/harrier/sessions/list", "{}", headers).statusCode();
  }

  private int read(Browser browser, Map<String, String> headers) throws Exception {
    return browser.get("/api/v1/openapi", headers).statusCode();
  }

  private int bearer(String token) throws Exception {
    return new Browser()
        .get("/api/v1/openapi", Map.of("authorization", "Bearer " + token))
        .statusCode();
  }

  private HttpResponse<String> send(String path, String body, Map<String, String> headers)
      throws Exception {
    return new Browser().post(path, body, headers);
  }

  private static String location(HttpResponse<?> answer) {
    return answer.headers().firstValue("location").orElse("none, status " + answer.statusCode());
  }

  private static String href(String page, String prefix) {
    return page.replaceAll("(?s).*href=\"(" + prefix + "[^\"]*)\".*", "$1").replace("&amp;", "&");
  }

  /** Keeps cookies, follows nothing by itself. */
  private final class Browser {
    private final Map<String, String> cookies = new LinkedHashMap<>();

    HttpResponse<String> get(String path, Map<String, String> headers) throws Exception {
      return send(request(path, headers).GET());
    }

    HttpResponse<String> post(String path, String body, Map<String, String> headers)
        throws Exception {
      return send(
          request(path, headers)
              .header("content-type", "application/x-www-form-urlencoded")
              .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** Sends the form of a page. */
    HttpResponse<String> submit(String path, HttpResponse<String> page, Map<String, String> fields)
        throws Exception {
      var ticket = page.body().replaceAll("(?s).*name=\"form\" value=\"([^\"]*)\".*", "$1");
      var body = new StringBuilder("form=" + ticket);
      fields.forEach(
          (field, value) ->
              body.append('&')
                  .append(field)
                  .append('=')
                  .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
      return post(path, body.toString(), Map.of("origin", ISSUER));
    }

    HttpResponse<String> logIn(String path) throws Exception {
      var answer = submit(path, get(path, Map.of()), Map.of("name", name, "password", PASSWORD));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
      return answer;
    }

    HttpResponse<String> logInAtProvider(String next) throws Exception {
      return get(comeBackFromProvider(next), Map.of());
    }

    /** The path with which the provider sends the browser back. */
    String comeBackFromProvider(String next) throws Exception {
      return backFrom(
          "/login/with/fake?redirect_url=" + URLEncoder.encode(next, StandardCharsets.UTF_8));
    }

    HttpResponse<String> followProvider(String link) throws Exception {
      return get(backFrom(link), Map.of());
    }

    private String backFrom(String link) throws Exception {
      var begun = get(link, Map.of());
      assertThat(begun.statusCode()).as(begun.body()).isEqualTo(303);
      assertThat(URLDecoder.decode(location(begun), StandardCharsets.UTF_8))
          .contains("code_challenge_method=S256", "nonce=", "state=", "scope=openid profile");
      var there =
          client.send(
              HttpRequest.newBuilder(URI.create(location(begun))).build(),
              HttpResponse.BodyHandlers.ofString());
      return location(there).substring(ISSUER.length());
    }

    int me() throws Exception {
      return get("/api/v1/openapi", Map.of()).statusCode();
    }

    private HttpRequest.Builder request(String path, Map<String, String> headers) {
      var request = HttpRequest.newBuilder(URI.create(edge.url() + path));
      if (!cookies.isEmpty()) {
        var all = new StringBuilder();
        cookies.forEach(
            (cookie, value) -> all.append(all.isEmpty() ? "" : "; ").append(cookie + "=" + value));
        request.header("cookie", all.toString());
      }
      headers.forEach(request::header);
      return request;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
      var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      for (var set : answer.headers().allValues("set-cookie")) {
        var pair = set.split(";", 2)[0].split("=", 2);
        if (set.contains("Max-Age=0")) {
          cookies.remove(pair[0]);
        } else {
          cookies.put(pair[0], pair[1]);
        }
      }
      return answer;
    }
  }
}
