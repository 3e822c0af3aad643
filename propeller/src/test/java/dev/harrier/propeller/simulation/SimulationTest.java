package dev.harrier.propeller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.propeller.decide.ExecutionState;
import dev.harrier.propeller.graph.ExecutionGraph;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionPhase;
import dev.harrier.testkit.InMemoryJournal;
import java.util.ArrayList;
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
  private static final int STEPS_MAX = 120;
  private static final int SETTLE_STEPS_MAX = 6_000;

  @Test
  void every_execution_ends_right_with_one_crash_somewhere() {
    var coverage = new Coverage();

    run(coverage, seeds(10_000), 1);

    System.out.println("Pairs of rule and event that the simulation reached:\n" + coverage);
    assertThat(coverage.ruleAndEvent()).containsAll(expectedPairs());
  }

  @Test
  void every_execution_ends_right_with_a_crash_after_every_step() {
    run(new Coverage(), seeds(200), STEPS_MAX);
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

  private static InMemoryJournal play(long seed, Plant plant, int crashes, Coverage coverage) {
    var world = new World(seed, plant, crashes != STEPS_MAX, coverage);
    var random = world.random();
    var aborted = new ArrayList<ExecutionId>();
    var ids = new ArrayList<ExecutionId>();
    var count = 1 + random.nextInt(3);
    for (var number = 0; number < count; number++) {
      ids.add(world.create("e" + number, random.nextInt(4)));
    }
    var crashAt = random.nextInt(STEPS_MAX);
    for (var step = 0; step < STEPS_MAX; step++) {
      world.step();
      if (crashes == STEPS_MAX || step == crashAt || (crashes > 1 && random.nextInt(40) == 0)) {
        world.crash();
      }
      if (random.nextInt(150) == 0) {
        var id = ids.get(random.nextInt(ids.size()));
        world.abort(id);
        aborted.add(id);
      }
    }
    if (!world.settle(SETTLE_STEPS_MAX)) {
      throw new AssertionError("it does not come to an end: " + stuck(world));
    }
    for (var id : ids) {
      checkOutcome(world, id, aborted.contains(id));
    }
    return world.journal();
  }

  private static void checkOutcome(World world, ExecutionId id, boolean mayBeAborted) {
    var record = world.journal().record(id);
    var phase = record.row().phase();
    if (mayBeAborted && phase == ExecutionPhase.ABORTED) {
      return;
    }
    if (phase == ExecutionPhase.ABORTED) {
      throw new AssertionError("%s: ABORTED though nobody asked for it".formatted(id));
    }
    Oracle.check(world, record);
  }

  private static String stuck(World world) {
    var text = new StringBuilder();
    for (var ref : world.journal().executions()) {
      var record = world.journal().record(ref.id());
      text.append("\n%s %s".formatted(ref, record.row().phase()));
      record
          .nodes()
          .forEach(
              node ->
                  text.append(" %s=%s#%d".formatted(node.path(), node.phase(), node.attempt())));
    }
    return text
        + "\ncommands %d, held %d, at the runtime %s"
            .formatted(
                world.journal().pendingCommands(),
                world.journal().heldAttempts(),
                world.runtime().unfinished());
  }

  private static String history(int seed) {
    var journal = play(seed, Plant.NONE, 1, new Coverage());
    return journal.executions().stream()
        .map(ref -> journal.record(ref.id()))
        .map(
            record ->
                ExecutionState.of(
                        record, ExecutionGraph.of(journal.closure(record.closureDigest())))
                    .fingerprint())
        .toList()
        .toString();
  }
}
