package dev.harrier.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.harrier.audit.AuditLog;
import dev.harrier.database.Database;
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
import dev.harrier.server.config.ConfigReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** A server that browsers log in at by password and at two providers. */
final class BrowsersUnderTest implements AutoCloseable {
  // As over TLS, though the tests' port has none: cookies must carry all that they carry there.
  static final String ISSUER = "https://sessions.test";
  static final String SESSION = "__Host-harrier-session";
  static final String PASSWORD = "correct horse battery";
  private static final String VERIFIER = "v".repeat(43);

  final Clock clock = Clock.systemUTC();
  final FakeProvider provider = new FakeProvider(clock);
  final FakeProvider other = new FakeProvider(clock);
  final String name = "u" + UUID.randomUUID();
  final SecurityServices security;
  private final EdgeUnderTest edge;
  private final HttpClient client = HttpClient.newHttpClient();

  BrowsersUnderTest(Database database) throws Exception {
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
            AuditLog.NONE,
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

  /** A browser without cookies. */
  TestBrowser browser() {
    return new TestBrowser(edge.url(), client, name, PASSWORD);
  }

  static String authorize() {
    return "/oauth2/authorize?client_id=flytectl&redirect_uri=http://localhost:53593/callback"
        + "&response_type=code&scope=all+offline&code_challenge_method=S256&code_challenge="
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(OpaqueToken.digest(new Secret(VERIFIER)));
  }

  JsonObject tokens(HttpResponse<String> allowed) throws Exception {
    var code = TestBrowser.location(allowed).replaceAll(".*[?&]code=([^&]*).*", "$1");
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

  /** The status of a call with a token. */
  int bearer(String token) throws Exception {
    return browser()
        .get("/api/v1/openapi", Map.of("authorization", "Bearer " + token))
        .statusCode();
  }

  HttpResponse<String> send(String path, String body, Map<String, String> headers)
      throws Exception {
    return browser().post(path, body, headers);
  }

  @Override
  public void close() {
    edge.close();
    security.close();
    provider.close();
    other.close();
    client.close();
  }
}
