package dev.harrier.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.secrets.Programs;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The real clients log in: by a browser, by a device's code, by credentials of their own. */
@Tag("python")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LoginTest {
  private static final Pattern LINK = Pattern.compile("first user +(http\\S+)");
  private static final String NAME = "ada";
  private static final String PASSWORD = "correct horse battery";

  private final Path folder;
  private final Harrier harrier;

  LoginTest(@TempDir Path folder) {
    this.folder = folder;
    this.harrier = Harrier.start(folder);
  }

  @BeforeAll
  void the_first_administrator_follows_the_link_that_the_start_printed() throws IOException {
    var browser = folder.resolve("xdg-open");
    Files.writeString(
        browser,
        "#!/bin/sh\nexec '%s' '%s' \"$1\"\n"
            .formatted(Places.python(), Places.scripts().resolve("browser.py")));
    Files.setPosixFilePermissions(browser, PosixFilePermissions.fromString("rwx------"));
    var link =
        Patience.await(
            "the link of the first administrator",
            Duration.ofMinutes(1),
            () -> {
              var found = LINK.matcher(harrier.output());
              return found.find() ? Optional.of(found.group(1)) : Optional.empty();
            });

    assertThat(script("choose_password.py", link, NAME, PASSWORD).succeeded().output())
        .contains("all as expected");
  }

  @AfterAll
  void stop() {
    harrier.close();
  }

  @Test
  void flytekit_logs_in_by_browser_and_refreshes() throws IOException {
    var ran = script("pkce.py", config("Pkce").toString());

    assertThat(ran.succeeded().output()).contains("all as expected");
    assertThat(seenByBrowser()).contains("/oauth2/authorize?client_id=flytectl");
  }

  @Test
  void flytekit_logs_in_as_a_device() throws IOException {
    var ran =
        script(
            "device.py",
            Places.python().toString(),
            Places.scripts().resolve("list_projects.py").toString(),
            config("DeviceFlow").toString());

    assertThat(ran.succeeded().output()).contains("flytesnacks");
  }

  @Test
  void flytekit_logs_in_with_credentials_of_its_own() throws IOException {
    var secret = command("client", "add", "--admin", "flytekit-ci").succeeded().lastLine();
    var file = Files.writeString(folder.resolve("ci-secret"), secret);
    var config =
        config("ClientSecret", "  clientId: flytekit-ci", "  clientSecretLocation: " + file);

    assertThat(script("list_projects.py", config.toString()).succeeded().output())
        .contains("flytesnacks");

    command("client", "disable", "flytekit-ci").succeeded();
    assertThat(script("list_projects.py", config.toString()).exitCode()).isNotZero();
  }

  @Test
  @Tag("go")
  void flytectl_logs_in_by_browser_as_a_device_and_with_credentials() throws IOException {
    var secret = command("client", "add", "--admin", "flytectl-ci").succeeded().lastLine();
    var file = Files.writeString(folder.resolve("flytectl-secret"), secret);
    var credentials =
        config("ClientSecret", "  clientId: flytectl-ci", "  clientSecretLocation: " + file);
    var flytectl = Programs.goTool("flytectl").toString();

    var byBrowser = run(List.of(flytectl, "--config", config("Pkce").toString(), "get", "project"));
    var seen = seenByBrowser();
    var byDevice =
        script(
            "device.py", flytectl, "--config", config("DeviceFlow").toString(), "get", "project");
    var bySecret = run(List.of(flytectl, "--config", credentials.toString(), "get", "project"));

    assertThat(byBrowser.succeeded().output()).contains("flytesnacks");
    assertThat(seen).contains("/oauth2/authorize?").contains("nonce=");
    assertThat(byDevice.succeeded().output()).contains("flytesnacks");
    assertThat(bySecret.succeeded().output()).contains("flytesnacks");
  }

  @Test
  void a_client_that_knows_nothing_of_flyte_gets_and_loses_tokens() {
    var secret = command("client", "add", "stranger").succeeded().lastLine();

    var ran = script("stranger.py", harrier.url().toString(), NAME, PASSWORD, "stranger", secret);

    assertThat(ran.succeeded().output()).contains("all as expected");
  }

  @Test
  void authlib_logs_in_by_code_and_by_a_signature_and_checks_what_it_gets() {
    var scripts = Places.scripts().resolveSibling("strangers");
    var python = PythonTool.install(Places.python(), "strangers", Places.pythonCache());
    var line = new ArrayList<String>();
    line.addAll(List.of(python.toString(), scripts.resolve("authlib_stranger.py").toString()));
    line.addAll(List.of(harrier.url().toString(), NAME, PASSWORD, folder.toString()));
    line.addAll(Places.server());
    line.addAll(List.of("client", "add", "--home", harrier.home().toString(), "authlib-signs"));
    line.add("--jwks");

    assertThat(run(line).succeeded().output()).contains("all as expected");
  }

  @Test
  @Tag("go")
  void a_client_of_gos_own_library_logs_in_every_way() {
    var secret = command("client", "add", "go-stranger").succeeded().lastLine();
    var program = Programs.goTool("oauth2").toString();

    var ran = run(List.of(program, harrier.url().toString(), "go-stranger", secret));

    assertThat(ran.succeeded().output()).contains("all as expected");
  }

  @Test
  void a_browser_calls_the_api_by_its_session_until_that_is_killed() {
    try (var browser = new WebBrowser()) {
      var page = browser.open(harrier.url().resolve("/login?redirect_url=/me"));
      var landed = browser.submit(page, Map.of("name", NAME, "password", PASSWORD));
      assertThat(landed.body()).contains("\"user:ada\"");
      assertThat(landed.headers()).containsEntry("x-user-subject", "user:ada");
      var nothing = "/api/v1/executions/flytesnacks/development/none";

      assertThat(browser.fetch(harrier.url(), "GET", "/api/v1/projects", "").body())
          .contains("flytesnacks");
      assertThat(browser.fetch(harrier.url(), "DELETE", nothing, "{}").status()).isEqualTo(404);
      var elsewhere = URI.create("http://localhost:9");
      assertThat(browser.fetch(elsewhere, "DELETE", harrier.url() + nothing, "{}").status())
          .isEqualTo(403);

      var listed = command("session", "list", "--of", NAME).succeeded();
      command("session", "kill", listed.lastLine().split(" ", -1)[0]).succeeded();
      command("session", "kill", "--of", NAME).succeeded();
      assertThat(browser.open(harrier.url().resolve("/me")).status()).isEqualTo(401);
      assertThat(command("session", "list", "--of", NAME).succeeded().output().strip()).isEmpty();
      assertThat(command("session", "kill", "no-such").output()).contains("There is no session");
    }
  }

  @Test
  void what_a_client_says_of_itself_beside_its_token_is_not_heard() throws Exception {
    var claims =
        Base64.getEncoder()
            .encodeToString("{\"sub\":\"user:root\",\"email\":\"r@x\"}".getBytes(UTF_8));
    var request =
        HttpRequest.newBuilder(harrier.url().resolve("/me"))
            .header("authorization", "Bearer " + harrier.token());
    for (var name : List.of("userinfo-bin", "grpc-metadata-userinfo-bin", "x-user-subject")) {
      request.header(name, claims);
    }
    try (var client = HttpClient.newHttpClient()) {
      var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      var alone = client.send(forged(claims), HttpResponse.BodyHandlers.ofString());

      assertThat(answer.body()).contains("sa:").doesNotContain("root", "r@x");
      assertThat(alone.statusCode()).isEqualTo(401);
    }
  }

  private HttpRequest forged(String claims) {
    return HttpRequest.newBuilder(harrier.url().resolve("/me"))
        .header("userinfo-bin", claims)
        .header("grpc-metadata-userinfo-bin", claims)
        .header("grpc-metadata-authorization", "Bearer x")
        .header("from_http", "true")
        .build();
  }

  @Test
  void users_are_added_listed_disabled_and_keys_rotated_by_command() {
    var token = harrier.token();
    var link = command("user", "add", "bob").succeeded().lastLine();
    script("choose_password.py", link, "bob", PASSWORD).succeeded();

    assertThat(command("user", "list").succeeded().words()).contains("ada administrator active");
    assertThat(command("user", "add", "bob").output()).contains("already");
    command("user", "disable", "bob").succeeded();
    assertThat(command("user", "list").succeeded().words()).contains("bob user disabled");
    assertThat(command("user", "disable", NAME).output()).contains("last administrator");
    command("key", "rotate").succeeded();
    assertThat(harrier.api().getAs("/me", Optional.of(token)).status()).isEqualTo(200);
    assertThat(harrier.api().getAs("/me", Optional.of(harrier.token())).status()).isEqualTo(200);
    command("key", "rotate", "--compromised").succeeded();
    assertThat(harrier.api().getAs("/me", Optional.of(token)).status()).isEqualTo(401);
    assertThat(harrier.api().getAs("/me", Optional.of(harrier.token())).status()).isEqualTo(200);
  }

  /** What a client opened, and where it led; a browser goes on while its client is done. */
  private String seenByBrowser() throws IOException {
    var file = folder.resolve("seen");
    Patience.awaitTrue("the browser", Duration.ofMinutes(1), () -> Files.exists(file));
    var seen = Files.readString(file);
    Files.delete(file);
    return seen;
  }

  private Ran command(String... words) {
    var line = new ArrayList<>(Places.server());
    line.addAll(List.of(words));
    line.addAll(List.of("--home", harrier.home().toString()));
    return run(line);
  }

  private Ran script(String name, String... arguments) {
    var line = new ArrayList<String>();
    line.add(Places.python().toString());
    line.add(Places.scripts().resolve(name).toString());
    line.addAll(List.of(arguments));
    return run(line);
  }

  private Ran run(List<String> line) {
    var variables = new HashMap<String, String>();
    variables.put("PYTHONPATH", Places.pythonPath());
    variables.put("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring");
    variables.put("BROWSER", folder.resolve("xdg-open").toString());
    variables.put("PATH", folder + ":" + System.getenv("PATH"));
    variables.put("HOME", folder.toString());
    variables.put("NO_COLOR", "1");
    variables.put(
        "HARRIER_TEST_FIELDS",
        "{\"name\": \"%s\", \"password\": \"%s\", \"decision\": \"allow\"}"
            .formatted(NAME, PASSWORD));
    variables.put("HARRIER_TEST_SEEN", folder.resolve("seen").toString());
    return Ran.of(folder, Map.copyOf(variables), line);
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
    var file = Files.createTempFile(folder, authType, ".yaml");
    return Files.writeString(file, text);
  }
}
