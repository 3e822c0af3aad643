package dev.harrier.propeller.simulation;

import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionPhase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.function.Function;

/**
 * One run from a seed: executions are created, the engine crashes now and then, and all must come
 * to its right end.
 */
public final class Run {
  /** Crashes after every step. */
  public static final int AFTER_EVERY_STEP = 120;

  /** Nobody asks after what runs but who takes a shard over. */
  public static final Duration NO_VISITS = Duration.ofDays(365);

  private static final int STEPS_MAX = 120;
  private static final int SETTLE_STEPS_MAX = 6_000;

  private Run() {}

  /**
   * Plays one run to its end and checks it.
   *
   * @param crashes 1 or 2, or {@link #AFTER_EVERY_STEP}
   * @param children whether graphs may hold launch plan nodes
   * @param admins makes what keeps the rows, given the run's clock
   * @param visitEach as in {@link dev.harrier.propeller.loop.LoopLimits}
   * @throws AssertionError if an invariant broke, the run does not end, or ends wrongly
   */
  public static SimulatedAdmin play(
      long seed,
      Plant plant,
      int crashes,
      boolean children,
      Duration visitEach,
      Coverage coverage,
      Function<InstantSource, SimulatedAdmin> admins) {
    var world =
        new World(seed, plant, crashes != AFTER_EVERY_STEP, children, visitEach, coverage, admins);
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
      if (crashes == AFTER_EVERY_STEP
          || step == crashAt
          || (crashes > 1 && random.nextInt(40) == 0)) {
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
    return world.admin();
  }

  private static void checkOutcome(World world, ExecutionId id, boolean mayBeAborted) {
    var record = world.admin().record(id);
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
    for (var ref : world.admin().executions()) {
      var record = world.admin().record(ref.id());
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
                world.admin().pendingCommands(),
                world.admin().heldAttempts(),
                world.runtime().unfinished());
  }
}
