package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.secrets.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The real clients over TLS, with a certificate of {@code harrier tls init}. */
@Tag("python")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TlsTest {
  private final Path folder;
  private final Harrier harrier;
  private final Clients clients;

  TlsTest(@TempDir Path folder) {
    this.folder = folder;
    this.harrier = Harrier.startWithTls(folder);
    this.clients = new Clients(harrier);
  }

  @AfterAll
  void stop() {
    harrier.close();
  }

  @Test
  void pyflyte_registers_uploads_and_runs_with_the_configuration_as_it_is_written() {
    var hello = Places.examples().resolve("hello");

    var ran = clients.pyflyteRun(hello, "hello.py", "hello", "--name", "TLS");

    assertThat(harrier.url()).hasScheme("https");
    assertThat(ran.succeeded().words()).contains("has succeeded");
  }

  @Test
  @Tag("go")
  void flytectl_logs_in_and_asks_once_it_is_told_the_authority() {
    var ran = flytectl(harrier.clientFile(), harrier.authorityFile());

    assertThat(ran.succeeded().output()).contains("flytesnacks");
  }

  @Test
  void flytekit_refuses_a_server_whose_authority_it_does_not_trust() throws IOException {
    var config = trusting(strangersAuthority());

    var ran = script("list_projects.py", config.toString());

    assertThat(ran.exitCode()).isNotZero();
    assertThat(ran.words()).containsIgnoringCase("CERTIFICATE_VERIFY_FAILED");
  }

  @Test
  @Tag("go")
  void flytectl_refuses_a_server_whose_authority_it_does_not_trust() throws IOException {
    var stranger = strangersAuthority();

    var ran = flytectl(trusting(stranger), stranger);

    assertThat(ran.exitCode()).isNotZero();
    assertThat(ran.words()).contains("certificate signed by unknown authority");
  }

  @Test
  void pyflyte_without_tls_is_told_what_to_set() throws IOException {
    var config =
        Files.writeString(
            Files.createTempFile(folder, "plain", ".yaml"),
            Files.readString(harrier.clientFile()).replace("insecure: false", "insecure: true"));

    var ran = script("list_projects.py", config.toString());

    assertThat(ran.exitCode()).isNotZero();
    assertThat(ran.words()).contains("This server speaks TLS").contains("admin.insecure: false");
  }

  @Test
  void a_check_finds_nothing_wrong_under_its_name_and_says_what_is_under_others()
      throws IOException {
    var port = harrier.url().getPort();

    var sound = command("tls", "check", "localhost:" + port);
    var stranger =
        command("tls", "check", "localhost:" + port, "--ca", strangersAuthority().toString());

    assertThat(sound.succeeded().output()).contains("No client has a reason to refuse it.");
    assertThat(stranger.exitCode()).isEqualTo(1);
    assertThat(stranger.output()).contains("Unknown authority");
  }

  @Test
  void commands_of_the_program_reach_their_server_over_tls() {
    assertThat(command("user", "list").succeeded().output()).isNotNull();
    assertThat(harrier.api().get("/me").status()).isEqualTo(200);
  }

  @Test
  void a_renewed_certificate_is_served_while_calls_go_on() throws Exception {
    var token = harrier.token();
    var over = new AtomicBoolean();
    try (var caller = client();
        var thread = Executors.newSingleThreadExecutor()) {
      Callable<Integer> calls =
          () -> {
            var good = 0;
            while (!over.get()) {
              assertThat(get(caller, "/api/v1/projects", token).statusCode()).isEqualTo(200);
              good++;
            }
            return good;
          };
      var answered = thread.submit(calls);
      var before = served();
      Harrier.makeCertificate(harrier.home());

      Patience.awaitTrue(
          "the renewed certificate", Duration.ofMinutes(1), () -> !served().equals(before));

      over.set(true);
      assertThat(answered.get()).isPositive();
    }
  }

  private Certificate served() {
    try (var fresh = client()) {
      var session = get(fresh, "/healthcheck", "none").sslSession().orElseThrow();
      return session.getPeerCertificates()[0];
    } catch (SSLPeerUnverifiedException e) {
      throw new AssertionError("A server without a certificate", e);
    }
  }

  private HttpClient client() {
    return HttpClient.newBuilder().sslContext(Trust.in(harrier.authorityFile())).build();
  }

  private HttpResponse<String> get(HttpClient client, String path, String token) {
    var request =
        HttpRequest.newBuilder(harrier.url().resolve(path))
            .header("authorization", "Bearer " + token)
            .build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while calling the server", e);
    }
  }

  private Path strangersAuthority() throws IOException {
    var home = Files.createDirectory(folder.resolve("stranger-" + System.nanoTime()));
    Harrier.makeCertificate(home);
    return home.resolve("tls").resolve("ca.pem");
  }

  private Path trusting(Path authority) throws IOException {
    var text = Files.readString(harrier.clientFile());
    return Files.writeString(
        Files.createTempFile(folder, "stranger", ".yaml"),
        // flytectl tries for a minute else.
        text.replace(harrier.authorityFile().toString(), authority.toString())
            .replace("admin:\n", "admin:\n  maxRetries: 1\n  perRetryTimeout: 1s\n"));
  }

  private Ran flytectl(Path config, Path authority) {
    var variables = new HashMap<>(Map.of("NO_COLOR", "1", "HOME", folder.toString()));
    variables.put("SSL_CERT_FILE", authority.toString());
    var line =
        List.of(
            Programs.goTool("flytectl").toString(),
            "--config",
            config.toString(),
            "get",
            "project");
    return Ran.of(folder, Map.copyOf(variables), line);
  }

  private Ran script(String name, String config) {
    var line =
        List.of(Places.python().toString(), Places.scripts().resolve(name).toString(), config);
    return Ran.of(folder, Map.of("PYTHONPATH", Places.pythonPath(), "NO_COLOR", "1"), line);
  }

  private Ran command(String... words) {
    var line = new ArrayList<>(Places.server());
    line.addAll(List.of(words));
    line.addAll(List.of("--home", harrier.home().toString()));
    return Ran.of(folder, Map.of(), line);
  }
}
