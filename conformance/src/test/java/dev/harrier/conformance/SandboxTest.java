package dev.harrier.conformance;

import static dev.harrier.conformance.Json.integer;
import static dev.harrier.conformance.Json.string;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.harrier.conformance.SharedHarrier.World;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a task gets that wants more than it should have, while another one runs beside it. */
@Tag("python")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SandboxTest {
  private static final String WORKFLOWS = "workflows.besieging.";
  private static final int NEIGHBOUR_SECONDS = 100;
  private static final long PROCESSES_MAX = 200;
  private static final int PROBES_MIN = 150;

  private final World world;
  private Run neighbour;

  /** On a server of its own: what happens here is not to be felt by other tests. */
  SandboxTest(String... options) {
    this.world = World.open(options(options));
    this.neighbour = world.executions().run("none");
  }

  @AfterAll
  void close() {
    world.close();
  }

  @BeforeEach
  void a_neighbour_runs() {
    neighbour = start("waiting", Map.of("seconds", integer(NEIGHBOUR_SECONDS)));
    Siege.awaitMark(world, neighbour);
  }

  @AfterEach
  void the_neighbour_was_not_disturbed() {
    assertThat(neighbour.phase()).isEqualTo("RUNNING");
    neighbour.terminate("the test is over");
    neighbour.awaitEnd();
    assertThat(world.harrier().alive()).isTrue();
  }

  @Test
  void every_way_out_is_refused() throws IOException {
    var siege = Siege.of(world, neighbour);

    var run = start("besieging", Map.of("world", string(siege.known().toString()))).succeeded();

    var answers = Siege.answers(run);
    assertThat(answers).hasSizeGreaterThan(PROBES_MIN);
    answers.values().removeIf(answer -> answer.startsWith("refused") || answer.equals("absent"));
    // The home of a test is below /tmp, and there a task writes into a folder of its own.
    answers
        .entrySet()
        .removeIf(one -> one.getKey().contains(" /tmp/") && one.getValue().equals("GOT wrote"));
    assertThat(answers).isEmpty();
    assertThat(siege.traces()).isEmpty();
  }

  @Test
  void a_daemon_ends_with_its_attempt() {
    var mark = "harrier-daemon-" + UUID.randomUUID();

    var run = start("leaving_behind", Map.of("mark", string(mark))).succeeded();

    assertThat(run.string("o0")).isEqualTo("left");
    assertThat(Siege.processesWith(mark)).isEmpty();
  }

  @Test
  void a_task_that_forks_without_end_meets_a_limit() {
    var run = start("multiplying", Map.of());

    var end = run.awaitEnd();

    // Whichever is met first: the kernel's limit, where it has one, or the parent that counts.
    if (end.phase().equals("SUCCEEDED")) {
      assertThat(run.integer("o0")).isBetween(1L, PROCESSES_MAX);
    } else {
      assertThat(end.code()).endsWith("TooManyProcesses");
    }
  }

  @Test
  void a_task_that_takes_memory_without_end_is_ended() {
    var end = start("swelling", Map.of()).awaitEnd();

    assertThat(end.code()).endsWith("OOMKilled");
  }

  @Test
  void files_in_memory_are_bounded() {
    var run = start("swelling_in_shared_memory", Map.of()).succeeded();

    assertThat(run.string("o0")).matches("refused after 25[0-9] MiB: ENOSPC");
  }

  @Test
  void a_task_that_writes_without_end_is_ended() {
    var end = start("hoarding", Map.of()).awaitEnd();

    assertThat(end.code()).endsWith("Evicted");
    assertThat(end.message()).contains("ephemeral storage");
  }

  private static String[] options(String... more) {
    var configuration = Places.configuration("small-tasks.yaml").toString();
    return Stream.concat(Stream.of("--config", configuration), Stream.of(more))
        .toArray(String[]::new);
  }

  private Run start(String workflow, Map<String, JsonObject> inputs) {
    return world.executions().start(WORKFLOWS + workflow, inputs);
  }
}
