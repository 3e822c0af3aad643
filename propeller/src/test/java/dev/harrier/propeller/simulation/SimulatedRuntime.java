package dev.harrier.propeller.simulation;

import dev.harrier.spi.AttemptId;
import dev.harrier.spi.AttemptStart;
import dev.harrier.spi.Failure;
import dev.harrier.spi.Observation;
import dev.harrier.spi.TaskRuntime;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Literals.Primitive;
import flyteidl.core.Literals.Scalar;
import flyteidl.core.Tasks.TaskTemplate;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Runs attempts when the simulation says so. What an attempt's end is follows from its node and
 * number alone, so that the outcome of a run can be known beforehand. It outlives every crash of
 * the engine, as the worker parent does.
 */
final class SimulatedRuntime implements TaskRuntime {
  private final InstantSource clock;
  private final long outcomeSeed;
  private final Plant plant;
  private final Map<AttemptId, Attempt> attempts = new LinkedHashMap<>();
  private final Map<AttemptId, Integer> ledger = new HashMap<>();
  private Consumer<Observation> receiver = observation -> {};

  SimulatedRuntime(InstantSource clock, long outcomeSeed, Plant plant) {
    this.clock = clock;
    this.outcomeSeed = outcomeSeed;
    this.plant = plant;
  }

  @Override
  public void observe(Consumer<Observation> next) {
    receiver = next;
  }

  @Override
  public Optional<String> refusal(TaskTemplate task) {
    return Optional.empty();
  }

  /** Whether it has room for an attempt, or knows it. */
  boolean takes(AttemptId id) {
    return attempts.containsKey(id)
        || !Outcomes.fails(outcomeSeed, id.node().path(), id.number(), Outcomes.AT_ITS_START);
  }

  @Override
  public void start(AttemptStart start) {
    var known = attempts.get(start.id());
    if (known != null && plant != Plant.NO_DEDUPE) {
      tell(known);
      return;
    }
    ledger.merge(start.id(), 1, Integer::sum);
    attempts.put(start.id(), new Attempt(start.id()));
  }

  @Override
  public void abort(AttemptId id, long epoch, String reason) {
    attempts.computeIfAbsent(id, Attempt::new).stage = Stage.ABORTED;
  }

  @Override
  public void acknowledge(AttemptId id) {
    var known = attempts.get(id);
    if (known != null && (known.stage == Stage.ENDED || known.stage == Stage.ABORTED)) {
      known.stage = Stage.FORGOTTEN;
    }
  }

  @Override
  public void reconcile(Collection<AttemptId> ids) {
    for (var id : ids) {
      var known = attempts.get(id);
      if (known == null) {
        receiver.accept(new Observation.Lost(id, clock.instant(), "never started here"));
      } else {
        tell(known);
      }
    }
  }

  @Override
  public void close() {}

  /**
   * Lets one attempt go on by one stage, if there is one. What is seen is told when it happens and
   * never again unless somebody asks, now and then twice.
   */
  void progress(RandomGenerator random) {
    var active =
        attempts.values().stream()
            .filter(attempt -> attempt.stage == Stage.STARTED || attempt.stage == Stage.RUNNING)
            .toList();
    if (active.isEmpty()) {
      return;
    }
    var attempt = active.get(random.nextInt(active.size()));
    attempt.stage = attempt.stage == Stage.STARTED ? Stage.RUNNING : Stage.ENDED;
    if (plant == Plant.LOST_NOTICE && attempt.stage == Stage.ENDED && random.nextInt(10) == 0) {
      return;
    }
    tell(attempt);
    if (random.nextInt(8) == 0) {
      tell(attempt);
    }
  }

  /** Attempts that run, or ended and were not let go. */
  List<AttemptId> unfinished() {
    return attempts.values().stream()
        .filter(attempt -> attempt.stage != Stage.FORGOTTEN)
        .map(attempt -> attempt.id)
        .toList();
  }

  /** Attempts that were started more than once. */
  List<AttemptId> doubled() {
    return ledger.entrySet().stream()
        .filter(entry -> entry.getValue() > 1)
        .map(Map.Entry::getKey)
        .toList();
  }

  private void tell(Attempt attempt) {
    switch (attempt.stage) {
      case STARTED, FORGOTTEN -> {
        // Nothing to see: it waits for a slot, or nobody should ask.
      }
      case ABORTED ->
          receiver.accept(new Observation.Lost(attempt.id, clock.instant(), "it was aborted"));
      case RUNNING ->
          receiver.accept(
              new Observation.Started(attempt.id, clock.instant(), "host", "log://" + attempt.id));
      case ENDED -> receiver.accept(end(attempt.id));
    }
  }

  private Observation end(AttemptId id) {
    var failure = Outcomes.failure(outcomeSeed, id.node().path(), id.number());
    return failure.isPresent()
        ? new Observation.Failed(id, clock.instant(), failure.get())
        : new Observation.Succeeded(id, clock.instant(), Outcomes.value(id.node().path()));
  }

  /** What tasks do, by node and attempt. */
  static final class Outcomes {
    private Outcomes() {}

    static final int AT_ITS_START = 4;

    static boolean fails(long seed, String path, int number, int how) {
      return dice(seed, path, number) == how;
    }

    private static int dice(long seed, String path, int number) {
      return Math.floorMod((path + "/" + number).hashCode() * 31L + seed * 1_000_003L, 20);
    }

    static Optional<Failure> failure(long seed, String path, int number) {
      return switch (dice(seed, path, number)) {
        case 0 -> Optional.of(Failure.user("USER:ValueError", "final at " + path));
        case 1, 2 ->
            Optional.of(
                new Failure("USER:Recoverable", "again at " + path, Failure.Kind.USER, true));
        case 3 -> Optional.of(Failure.system("Interrupted", "killed at " + path));
        case AT_ITS_START -> Optional.of(Failure.system("AttemptNotStarted", "at " + path));
        default -> Optional.empty();
      };
    }

    static LiteralMap value(String path) {
      return LiteralMap.newBuilder()
          .putLiterals(
              "o",
              Literal.newBuilder()
                  .setScalar(
                      Scalar.newBuilder().setPrimitive(Primitive.newBuilder().setStringValue(path)))
                  .build())
          .build();
    }
  }

  private enum Stage {
    STARTED,
    RUNNING,
    ENDED,
    ABORTED,
    FORGOTTEN
  }

  private static final class Attempt {
    final AttemptId id;
    Stage stage = Stage.STARTED;

    Attempt(AttemptId id) {
      this.id = id;
    }
  }
}
