package dev.harrier.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.runtime.process.sandbox.Walls;
import dev.harrier.spi.Observation;
import dev.harrier.spi.ProjectDomain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How long the processes of a network live, and what it costs. */
@Tag("python")
final class OwnNetworkLifeTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int MEASURED = 40;
  private static final String CONNECT =
      "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 2)";

  @TempDir private Path folder = Path.of("");
  private int number;

  @BeforeAll
  static void require() {
    Networks.require();
  }

  @ParameterizedTest
  @EnumSource(
      value = Walls.class,
      names = {"NAMESPACES", "BUBBLEWRAP_EACH"})
  void pasta_ends_with_its_parent_however_that_ends(Walls walls) throws IOException {
    try (var shop = shop(walls, Duration.ofMinutes(5))) {
      assertThat(run(shop, "true")).isInstanceOf(Observation.Succeeded.class);
      var makers = makers();
      assertThat(makers).isNotEmpty();

      makers.getFirst().parent().orElseThrow().destroyForcibly();

      awaitNone();
    }
  }

  @Test
  void it_ends_with_a_parent_that_no_server_comes_back_to() throws IOException {
    try (var shop = shop(Walls.NAMESPACES, Duration.ofSeconds(1))) {
      assertThat(run(shop, "true")).isInstanceOf(Observation.Succeeded.class);
    }

    awaitNone();
  }

  @Test
  void one_that_died_is_started_again() throws IOException {
    var address = Networks.ownAddress();
    try (var server = new ServerSocket(0, 100, address);
        var shop =
            new Workshop(
                folder,
                settings ->
                    EgressTest.with(
                        settings,
                        EgressTest.listed(
                            "machine:%s:%d"
                                .formatted(address.getHostAddress(), server.getLocalPort()))))) {
      assertThat(connect(shop, address, server)).isInstanceOf(Observation.Succeeded.class);
      var first = makers().getFirst();

      first.destroyForcibly();

      var deadline = System.nanoTime() + LIMIT.toNanos();
      while (!(connect(shop, address, server) instanceof Observation.Succeeded)) {
        assertThat(System.nanoTime()).as("the deadline").isLessThan(deadline);
      }
      assertThat(makers().getFirst().pid()).isNotEqualTo(first.pid());
    }
  }

  @Test
  void what_a_warm_task_costs_with_a_list_and_without_is_told() throws IOException {
    try (var shop = shop(Walls.NAMESPACES, Duration.ofMinutes(5))) {
      var with = new ArrayList<Long>();
      var without = new ArrayList<Long>();
      for (var i = 0; i < MEASURED; i++) {
        // In turn, so that whatever else the machine does is in both.
        with.add(nanos(shop, "flytesnacks"));
        without.add(nanos(shop, "open"));
      }

      System.out.printf(
          "A warm task with a list of destinations takes %.2f times what it takes without (%.1f ms"
              + " and %.1f ms, medians of %d).%n",
          (double) median(with) / median(without),
          median(with) / 1e6,
          median(without) / 1e6,
          MEASURED);
      assertThat(makers()).hasSize(1);
    }
  }

  private Workshop shop(Walls walls, Duration idle) throws IOException {
    return new Workshop(
        folder,
        settings ->
            EgressTest.with(settings, EgressTest.listed("198.51.100.0/24")).withParentIdle(idle),
        walls);
  }

  private long nanos(Workshop shop, String project) {
    var scope = new ProjectDomain(project, "development");
    var id = Workshop.attempt(scope, "m" + number++, 0);
    var begun = System.nanoTime();
    shop.run(id, Workshop.shell("true"));
    return System.nanoTime() - begun;
  }

  private static long median(List<Long> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private Observation run(Workshop shop, String script) {
    return shop.run(Workshop.attempt("n" + number++), Workshop.shell(script));
  }

  private Observation connect(Workshop shop, InetAddress address, ServerSocket server) {
    var port = Integer.toString(server.getLocalPort());
    return shop.run(
        Workshop.attempt("n" + number++),
        Workshop.container(List.of("python", "-c", CONNECT, address.getHostAddress(), port)));
  }

  /** Every pasta of this test's home. */
  private List<ProcessHandle> makers() {
    return ProcessHandle.allProcesses()
        .filter(
            process -> {
              var line = process.info().commandLine().orElse("");
              return line.contains(folder.toString()) && line.contains("pasta.pid");
            })
        .toList();
  }

  private void awaitNone() {
    var deadline = System.nanoTime() + LIMIT.toNanos();
    while (!makers().isEmpty()) {
      assertThat(System.nanoTime()).as("the deadline").isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }
}
