package dev.harrier.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.harrier.database.Database;
import dev.harrier.security.client.Clients;
import dev.harrier.security.oauth.AuthorizationServer;
import dev.harrier.security.oauth.Lifetimes;
import dev.harrier.security.policy.PolicyAccess;
import dev.harrier.security.provider.Providers;
import dev.harrier.security.session.KnownBrowsers;
import dev.harrier.security.session.People;
import dev.harrier.security.session.Seal;
import dev.harrier.security.session.SessionLimits;
import dev.harrier.security.session.Sessions;
import dev.harrier.security.token.Authenticator;
import dev.harrier.security.token.LiveAttempts;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.security.token.SigningKeys;
import dev.harrier.security.token.Standing;
import dev.harrier.security.token.TokenIssuer;
import dev.harrier.security.token.TokenVerifier;
import dev.harrier.security.user.LoginDelays;
import dev.harrier.security.user.PasswordLinks;
import dev.harrier.security.user.PasswordLogin;
import dev.harrier.security.user.Users;
import dev.harrier.server.EdgeUnderTest;
import dev.harrier.server.TestDatabase;
import dev.harrier.server.config.ServerConfig;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
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

  private final TokenIssuer tokens;
  private final EdgeUnderTest edge;

  LoginPagesTest(Database database) throws Exception {
    var clock = Clock.systemUTC();
    var address = new ServerAddress(URI.create(ISSUER));
    var keys = SigningKeys.generate();
    var standing = new Standing(database, clock);
    var verifier = new TokenVerifier(ISSUER, keys, clock, standing, LiveAttempts.ALL);
    var clients = new Clients(database, standing, clock);
    var users = new Users(database, standing, clock);
    var links = new PasswordLinks(database, standing, clock);
    var logins = PasswordLogin.of(users, new LoginDelays(database, clock));
    tokens = new TokenIssuer(ISSUER, keys, clock);
    var server =
        AuthorizationServer.of(
            address, database, clients, standing, tokens, verifier, Lifetimes.DEFAULTS, clock);
    var forms = new Forms(address);
    var people = new People(database, standing, clock);
    var sessions =
        new Sessions(database, standing, people, Seal.generate(), SessionLimits.DEFAULTS, clock);
    var none = new Providers(List.of(), ISSUER + "/callback", standing, clock);
    var known = new KnownBrowsers(Seal.generate(), address, clock);
    var browsers = new BrowserLogins(logins, none, sessions, known, address);
    edge =
        EdgeUnderTest.knownAs(
            URI.create(ISSUER),
            ServerConfig.DEFAULTS,
            List.of(
                new TokenPages(address, server, keys),
                new AuthorizePage(server.authorize(), browsers, forms),
                new DevicePage(server.devices(), browsers, forms),
                new PasswordPage(links, known, forms),
                new AccountPages(
                    new HttpCallers(new Authenticator(verifier)),
                    PolicyAccess.administeredBy(ISSUER, Set.of("admin")),
                    users,
                    links,
                    clients,
                    keys,
                    sessions,
                    people,
                    address)));
  }

  @AfterAll
  void stop() {
    edge.close();
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
    var cookie = header(page, "set-cookie").split(";", 2)[0];
    var field = page.body().replaceAll("(?s).*name=\"form\" value=\"([^\"]*)\".*", "$1");
    var body = "form=" + field + "&decision=deny";

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
    var stranger = tokens.forClient("stranger", Set.of("all"), Duration.ofMinutes(1));
    for (var name : ACCOUNTS) {
      var path = AccountPages.FOLDER + name;
      assertThat(edge.send(form(path, "{}")).statusCode()).as(name).isEqualTo(401);
      assertThat(edge.send(as(stranger, path)).statusCode()).as(name).isEqualTo(403);
    }
    var admin = tokens.forClient("admin", Set.of("all"), Duration.ofMinutes(1));
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

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }
}
