package dev.harrier.propeller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.propeller.decide.ExecutionState;
import dev.harrier.propeller.graph.ExecutionGraph;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs whole engines from seeds. A failure prints its seed; {@code -Dharrier.seed=N} runs that one
 * alone.
 */
final class SimulationTest {
  @Test
  void every_execution_ends_right_with_one_crash_somewhere() {
    var coverage = new Coverage();

    run(coverage, seeds(10_000), 1);

    System.out.println("Pairs of rule and event that the simulation reached:\n" + coverage);
    assertThat(coverage.ruleAndEvent()).containsAll(expectedPairs());
  }

  @Test
  void every_execution_ends_right_with_a_crash_after_every_step() {
    run(new Coverage(), seeds(200), Run.AFTER_EVERY_STEP);
  }

  @ParameterizedTest
  @EnumSource(
      value = Plant.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NONE"})
  void a_planted_bug_is_found(Plant plant) {
    var found =
        IntStream.range(0, 3_000)
            .mapToObj(seed -> problem(seed, plant, 2, new Coverage()))
            .flatMap(Optional::stream)
            .findFirst();

    assertThat(found).as("a run that finds the bug").isPresent();
  }

  @Test
  void an_end_that_was_never_told_is_asked_after() {
    var visitEach = Duration.ofMinutes(1);

    for (var seed : seeds(300)) {
      Run.play(seed, Plant.LOST_NOTICE, 1, true, visitEach, new Coverage(), InMemoryAdmin::new);
    }
  }

  @Test
  void a_run_is_the_same_when_repeated() {
    assertThat(IntStream.range(0, 20).mapToObj(SimulationTest::history).toList())
        .isEqualTo(IntStream.range(0, 20).mapToObj(SimulationTest::history).toList());
  }

  private static List<String> expectedPairs() {
    return List.of(
        "EXECUTION x Abort",
        "EXECUTION x Continue",
        "EXECUTION x Create",
        "LAUNCH_PLAN x ChildEndedABORTED",
        "LAUNCH_PLAN x ChildEndedFAILED",
        "LAUNCH_PLAN x ChildEndedSUCCEEDED",
        "LAUNCH_PLAN x ChildLaunched",
        "LAUNCH_PLAN x ChildRefused",
        "TASK x Failed",
        "TASK x Forgotten",
        "TASK x Started",
        "TASK x Succeeded");
  }

  private static List<Long> seeds(int count) {
    var one = Long.getLong("harrier.seed");
    return one == null
        ? IntStream.range(0, count).mapToObj(seed -> (long) seed).toList()
        : List.of(one);
  }

  private static void run(Coverage coverage, List<Long> seeds, int crashes) {
    for (var seed : seeds) {
      var problem = problem(seed, Plant.NONE, crashes, coverage);
      assertThat(problem).as("seed " + seed + ", crashes " + crashes).isEmpty();
    }
  }

  private static Optional<String> problem(long seed, Plant plant, int crashes, Coverage coverage) {
    try {
      play(seed, plant, crashes, coverage);
      return Optional.empty();
    } catch (AssertionError | IllegalStateException wrong) {
      return Optional.of(String.valueOf(wrong.getMessage()));
    }
  }

  private static SimulatedAdmin play(long seed, Plant plant, int crashes, Coverage coverage) {
    return Run.play(seed, plant, crashes, true, Run.NO_VISITS, coverage, InMemoryAdmin::new);
  }

  private static String history(int seed) {
    var admin = play(seed, Plant.NONE, 1, new Coverage());
    return admin.executions().stream()
        .map(ref -> admin.record(ref.id()))
        .map(
            record ->
                ExecutionState.of(
                        record, ExecutionGraph.of(admin.journal().closure(record.closureDigest())))
                    .fingerprint())
        .toList()
        .toString();
  }
}
