package dev.harrier.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.harrier.audit.AuditLog;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.security.Secret;
import dev.harrier.security.oauth.AuthorizeEndpoint;
import dev.harrier.security.policy.PolicyAccess;
import dev.harrier.security.services.SecurityKeys;
import dev.harrier.security.services.SecurityServices;
import dev.harrier.security.services.SecuritySettings;
import dev.harrier.security.session.Sessions;
import dev.harrier.security.token.LiveAttempts;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.security.token.TokenIssuer;
import dev.harrier.server.EdgeUnderTest;
import dev.harrier.server.config.ServerConfig;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages of logins as a browser and as somebody who is up to no good sees them. */
@ExtendWith(TestDatabase.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LoginPagesTest {
  private static final String ISSUER = "http://pages.test";
  private static final String AUTHORIZE =
      "/oauth2/authorize?client_id=flytectl&redirect_uri=http://localhost:53593/callback"
          + "&response_type=code&scope=all&code_challenge_method=S256&code_challenge="
          + "c".repeat(43);
  private static final String PASSWORD = "correct horse battery";
  private static final Set<String> ACCOUNTS =
      Set.of(
          "add-user",
          "list-users",
          "disable-user",
          "enable-user",
          "reset-link",
          "add-client",
          "list-clients",
          "disable-client",
          "rotate-key",
          "list-sessions",
          "end-session",
          "end-sessions-of");

  private final SecurityServices security;
  private final String userName = "u" + UUID.randomUUID();
  private final EdgeUnderTest edge;

  LoginPagesTest(Database database) throws Exception {
    var clock = Clock.systemUTC();
    var address = new ServerAddress(URI.create(ISSUER));
    security =
        new SecurityServices(
            database,
            SecurityKeys.generate(),
            LiveAttempts.ALL,
            SecuritySettings.at(address),
            AuditLog.NONE,
            clock);
    edge =
        EdgeUnderTest.knownAs(
            URI.create(ISSUER),
            ServerConfig.DEFAULTS,
            SecurityPages.of(
                security,
                new HttpCallers(security.authenticator()),
                PolicyAccess.administeredBy(ISSUER, Set.of("admin")),
                new Redirects(address, List.of(), "/login"),
                clock));
  }

  @AfterAll
  void stop() {
    edge.close();
    security.close();
  }

  @Test
  void a_login_page_runs_nothing_and_posts_only_here_and_on_to_the_client() throws Exception {
    var answer = edge.send(anonymous(AUTHORIZE));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(header(answer, "content-security-policy"))
        .contains("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'")
        .contains("form-action 'self' http://localhost:53593;")
        .doesNotContain("unsafe", "script-src");
    assertThat(header(answer, "cache-control")).isEqualTo("no-store");
    assertThat(header(answer, "x-content-type-options")).isEqualTo("nosniff");
    assertThat(header(answer, "set-cookie")).contains("HttpOnly", "SameSite=Strict", "Path=/");
    assertThat(answer.body()).doesNotContain("<script", "onclick", "style=");
  }

  @Test
  void nothing_of_a_request_becomes_part_of_a_page() throws Exception {
    var evil = "%3Cscript%3Ealert(1)%3C/script%3E%22%27";

    assertThat(edge.send(anonymous("/oauth2/device?user_code=" + evil)).body())
        .doesNotContain("<script")
        .contains("&lt;script&gt;");
    assertThat(edge.send(anonymous("/oauth2/authorize?client_id=" + evil)).body())
        .doesNotContain("<script");
    assertThat(edge.send(anonymous("/login/password?link=" + evil)).body())
        .doesNotContain("<script");
  }

  @Test
  void a_form_without_its_ticket_or_from_elsewhere_is_not_looked_at() throws Exception {
    var page = edge.send(anonymous(AUTHORIZE));
    var cookie = cookie(page);
    var body = "form=" + field(page) + "&decision=deny";

    assertThat(edge.send(form(AUTHORIZE, body).header("cookie", cookie)).statusCode())
        .isEqualTo(303);
    assertThat(edge.send(form(AUTHORIZE, body)).statusCode()).isEqualTo(403);
    assertThat(edge.send(form(AUTHORIZE, "decision=deny").header("cookie", cookie)).statusCode())
        .isEqualTo(403);
    for (var origin : List.of("http://evil.example", "null", ISSUER + ".evil.example")) {
      var request = form(AUTHORIZE, body).header("cookie", cookie).header("origin", origin);
      assertThat(edge.send(request).statusCode()).as(origin).isEqualTo(403);
    }
    var foreign =
        form(AUTHORIZE, body).header("cookie", cookie).header("sec-fetch-site", "same-site");
    assertThat(edge.send(foreign).statusCode()).isEqualTo(403);
    var own = form(AUTHORIZE, body).header("cookie", cookie).header("origin", ISSUER);
    assertThat(edge.send(own).statusCode()).isEqualTo(303);
  }

  @Test
  void a_stolen_code_a_refused_client_and_a_chosen_password_leave_traces() throws Exception {
    var name = "t" + UUID.randomUUID();
    security.users().add(name, false);
    var link = security.links().forUser(name).reveal();
    try (var log = new Logged()) {
      var page = edge.send(anonymous("/login/password?link=" + link));
      var chosen =
          edge.send(
              form("/login/password?link=" + link, typed(page, "password", PASSWORD))
                  .header("cookie", cookie(page)));
      assertThat(chosen.statusCode()).isEqualTo(200);
      var good =
          (AuthorizeEndpoint.Request.Good)
              security
                  .authorization()
                  .authorize()
                  .check(AUTHORIZE.substring(AUTHORIZE.indexOf('?') + 1));
      var session =
          security
              .sessions()
              .openFor(
                  security.users().find(name).orElseThrow(),
                  new Sessions.Browser("b", "127.0.0.1", Optional.empty()))
              .session();
      var code =
          security
              .authorization()
              .authorize()
              .allowed(good, session)
              .getQuery()
              .replaceAll(".*code=([A-Za-z0-9_-]+).*", "$1");
      edge.send(
          form(
              "/oauth2/token",
              "grant_type=authorization_code&client_id=flytectl&redirect_uri=http://localhost:53593/callback"
                  + "&code_verifier="
                  + "w".repeat(43)
                  + "&code="
                  + code));
      edge.send(form("/oauth2/token", "grant_type=refresh_token&client_id=nobody&refresh_token=x"));
      edge.send(form("/oauth2/token", "grant_type=refresh_token&client_id=a%0Ab&refresh_token=x"));

      assertThat(log.lines())
          .anyMatch(line -> line.contains("Password chosen") && line.contains("user=" + name))
          .anyMatch(line -> line.contains("Client refused") && line.contains("client=nobody"))
          .noneMatch(line -> line.contains("a\nb"))
          .anyMatch(line -> line.contains("perhaps stolen") && line.contains("user:" + name))
          .noneMatch(line -> line.contains(code))
          .noneMatch(line -> line.contains(link) || line.contains(PASSWORD));
    }
  }

  @Test
  void a_device_is_allowed_only_after_its_user_saw_what_waits() throws Exception {
    var path = "/oauth2/device?user_code=" + begun();
    var first = edge.send(anonymous(path));
    assertThat(first.body()).doesNotContain("value=\"allow\"").contains("value=\"" + code(path));
    var login = "&name=%s&password=%s&decision=allow".formatted(user(), PASSWORD.replace(' ', '+'));
    var sent = "form=" + field(first) + "&user_code=" + code(path) + login;

    var question = edge.send(form(path, sent).header("cookie", cookie(first)));

    assertThat(question.statusCode()).isEqualTo(200);
    assertThat(question.body())
        .contains("<code>flytectl</code>", "<code>127.0.0.1</code>", "UTC", "user:" + user())
        .contains("value=\"allow\"")
        .doesNotContain("The device is logged in");
    assertThat(security.authorization().devices().waiting(code(path))).isPresent();
    var cookies = cookie(first) + "; " + cookies(question);
    var again = "form=%s&user_code=%s&seen=1&decision=allow".formatted(field(first), code(path));
    assertThat(edge.send(form(path, again).header("cookie", cookies)).body())
        .contains("The device is logged in");
    assertThat(security.authorization().devices().waiting(code(path))).isEmpty();
  }

  @Test
  void whoever_is_logged_in_guesses_few_codes() throws Exception {
    var path = "/oauth2/device";
    var page = edge.send(anonymous(path));
    var login = "&name=%s&password=%s".formatted(user(), PASSWORD.replace(' ', '+'));
    var wrong = "form=" + field(page) + "&seen=1&decision=allow&user_code=BBBBBBBB";
    var first = edge.send(form(path, wrong + login).header("cookie", cookie(page)));
    var cookies = cookie(page) + "; " + cookies(first);
    assertThat(first.statusCode()).isEqualTo(404);
    for (var guess = 0; guess < 5; guess++) {
      edge.send(form(path, wrong).header("cookie", cookies));
    }

    assertThat(edge.send(form(path, wrong).header("cookie", cookies)).statusCode()).isEqualTo(429);
  }

  @Test
  void the_page_names_where_a_program_is_that_is_not_on_this_machine() throws Exception {
    var id = "web-" + UUID.randomUUID();
    security.clients().addWithSecret(id, false, List.of("https://tools.example/back"));
    var elsewhere =
        AUTHORIZE
            .replace("client_id=flytectl", "client_id=" + id)
            .replace("http://localhost:53593/callback", "https://tools.example/back");

    assertThat(edge.send(anonymous(elsewhere)).body())
        .contains("at <code>tools.example</code>")
        .doesNotContain("on this machine");
    assertThat(edge.send(anonymous(AUTHORIZE)).body()).contains("on this machine");
  }

  @Test
  void an_untrusted_redirect_is_answered_here() throws Exception {
    var answer =
        edge.send(anonymous(AUTHORIZE.replace("http://localhost:53593", "http://evil.example")));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("location")).isEmpty();
  }

  @Test
  void metadata_is_the_whole_document_or_flytes_message() throws Exception {
    var path = "/.well-known/oauth-authorization-server";

    var json = JsonParser.parseString(edge.send(anonymous(path)).body()).getAsJsonObject();
    var bytes =
        edge.sendForBytes(anonymous(path).header("accept", "application/octet-stream")).body();

    assertThat(json.get("revocation_endpoint").getAsString()).isEqualTo(ISSUER + "/oauth2/revoke");
    assertThat(json.get("authorization_response_iss_parameter_supported").getAsBoolean()).isTrue();
    var message = flyteidl.service.Auth.OAuth2MetadataResponse.parseFrom(bytes);
    assertThat(message.getDeviceAuthorizationEndpoint())
        .isEqualTo(json.get("device_authorization_endpoint").getAsString());
  }

  @Test
  void keys_are_public_without_their_private_half() throws Exception {
    for (var path : List.of("/oauth2/jwks", "/.well-known/jwks.json")) {
      assertThat(edge.send(anonymous(path)).body())
          .contains("\"kty\":\"RSA\"")
          .doesNotContain("\"d\":", "\"p\":");
    }
  }

  @Test
  void accounts_are_for_those_who_may_write_accounts() throws Exception {
    var stranger = security.tokens().forClient("stranger", Set.of("all"), Duration.ofMinutes(1));
    for (var name : ACCOUNTS) {
      var path = AccountPages.FOLDER + name;
      assertThat(edge.send(form(path, "{}")).statusCode()).as(name).isEqualTo(401);
      assertThat(edge.send(as(stranger, path)).statusCode()).as(name).isEqualTo(403);
    }
    var admin = security.tokens().forClient("admin", Set.of("all"), Duration.ofMinutes(1));
    assertThat(edge.send(as(admin, AccountPages.FOLDER + "list-users")).statusCode())
        .isEqualTo(200);
    assertThat(edge.send(as(admin, AccountPages.FOLDER + "add-user")).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/oauth2/token",
        "/oauth2/revoke",
        "/oauth2/introspect",
        "/oauth2/device_authorization"
      })
  void a_form_over_its_limit_is_refused_and_garbage_is_an_error_in_json(String path)
      throws Exception {
    var large =
        form(path, "a".repeat(100_000))
            .version(java.net.http.HttpClient.Version.HTTP_1_1)
            .expectContinue(true);
    var garbage = edge.send(form(path, "%zz=%zz"));

    assertThat(edge.send(large).statusCode()).isEqualTo(413);
    assertThat(garbage.statusCode()).isEqualTo(400);
    assertThat(header(garbage, "cache-control")).isEqualTo("no-store");
    assertThat(JsonParser.parseString(garbage.body()).getAsJsonObject().has("error")).isTrue();
    assertThat(edge.send(anonymous(path)).statusCode()).isIn(404, 405);
  }

  private HttpRequest.Builder as(TokenIssuer.Token token, String path) {
    return form(path, "{}").header("authorization", "Bearer " + token.value().reveal());
  }

  private HttpRequest.Builder form(String path, String body) {
    return anonymous(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private HttpRequest.Builder anonymous(String path) {
    return HttpRequest.newBuilder(URI.create(edge.url() + path));
  }

  private String begun() throws Exception {
    var begun = edge.send(form("/oauth2/device_authorization", "client_id=flytectl&scope=all"));
    return JsonParser.parseString(begun.body()).getAsJsonObject().get("user_code").getAsString();
  }

  private String user() {
    if (security.users().find(userName).isEmpty()) {
      security.users().add(userName, false);
      security.links().choose(security.links().forUser(userName), "", new Secret(PASSWORD));
    }
    return userName;
  }

  private static String code(String path) {
    return path.substring(path.indexOf('=') + 1);
  }

  private static String cookies(HttpResponse<String> answer) {
    return answer.headers().allValues("set-cookie").stream()
        .map(cookie -> cookie.split(";", 2)[0])
        .collect(Collectors.joining("; "));
  }

  private static String typed(HttpResponse<String> page, String field, String password) {
    var text = URLEncoder.encode(password, StandardCharsets.UTF_8);
    return "form=%s&%s=%s&again=%s".formatted(field(page), field, text, text);
  }

  private static String field(HttpResponse<String> page) {
    return page.body().replaceAll("(?s).*name=\"form\" value=\"([^\"]*)\".*", "$1");
  }

  private static String cookie(HttpResponse<String> page) {
    return header(page, "set-cookie").split(";", 2)[0];
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }
}
