package dev.harrier.conformance;

import static dev.harrier.conformance.Json.integer;
import static dev.harrier.conformance.Json.string;
import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.conformance.SharedHarrier.World;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Networks of tasks whose project has a list, where the whole server is killed and comes back. */
@Tag("python")
@ResourceLock(value = Neighbour.DEVICES, mode = ResourceAccessMode.READ_WRITE)
final class KilledEgressTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int LINE_MILLIS_MAX = 120_000;
  private static final String STAYED_IN = "refused went on reached refused";

  private final Neighbour neighbour = Neighbour.start();
  private final Path folder = World.newFolder();

  KilledEgressTest() throws IOException {
    super();
  }

  @AfterEach
  void close() {
    neighbour.close();
    SharedHarrier.deleteAll(folder);
  }

  @Test
  void an_attempt_that_outlives_its_server_stays_in_its_network_and_nothing_is_left()
      throws IOException {
    var own = InetAddress.ofLiteral(neighbour.ownAddress());
    try (var listed = new ServerSocket(0, 50, own);
        var other = new ServerSocket(0, 50, own);
        var harrier = start(listed)) {
      listed.setSoTimeout(LINE_MILLIS_MAX);
      register(harrier, "development");
      register(harrier, "staging");
      var run = holding(harrier, "development", listed, other);
      var line = listed.accept();
      assertThat(begun(line)).isEqualTo("refused");
      var makers = makers();
      var networks = networks(harrier);
      assertThat(makers).hasSize(1);
      assertThat(networks).hasSize(1);

      harrier.kill();
      harrier.restart();

      assertThat(makers()).as("what makes the network").isEqualTo(makers);
      letGoOn(line, listed);
      assertThat(run.succeeded().string("o0")).isEqualTo(STAYED_IN);
      assertThat(run.attemptPhases("n0")).containsExactly("SUCCEEDED");

      // One in the network that was there, and one in a network of the new server's making.
      for (var domain : List.of("development", "staging")) {
        var later = holding(harrier, domain, listed, other);
        var laterLine = listed.accept();
        assertThat(begun(laterLine)).isEqualTo("refused");
        networks.addAll(networks(harrier));
        letGoOn(laterLine, listed);
        assertThat(later.succeeded().string("o0")).as(domain).isEqualTo(STAYED_IN);
      }
      assertThat(makers()).hasSize(2).containsAll(makers);
      assertThat(networks).hasSize(2);

      harrier.stop();

      Patience.awaitTrue("the end of all that makes networks", LIMIT, () -> makers().isEmpty());
      Patience.awaitTrue(
          "the end of all in the tasks' networks",
          LIMIT,
          () ->
              ProcessHandle.allProcesses()
                  .flatMap(one -> network(one).stream())
                  .noneMatch(networks::contains));
    }
  }

  private Harrier start(ServerSocket listed) throws IOException {
    var file = folder.resolve("config.yaml");
    Files.writeString(
        file,
        "tasks: {egress: {flytesnacks: ['machine:%s:%d']}}"
            .formatted(neighbour.ownAddress(), listed.getLocalPort()));
    return Harrier.startWith(folder, "--config", file.toString());
  }

  private void register(Harrier harrier, String domain) {
    new Clients(harrier)
        .register(
            folder,
            World.PROJECT,
            domain,
            World.VERSION,
            Places.workflows().resolve("outliving.py"))
        .succeeded();
  }

  private static Run holding(
      Harrier harrier, String domain, ServerSocket listed, ServerSocket other) {
    return new Executions(harrier.api(), World.PROJECT, domain, World.VERSION)
        .start(
            "workflows.outliving.holding",
            Map.of(
                "host",
                string(listed.getInetAddress().getHostAddress()),
                "listed",
                integer(listed.getLocalPort()),
                "other",
                integer(other.getLocalPort())));
  }

  /** What the task says before it waits. */
  private static String begun(Socket line) throws IOException {
    line.setSoTimeout(LINE_MILLIS_MAX);
    return new BufferedReader(new InputStreamReader(line.getInputStream(), StandardCharsets.UTF_8))
        .readLine();
  }

  private static void letGoOn(Socket line, ServerSocket listed) throws IOException {
    line.getOutputStream().write('x');
    // What it tries then.
    listed.accept().close();
    line.close();
  }

  /** Every pasta of this test's server. */
  private Set<ProcessHandle> makers() {
    return ProcessHandle.allProcesses()
        .filter(
            one -> {
              var line = one.info().commandLine().orElse("");
              return line.contains(folder.toString()) && line.contains("pasta.pid");
            })
        .collect(Collectors.toSet());
  }

  /** The network namespaces of the server's workers, other than this machine's. */
  private static Set<String> networks(Harrier harrier) {
    var machine = network(ProcessHandle.current()).orElseThrow();
    return Workers.of(harrier.engineHome()).all().stream()
        .flatMap(one -> network(one).stream())
        .filter(one -> !one.equals(machine))
        .collect(Collectors.toSet());
  }

  private static Optional<String> network(ProcessHandle process) {
    try {
      var link = Path.of("/proc", Long.toString(process.pid()), "ns", "net");
      return Optional.of(Files.readSymbolicLink(link).toString());
    } catch (IOException gone) {
      return Optional.empty();
    }
  }
}
