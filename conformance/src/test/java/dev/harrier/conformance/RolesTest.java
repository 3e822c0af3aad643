package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.server.role.AdminLine;
import dev.harrier.spi.StoreUnavailableException;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Admin and a propeller as two processes, and what each of them needs and offers. */
@Tag("python")
final class RolesTest {
  private static final Pattern EXECUTION = Pattern.compile("executions/([a-zA-Z0-9]+)");

  private static Path folder;
  private static Harrier harrier;

  @BeforeAll
  static void start() throws IOException {
    folder = Files.createTempDirectory("hr");
    harrier = Harrier.startSplit(folder, List.of());
  }

  @AfterAll
  static void stop() {
    harrier.close();
    SharedHarrier.deleteAll(folder);
  }

  @Test
  void a_workflow_runs_to_its_end_and_its_logs_are_read_at_admin() throws Exception {
    var examples = Places.examples().resolve("hello");

    var ran =
        new Clients(harrier).pyflyteRun(examples, "hello.py", "hello", "--name", "two processes");

    assertThat(ran.succeeded().words()).contains("has succeeded");
    var execution = EXECUTION.matcher(ran.output());
    assertThat(execution.find()).isTrue();
    var log = "/harrier/logs/flytesnacks/development/%s/n0/0".formatted(execution.group(1));
    assertThat(status(harrier.url().resolve(log).toString(), harrier.token())).isEqualTo(200);
    assertThat(harrier.propeller().home().resolve("process/logs")).isNotEmptyDirectory();
    assertThat(harrier.home().resolve("process")).doesNotExist();
  }

  @Test
  void each_role_listens_on_its_own_ports_alone_and_on_loopback() {
    var admin = OpenSockets.of(harrier.process());
    var propeller = OpenSockets.of(harrier.propeller().process().toHandle());

    assertThat(ports(admin))
        .containsExactlyInAnyOrder(
            harrier.url().getPort(),
            harrier.propeller().internalPort(),
            metricsOfAdmin().getPort());
    assertThat(ports(propeller)).containsExactly(harrier.propeller().metrics().getPort());
    assertThat(Stream.of(admin, propeller).flatMap(one -> one.listening().stream()))
        .isNotEmpty()
        .allMatch(one -> one.local().isLoopbackAddress());
  }

  @Test
  void a_propeller_talks_to_the_internal_port_and_to_nothing_else() {
    var propeller = OpenSockets.of(harrier.propeller().process().toHandle());

    assertThat(propeller.connected())
        .isNotEmpty()
        .allMatch(
            one ->
                one.remotePort() == harrier.propeller().internalPort()
                    || one.port() == harrier.propeller().metrics().getPort());
    assertThat(propeller.unixPaths()).noneMatch(path -> path.contains("PGSQL"));
    // The database itself is reached over no network.
    harrier
        .postgres()
        .ifPresent(process -> assertThat(OpenSockets.of(process).listening()).isEmpty());
  }

  @Test
  void a_propeller_has_no_database_and_no_key_that_signs() throws IOException {
    var home = harrier.propeller().home();

    assertThat(home.resolve("database")).doesNotExist();
    for (var key :
        List.of(
            "signing-key.json",
            "blob-url-key",
            "session-key",
            "page-token-key",
            "secret-master-key.json")) {
      assertThat(harrier.home().resolve("security").resolve(key)).exists();
      assertThat(home.resolve("security").resolve(key)).doesNotExist();
    }
    assertThat(openFiles(harrier.propeller().process().toHandle()))
        .noneMatch(
            file ->
                file.startsWith(harrier.home())
                    && !file.startsWith(harrier.home().resolve("blobs")));
  }

