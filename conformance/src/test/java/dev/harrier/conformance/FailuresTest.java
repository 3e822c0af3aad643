package dev.harrier.conformance;

import static dev.harrier.conformance.Json.integer;
import static dev.harrier.conformance.Json.string;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.harrier.conformance.SharedHarrier.World;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("python")
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(SharedHarrier.class)
final class FailuresTest {
  /** Three beats that did not come. */
  private static final Duration SILENCE = Duration.ofSeconds(1);

  private static final long LOG_BYTES_MAX = 17L << 20;

  private final World world;

  FailuresTest(World world) {
    this.world = world;
  }

  @Test
  void an_error_of_the_users_code_ends_the_execution_at_its_first_attempt() {
    var run = start("raises", Map.of("text", string("no such luck")));

    var end = run.awaitEnd();

    assertThat(end.phase()).isEqualTo("FAILED");
    assertThat(end.code()).startsWith("USER:");
    assertThat(end.kind()).isEqualTo("USER");
    assertThat(end.message()).contains("ValueError: no such luck").contains("raise_an_error");
    assertThat(run.attemptPhases("n0")).containsExactly("FAILED");
  }

  @Test
  void a_recoverable_error_is_tried_again_within_the_tasks_budget() {
    var run = start("recovers", Map.of("good", integer(2))).succeeded();

    assertThat(run.integer("o0")).isEqualTo(2);
    assertThat(run.attemptPhases("n0")).containsExactly("FAILED", "FAILED", "SUCCEEDED");
  }

  @Test
  void a_spent_budget_is_told_with_the_last_error() {
    var run = start("recovers", Map.of("good", integer(9)));

    var end = run.awaitEnd();

    assertThat(end.phase()).isEqualTo("FAILED");
    assertThat(end.code()).startsWith("RetriesExhausted|USER:");
    assertThat(end.message())
        .startsWith("[3/3] currentAttempt done. Last Error: USER::")
        .contains("attempt 2 is not good enough");
    assertThat(run.attemptPhases("n0")).containsExactly("FAILED", "FAILED", "FAILED");
  }

  @Test
  void a_process_that_somebody_kills_spends_the_platforms_budget_not_the_tasks() {
    var run = start("killed", Map.of("good", integer(2))).succeeded();

    assertThat(run.integer("o0")).isEqualTo(2);
  }

  @Test
  void the_platforms_budget_ends_too() {
    var end = start("killed", Map.of("good", integer(9))).awaitEnd();

    assertThat(end.phase()).isEqualTo("FAILED");
    assertThat(end.code()).isEqualTo("RetriesExhausted|Interrupted");
    assertThat(end.kind()).isEqualTo("SYSTEM");
  }

  @Test
  void a_task_may_print_a_hundred_megabytes_and_keeps_the_head_and_tail_of_it() {
    var run = start("prints", Map.of("megabytes", integer(100))).succeeded();

    assertThat(run.integer("o0")).isEqualTo(100);
    var log = log(run, "n0");
    assertThat(log.length()).isLessThan((int) LOG_BYTES_MAX);
    assertThat(log.strip()).startsWith("the first line");
    assertThat(log).endsWith("the last line\n");
  }

  private String log(Run run, String node) {
    var links = Json.list(Json.at(run.attempts(node).getFirst(), "closure"), "logs");
    assertThat(links).as("links to the log of %s in %s", node, run).isNotEmpty();
    var link = URI.create(Json.text(links.getFirst(), "uri"));
    var answer = world.api().get(link.getRawPath() + query(link));
    assertThat(answer.status()).isEqualTo(200);
    return answer.text();
  }

  private static String query(URI link) {
    return link.getRawQuery() == null ? "" : "?" + link.getRawQuery();
  }

  @Test
  void an_exit_code_is_told() {
    var end = start("exits", Map.of("code", integer(3))).awaitEnd();

    assertThat(end.phase()).isEqualTo("FAILED");
    assertThat(end.message()).contains("terminated with exit code (3)").contains("about to exit");
  }

  @Test
  void a_task_that_calls_sys_exit_fails() {
    var end = start("sys_exits", Map.of("code", integer(3))).awaitEnd();

    assertThat(end.phase()).isEqualTo("FAILED");
    assertThat(end.message()).contains("3");
  }

