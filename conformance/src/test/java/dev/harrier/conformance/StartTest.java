package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starting, stopping, and what stands in the way of a start. */
@Tag("python")
final class StartTest {
  private final Path folder;

  StartTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void a_stopped_server_ends_with_code_0_and_leaves_no_process() {
    var harrier = Harrier.start(folder);
    var started = harrier.process().descendants().toList();

    var code = harrier.stop();

    assertThat(code).isIn(0, 143);
    assertThat(harrier.postgres()).isEmpty();
    assertThat(started).isNotEmpty();
  }

  @Test
  void a_second_start_on_the_same_home_says_so_and_ends_with_code_2() {
    try (var harrier = Harrier.start(folder)) {
      var second = start();

      assertThat(second.exitCode()).isEqualTo(2);
      assertThat(second.words()).contains(harrier.home().toString());
      assertThat(harrier.alive()).isTrue();
      harrier.api().get("/api/v1/projects").ok();
    }
  }

  @Test
  void a_port_in_use_is_named() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      var port = taken.getLocalPort();

      var ran = Ran.of(folder, Map.of(), Harrier.line(home(), port, Places.python()));

      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.words()).contains(Integer.toString(port)).contains("--port");
    }
  }

  @Test
  void a_python_without_flytekit_is_told_with_the_command_that_mends_it() {
    var bare = folder.resolve("bare");
    Ran.of(
            folder,
            Map.of(),
            List.of(Places.python().toString(), "-m", "venv", "--without-pip", bare.toString()))
        .succeeded();
    var python = bare.resolve("bin").resolve("python");

    var ran = startWith(python);

    assertThat(ran.exitCode()).isIn(1, 2);
    assertThat(ran.words())
        .contains(python.toString())
        .contains("pip install")
        .contains("flytekit");
  }

  @Test
  void a_python_that_is_not_there_is_told() {
    var ran = startWith(Path.of("/nowhere/python"));

    assertThat(ran.exitCode()).isIn(1, 2);
    assertThat(ran.words()).contains("/nowhere/python");
  }

  @Test
  void a_home_of_a_newer_version_is_left_as_it_is() throws IOException {
    Files.createDirectories(home());
    Files.writeString(home().resolve("version"), "999\n");

    var ran = start();

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.words()).contains("999").contains("newer");
    try (var files = Files.list(home())) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactly("version");
    }
  }

  @Test
  void an_unknown_setting_is_refused_with_the_nearest_name() throws IOException {
    Files.createDirectories(home());
    Files.writeString(home().resolve("config.yaml"), "server:\n  prot: 1\n");

    var ran = start();

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.words()).contains("prot").contains("port");
  }

  @Test
  void outside_of_loopback_it_does_not_start() throws IOException {
    Files.createDirectories(home());
    Files.writeString(home().resolve("config.yaml"), "server:\n  address: 0.0.0.0\n");

    var ran = start();

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.words()).contains("0.0.0.0").contains("TLS");
  }

  @Test
  void where_others_reach_it_root_is_refused_unless_it_is_said() {
    Harrier.makeCertificate(home());
    var line = new ArrayList<>(Harrier.line(home(), 0, Places.python()));
    line.addAll(List.of("--address", "0.0.0.0", "--tls", "--url", "https://localhost:1"));

    if (System.getProperty("user.name").equals("root")) {
      var ran = Ran.of(folder, Map.of(), line);

      assertThat(ran.exitCode()).isEqualTo(2);
      assertThat(ran.words()).contains("found root").contains("--allow-root");
      line.add("--allow-root");
    }
    line.addAll(List.of("--database-url", "postgresql://flyte:foobar@localhost:1/flyte"));
    var allowed = Ran.of(folder, Map.of(), line);
    assertThat(allowed.exitCode()).isEqualTo(2);
    assertThat(allowed.words())
        .contains("a password of its own, found one that everybody knows")
        .doesNotContain("foobar");
  }

  @Test
  void a_key_that_others_may_read_is_refused_with_the_command_that_mends_it() throws IOException {
    Harrier.makeCertificate(home());
    var key = home().resolve("tls").resolve("server-key.pem");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

    var ran = start();

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.words()).contains("chmod 600 " + key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "start", "token", "tls", "tls check"})
  void each_command_explains_itself(String command) {
    var line = new ArrayList<>(Places.server());
    if (!command.isEmpty()) {
      line.addAll(List.of(command.split(" ", -1)));
    }
    line.add("--help");

    var ran = Ran.of(folder, Map.of(), line).succeeded();

    assertThat(ran.words()).contains("Usage: harrier " + command);
  }

  @Test
  void what_was_registered_and_run_is_there_after_a_restart() {
    try (var harrier = Harrier.start(folder)) {
      var clients = new Clients(harrier);
      var hello = Places.examples().resolve("hello");
      var words = new String[] {"--name", "kept", "hello.py", "hello"};
      clients.pyflyteRun(hello, words).succeeded();
      harrier.stop();

      harrier.restart();

      var run = new Executions(harrier.api(), "flytesnacks", "development", "any").run("kept");
      assertThat(run.succeeded().string("o0")).isEqualTo("Hello, harrier!");
    }
  }

  private Path home() {
    return folder.resolve("home");
  }

  private Ran start() {
    return startWith(Places.python());
  }

  private Ran startWith(Path python) {
    return Ran.of(folder, Map.of(), Harrier.line(home(), 0, python));
  }
}