  @Test
  void admin_makes_no_environment_for_tasks_and_runs_none() throws IOException {
    assertThat(harrier.home().resolve("python")).doesNotExist();
    assertThat(
            harrier
                .process()
                .descendants()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains("bwrap") || line.contains("python")))
        .isEmpty();
  }

  @Test
  void a_setting_that_a_role_does_not_need_is_refused() {
    var line = harrier.propeller().line();

    var ran =
        Ran.of(
            folder,
            Stream.concat(
                    harrier.propeller().environment().entrySet().stream(),
                    Stream.of(Map.entry("HARRIER_DATABASE_URL", "postgresql://u:p@localhost/d")))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
            line.stream()
                .map(
                    word ->
                        word.equals(harrier.propeller().home().toString())
                            ? folder.resolve("other").toString()
                            : word)
                .toList());

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.words()).contains("a propeller never opens the database");
  }

  @Test
  void nobody_else_is_answered_on_the_internal_port() {
    assertThat(refusal("")).contains("UNAUTHENTICATED");
    assertThat(refusal("Bearer nonsense")).contains("UNAUTHENTICATED");
    // The home's own client administers everything, and is no engine.
    assertThat(refusal("Bearer " + harrier.token())).contains("PERMISSION_DENIED");
  }

  @Test
  void the_internal_port_has_nothing_of_the_api_and_the_api_nothing_of_it() throws Exception {
    var internal = "http://localhost:" + harrier.propeller().internalPort();

    assertThat(status(internal + "/api/v1/projects")).isEqualTo(404);
    assertThat(status(internal + "/login")).isEqualTo(404);
    assertThat(status(internal + "/metrics")).isEqualTo(404);
    try (var line = AdminLine.with(harrier.url(), bearing("Bearer " + harrier.token()))) {
      assertThatThrownBy(line::describe)
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("UNIMPLEMENTED");
    }
  }

  @Test
  void readiness_tells_whether_a_propeller_works() throws Exception {
    var metrics = harrier.propeller().metrics();

    assertThat(status(metrics.resolve("/readyz").toString())).isEqualTo(200);
    assertThat(status(metrics.toString())).isEqualTo(200);
  }

  private static String refusal(String authorization) {
    var url = URI.create("http://localhost:" + harrier.propeller().internalPort());
    try (var line = AdminLine.with(url, bearing(authorization))) {
      line.describe();
      return "answered";
    } catch (StoreUnavailableException refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  private static ClientInterceptor bearing(String authorization) {
    return new ClientInterceptor() {
      @Override
      public <Q, A> ClientCall<Q, A> interceptCall(
          MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
          @Override
          public void start(Listener<A> listener, Metadata headers) {
            if (!authorization.isEmpty()) {
              headers.put(
                  Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                  authorization);
            }
            super.start(listener, headers);
          }
        };
      }
    };
  }

  private static int status(String url) throws IOException, InterruptedException {
    return status(HttpRequest.newBuilder(URI.create(url)));
  }

  private static int status(String url, String token) throws IOException, InterruptedException {
    return status(
        HttpRequest.newBuilder(URI.create(url)).header("authorization", "Bearer " + token));
  }

  private static int status(HttpRequest.Builder request) throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }
  }

  private static URI metricsOfAdmin() {
    return harrier
        .output()
        .lines()
        .filter(line -> line.startsWith("  metrics "))
        .map(line -> URI.create(line.substring("  metrics ".length()).strip()))
        .findFirst()
        .orElseThrow();
  }

  private static Set<Integer> ports(OpenSockets sockets) {
    return sockets.listening().stream().map(OpenSockets.Tcp::port).collect(Collectors.toSet());
  }

  private static List<Path> openFiles(ProcessHandle process) throws IOException {
    try (var files = Files.list(Path.of("/proc/%s/fd".formatted(process.pid())))) {
      return files.flatMap(RolesTest::target).toList();
    }
  }

  private static Stream<Path> target(Path file) {
    try {
      return Stream.of(Files.readSymbolicLink(file));
    } catch (IOException closed) {
      return Stream.empty();
    }
  }
}