  @Test
  void a_task_over_its_memory_is_ended_and_told_so() {
    var end = start("out_of_memory", Map.of()).awaitEnd();

    assertThat(end.phase()).isEqualTo("FAILED");
    assertThat(end.code()).contains("OOMKilled");
  }

  @Test
  void a_task_that_hangs_is_ended_at_its_timeout_and_tried_again() {
    var run = start("hangs", Map.of("ledger_address", string(world.ledger().address())));

    var end = run.awaitEnd();

    assertThat(end.phase()).isIn("FAILED", "TIMED_OUT");
    assertThat(end.code()).contains("TimeoutExpired");
    assertThat(world.ledger().lines("begin", run.name()).stream().map(Ledger.Line::attempt))
        .containsExactly(0, 1);
    awaitSilence(run);
  }

  @Test
  void what_a_task_forked_ends_with_its_attempt() {
    var run = start("forks", Map.of("ledger_address", string(world.ledger().address())));

    run.succeeded();

    assertThat(world.ledger().lines("beat", run.name())).isNotEmpty();
    awaitSilence(run);
  }

  private void awaitSilence(Run run) {
    Patience.awaitTrue(
        "the processes of " + run + " to be gone",
        Duration.ofMinutes(1),
        () -> {
          var last = world.ledger().lines("beat", run.name()).getLast();
          return System.nanoTime() - last.nanos() > SILENCE.toNanos();
        });
  }

  @ParameterizedTest
  @CsvSource({"none,OutputsNotFound", "broken,OutputsBadFormat"})
  void outputs_that_are_missing_or_broken_are_told(String how, String code) {
    var end = start("writes", Map.of("how", string(how))).awaitEnd();

    assertThat(end.phase()).isEqualTo("FAILED");
    assertThat(end.code()).contains(code);
  }

  @Test
  void by_default_a_failure_stops_what_runs_beside_it() {
    var run =
        start("fails_immediately", Map.of("ledger_address", string(world.ledger().address())));

    var end = run.awaitEnd();

    assertThat(end.phase()).isEqualTo("FAILED");
    assertThat(end.message()).contains("this branch fails at once");
    assertThat(world.ledger().lines("end", run.name())).isEmpty();
    assertThat(run.nodePhases().values()).doesNotContain("RUNNING", "QUEUED");
  }

  @Test
  void with_the_other_policy_what_can_run_still_runs() {
    var run = start("fails_at_the_end", Map.of("ledger_address", string(world.ledger().address())));

    var end = run.awaitEnd();

    assertThat(end.phase()).isEqualTo("FAILED");
    assertThat(end.message()).contains("this branch fails at once");
    assertThat(world.ledger().lines("end", run.name()).stream().map(Ledger.Line::step))
        .containsExactly("one", "two");
  }

  @Test
  void a_failure_in_a_subworkflow_is_told_at_the_top() {
    var end = start("fails_in_a_subworkflow", Map.of("text", string("deep down below"))).awaitEnd();

    assertThat(end.phase()).isEqualTo("FAILED");
    assertThat(end.message()).contains("deep down below");
  }

  @Test
  void a_task_sees_nothing_of_the_servers_home() {
    var home = world.harrier().home().toAbsolutePath();
    var run = start("reads_beyond", Map.of("path", string(home.resolve("security").toString())));

    run.succeeded();

    assertThat(run.outputs().toString()).contains("Error").doesNotContain("signing");
  }

  @ParameterizedTest
  @CsvSource({
    "branches,branch",
    "is_dynamic,futures.pb",
    "maps,array",
    "waits_for_approval,gate",
    "sleeps,gate",
    "cleans_up,failure node"
  })
  void a_kind_of_node_that_is_not_run_yet_fails_with_a_sentence(String workflow, String kind) {
    var run =
        world.executions().start("workflows.unsupported." + workflow, Map.of("x", integer(2)));

    var end = run.awaitEnd();

    assertThat(end.phase()).isEqualTo("FAILED");
    assertThat(end.message()).containsIgnoringCase(kind).containsAnyOf("not run", "not supported");
    assertThat(end.message()).contains("yet");
  }

  private Run start(String workflow, Map<String, JsonObject> inputs) {
    return world.executions().start("workflows.failing." + workflow, inputs);
  }
}
