package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * People and programs of a real Keycloak: they log in there, and the access policy decides by the
 * groups that it names. {@code ./build --keycloak} runs it.
 */
@Tag("keycloak")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class KeycloakTest {
  private static final String DEVELOPMENT = "/api/v1/executions/flytesnacks/development?limit=1";
  private static final String SESSION = "harrier-session";
  private static final Duration SOON = Duration.ofSeconds(60);

  private final Path folder;
  private final Harrier harrier;
  private final Keycloak keycloak;

  KeycloakTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    var port = Keycloak.freePort();
    var home = folder.resolve("home");
    Files.createDirectories(
        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    var secret = Files.writeString(folder.resolve("provider-secret"), Keycloak.SECRET + "\n");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(
        home.resolve("config.yaml"),
        """
        auth:
          userAuth:
            providers:
              - {name: keycloak, label: Keycloak, clientId: harrier, clientSecretFile: %s, baseUrl: '%s'}
          appAuth:
            externalAuthServer: {baseUrl: '%s', allowedAudience: [harrier-api]}
          session: {recheckInterval: 2s}
        """
            .formatted(secret, Keycloak.issuer(port), Keycloak.issuer(port)));
    Files.writeString(
        home.resolve("access.yaml"),
        """
        apiVersion: authz/v1
        bindings:
          - {name: ml, subjects: ['group:ml'], role: viewer, scope: {project: flytesnacks, domain: development}}
          - {name: by-password, subjects: ['group:ml'], role: viewer, scope: {project: flytesnacks, domain: staging}, when: {acr: ['1']}}
          - {name: by-gold, subjects: ['group:ml'], role: viewer, scope: {project: flytesnacks, domain: production}, when: {acr: [gold]}}
        """);
    // It needs no provider to start.
    this.harrier = Harrier.start(folder);
    this.keycloak = Keycloak.start(folder, port, harrier.url());
  }

  @AfterAll
  void stop() {
    keycloak.close();
    harrier.close();
  }

  @Test
  void a_person_logs_in_by_browser_and_their_groups_decide() {
    try (var ada = new WebBrowser();
        var bob = new WebBrowser()) {
      var landed = logIn(ada, "ada", "/me");
      logIn(bob, "bob", "/me");

      assertThat(landed.status()).isEqualTo(200);
      assertThat(landed.body()).contains("ada@example.org", "\"ada\"");
      assertThat(landed.headers()).containsKey("x-user-subject");
      assertThat(ada.cookie(SESSION)).isPresent();
      assertThat(ada.open(at(DEVELOPMENT)).status()).isEqualTo(200);
      var refused = bob.open(at(DEVELOPMENT));
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.body()).contains("user:" + keycloak.issuer() + "|");
    }
  }

  @Test
  void how_sure_the_login_was_decides_where_the_policy_asks_for_it() {
    try (var ada = new WebBrowser()) {
      // Keycloak says 1 of a login where the password was just typed.
      logIn(ada, "ada", "/me");

      assertThat(ada.open(at(DEVELOPMENT.replace("development", "staging"))).status())
          .isEqualTo(200);
      assertThat(ada.open(at(DEVELOPMENT.replace("development", "production"))).status())
          .isEqualTo(403);
    }
  }

  @Test
  void a_session_reads_by_itself_and_changes_only_from_a_page_of_this_server() {
    try (var ada = new WebBrowser();
        var evil = new WebBrowser()) {
      logIn(ada, "ada", "/me");
      evil.put(SESSION, ada.cookie(SESSION).orElseThrow());
      var change = "/api/v1/executions/flytesnacks/development/none";

      // Allowed to ask, not to do: a viewer ends nothing.
      assertThat(ada.fetch(harrier.url(), "DELETE", change, "{}").body()).contains("lacks");
      assertThat(
              evil.fetch(URI.create("http://evil.example"), "DELETE", harrier.url() + change, "{}")
                  .body())
          .contains("may not call this server");
      assertThat(ada.fetch(harrier.url(), "GET", "/login?redirect_url=/me", "").address().getPath())
          .isEqualTo("/me");
    }
  }

  @Test
  void logging_out_ends_the_session() {
    try (var ada = new WebBrowser();
        var thief = new WebBrowser()) {
      logIn(ada, "ada", "/me");
      thief.put(SESSION, ada.cookie(SESSION).orElseThrow());
      assertThat(thief.open(at("/me")).status()).isEqualTo(200);

      var page = ada.open(at("/logout?redirect_url=/healthz"));
      ada.submit(page, Map.of());

      assertThat(ada.cookie(SESSION)).isEmpty();
      assertThat(thief.open(at("/me")).status()).isEqualTo(401);
    }
  }

  @Test
  @Tag("python")
  void pyflyte_logs_somebody_of_keycloak_in_at_harriers_own_page() throws IOException {
    var browser = folder.resolve("xdg-open");
    Files.writeString(
        browser,
        "#!/bin/sh\nexec '%s' '%s' \"$1\"\n"
            .formatted(Places.python(), Places.scripts().resolve("provider_browser.py")));
    Files.setPosixFilePermissions(browser, PosixFilePermissions.fromString("rwx------"));

    var ran = script("pkce.py", config("Pkce"));

    assertThat(ran.succeeded().output()).contains("all as expected");
  }

  @Test
  void a_real_browser_logs_in_lets_a_program_act_and_logs_out() {
    var browser = RealBrowser.orSkipped();
    var given =
        Json.object(
            "server",
            harrier.url(),
            "issuer",
            keycloak.issuer(),
            "username",
            "ada",
            "password",
            Keycloak.PASSWORD);

    var ran = browser.run(folder, "provider_login.mjs", given);

    assertThat(ran.succeeded().output()).contains("all as expected");
  }

  @Test
  @Tag("python")
  void a_service_account_of_keycloak_calls_with_its_own_token() throws IOException {
    var file = folder.resolve("token");
    var config = config("ExternalCommand", "  command: [cat, '" + file + "']");

    Files.writeString(file, keycloak.token("pipeline"));
    assertThat(script("list_projects.py", config).succeeded().output()).contains("flytesnacks");
    assertThat(as(keycloak.token("pipeline"), DEVELOPMENT)).isEqualTo(200);

    // Made for nobody in particular by the same issuer.
    Files.writeString(file, keycloak.token("elsewhere"));
    assertThat(script("list_projects.py", config).exitCode()).isNotZero();
    assertThat(as(keycloak.token("elsewhere"), DEVELOPMENT)).isEqualTo(401);
  }

  @Test
  void somebody_whom_keycloak_disables_is_logged_out_here() {
    try (var carol = new WebBrowser()) {
      logIn(carol, "carol", "/me");
      assertThat(carol.open(at(DEVELOPMENT)).status()).isEqualTo(200);

      keycloak.disable("carol");

      Patience.awaitTrue(
          "the session to end", SOON, () -> carol.open(at(DEVELOPMENT)).status() == 401);
      assertThat(harrier.output()).contains("its provider does not vouch");
    }
  }

  @Test
  void an_administrator_sees_and_kills_sessions_by_command() {
    try (var ada = new WebBrowser()) {
      logIn(ada, "ada", "/me");
      var listed = command("session", "list").succeeded().output();
      var line =
          listed.lines().filter(one -> one.contains(keycloak.issuer())).findFirst().orElseThrow();
      var name = line.split(" ", -1)[1];

      assertThat(command("user", "list").succeeded().output()).contains(name);
      command("session", "kill", "--of", name).succeeded();

      assertThat(ada.open(at("/me")).status()).isEqualTo(401);
    }
  }

  @Test
  @Order(Order.DEFAULT + 1)
  void a_rotated_key_is_found_and_tokens_of_the_former_one_end() {
    var old = keycloak.token("pipeline");
    assertThat(as(old, DEVELOPMENT)).isEqualTo(200);

    keycloak.rotateKey();

    // A key that is not known is looked for, though not more often than each ten seconds.
    var fresh = keycloak.token("pipeline");
    Patience.awaitTrue("the new key", SOON, () -> as(fresh, DEVELOPMENT) == 200);
    assertThat(as(old, DEVELOPMENT)).isEqualTo(401);
  }

  @Test
  @Order(Order.DEFAULT + 2)
  void without_keycloak_known_keys_and_sessions_hold_and_a_login_is_told() {
    try (var ada = new WebBrowser();
        var late = new WebBrowser()) {
      logIn(ada, "ada", "/me");
      var token = keycloak.token("pipeline");
      assertThat(as(token, DEVELOPMENT)).isEqualTo(200);

      keycloak.stop();

      assertThat(as(token, DEVELOPMENT)).isEqualTo(200);
      assertThat(ada.open(at("/me")).status()).isEqualTo(200);
      var begun = at("/login/with/keycloak?redirect_url=/me");
      Patience.awaitTrue(
          "somebody to be told",
          SOON,
          () -> {
            try {
              return late.open(begun).status() == 503;
            } catch (java.io.UncheckedIOException e) {
              // Its address is still known, so the browser is sent there and finds nobody.
              return e.getCause() instanceof java.net.ConnectException;
            }
          });
    }
  }

  private WebBrowser.Shown logIn(WebBrowser browser, String user, String next) {
    var page = browser.open(at("/login?redirect_url=" + next));
    var keycloaks = browser.click(page, "/login/with/keycloak");
    return browser.submit(keycloaks, Map.of("username", user, "password", Keycloak.PASSWORD));
  }

  private URI at(String path) {
    return harrier.url().resolve(path);
  }

  private int as(String token, String path) {
    return harrier.api().getAs(path, Optional.of(token)).status();
  }

  private Ran command(String... words) {
    var line = new java.util.ArrayList<>(Places.server());
    line.addAll(List.of(words));
    line.addAll(List.of("--home", harrier.home().toString()));
    return Ran.of(folder, Map.of(), line);
  }

  private Ran script(String name, Path config) {
    var variables = new HashMap<String, String>();
    variables.put("PYTHONPATH", Places.pythonPath());
    variables.put("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring");
    variables.put("BROWSER", folder.resolve("xdg-open").toString());
    variables.put("PATH", folder + ":" + System.getenv("PATH"));
    variables.put("HOME", folder.toString());
    variables.put(
        "HARRIER_TEST_FIELDS",
        "{\"username\": \"ada\", \"password\": \"%s\"}".formatted(Keycloak.PASSWORD));
    return Ran.of(
        folder,
        Map.copyOf(variables),
        List.of(
            Places.python().toString(),
            Places.scripts().resolve(name).toString(),
            config.toString()));
  }

  private Path config(String authType, String... more) throws IOException {
    var text =
        """
        admin:
          endpoint: dns:///%s
          insecure: true
          authType: %s
        %s
        """
            .formatted(harrier.url().getAuthority(), authType, String.join("\n", more));
    return Files.writeString(Files.createTempFile(folder, authType, ".yaml"), text);
  }
}
