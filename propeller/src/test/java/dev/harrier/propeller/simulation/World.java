package dev.harrier.propeller.simulation;

import dev.harrier.idl.engine.v1.ExecutionSettings;
import dev.harrier.propeller.decide.Action;
import dev.harrier.propeller.decide.Decider;
import dev.harrier.propeller.decide.ExecutionState;
import dev.harrier.propeller.decide.Input;
import dev.harrier.propeller.graph.ExecutionGraph;
import dev.harrier.propeller.loop.EngineLoop;
import dev.harrier.propeller.loop.Graphs;
import dev.harrier.propeller.loop.LoopLimits;
import dev.harrier.propeller.loop.LoopMeter;
import dev.harrier.propeller.loop.ShardKeeper;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.AttemptStart;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRecord;
import dev.harrier.spi.Failure;
import dev.harrier.spi.Journal;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.Observation;
import dev.harrier.spi.PendingCommand;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/**
 * One simulated run: an engine that may crash, a journal and a runtime that outlive it, and a clock
 * that only the run moves.
 */
final class World {
  /** So few that many decisions have to go on in a further one. */
  private static final int RECORDS_MAX = 9;

  private static final Duration LEASE = Duration.ofSeconds(10);

  private final Random random;
  private final long seed;
  private final Plant plant;
  private final boolean trouble;
  private final LoopLimits limits;
  private final SimulatedAdmin admin;
  private final SimulatedRuntime runtime;
  private final Map<String, CompiledWorkflowClosure> closures = new HashMap<>();
  private final Map<ExecutionId, TreeMap<String, NodePhase>> seenPhases = new HashMap<>();
  private final Coverage coverage;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private long nanos;
  private long batches;
  private int lives;
  private long checkedAt;
  private final Outage outage;
  private Engine engine;
  private Optional<Engine> zombie = Optional.empty();

  World(
      long seed,
      Plant plant,
      boolean trouble,
      boolean children,
      Duration visitEach,
      Coverage coverage,
      Function<InstantSource, SimulatedAdmin> admins) {
    this.seed = seed;
    this.random = new Random(seed);
    this.plant = plant;
    this.trouble = trouble;
    this.limits =
        new LoopLimits(
            20,
            200,
            3,
            50,
            Duration.ofSeconds(30),
            Duration.ofSeconds(2),
            visitEach,
            Duration.ofSeconds(5),
            50);
    this.coverage = coverage;
    InstantSource clock = () -> now;
    this.admin = admins.apply(clock);
    this.runtime = new SimulatedRuntime(clock, seed, plant);
    this.outage = new Outage(random, this::duringOutage);
    keep("leaf", RandomGraphs.closure(random, false));
    keep("main", RandomGraphs.closure(random, children));
    this.engine = new Engine();
  }

  private void keep(String digest, CompiledWorkflowClosure closure) {
    closures.put(digest, closure);
    admin.putClosure(digest, closure);
  }

  long seed() {
    return seed;
  }

  Random random() {
    return random;
  }

  SimulatedAdmin admin() {
    return admin;
  }

  SimulatedRuntime runtime() {
    return runtime;
  }

  CompiledWorkflowClosure closure(String digest) {
    var closure = closures.get(digest);
    if (closure == null) {
      throw new IllegalArgumentException("closure %s: there is none".formatted(digest));
    }
    return closure;
  }

  ExecutionId create(String name, int maxParallelism) {
    var id = new ExecutionId("p", random.nextBoolean() ? "d" : "e", name);
    admin.create(
        id,
        "main",
        SimulatedRuntime.Outcomes.value("input").toBuilder()
            .putLiterals("x", SimulatedRuntime.Outcomes.value("input").getLiteralsOrThrow("o"))
            .build(),
        ExecutionSettings.newBuilder().setMaxParallelism(maxParallelism).build());
    return id;
  }

  void abort(ExecutionId id) {
    if (!admin.record(id).row().phase().terminal()) {
      admin.post(id, new Command.Abort("enough", "somebody"));
    }
  }

  private void duringOutage() {
    pass(Duration.ofMillis(random.nextInt(4_000)));
    runtime.progress(random);
    runtime.progress(random);
  }

  /** One random step. */
  void step() {
    if (trouble && random.nextInt(60) == 0) {
      outage.begin();
    }
    switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> engine.step();
      case 4, 5 -> engine.act();
      case 6, 7, 8 -> runtime.progress(random);
      case 9 -> admin.launchChildren();
      case 10 -> pass(Duration.ofMillis(random.nextInt(800)));
      case 11 -> zombie.ifPresentOrElse(Engine::step, engine.keeper::tick);
      default -> throw new IllegalStateException("dice");
    }
    check();
  }

  void pass(Duration time) {
    // The wall clock jumps now and then, also back; the monotonic one never does.
    nanos += time.toNanos();
    now = now.plus(time);
    if (trouble && random.nextInt(200) == 0) {
      now = now.minusMillis(random.nextInt(300));
    }
  }

  /**
   * Kills the engine and starts another; sometimes the old one does not know that it is dead for a
   * while.
   */
  void crash() {
    var old = engine;
    old.subscription.close();
    zombie = random.nextInt(3) == 0 ? Optional.of(old) : Optional.empty();
    if (zombie.isPresent() && random.nextBoolean()) {
      // A pause, as of a machine asleep: it wakes up with old leases.
      nanos += 1;
    }
    engine = new Engine();
  }

  /** Goes on until nothing is left to do. */
  boolean settle(int stepsMax) {
    outage.end();
    for (var steps = 0; steps < stepsMax; steps++) {
      zombie = Optional.empty();
      engine.step();
      engine.act();
      runtime.progress(random);
      runtime.progress(random);
      admin.launchChildren();
      if (steps % 10 == 9) {
        pass(Duration.ofSeconds(3));
        engine.keeper.tick();
      }
      check();
      if (settled()) {
        return true;
      }
    }
    return false;
  }

  private boolean settled() {
    return admin.pendingCommands() == 0
        && admin.heldAttempts() == 0
        && runtime.unfinished().isEmpty()
        && admin.executions().stream()
            .allMatch(ref -> admin.record(ref.id()).row().phase().terminal());
  }

  /** What must hold after every step. */
  private void check() {
    if (!runtime.doubled().isEmpty()) {
      throw new AssertionError("started twice: " + runtime.doubled());
    }
    if (admin.changes() == checkedAt) {
      return;
    }
    checkedAt = admin.changes();
    for (var ref : admin.executions()) {
      var record = admin.record(ref.id());
      record
          .row()
          .failure()
          .filter(failure -> failure.code().equals("EngineError"))
          .ifPresent(
              failure -> {
                throw new AssertionError("%s: %s".formatted(ref, failure.message()));
              });
      checkPhases(record);
      checkAttempts(record);
      checkRebuilt(record);
    }
  }

  private void checkPhases(ExecutionRecord record) {
    var seen = seenPhases.computeIfAbsent(record.ref().id(), id -> new TreeMap<>());
    for (var node : record.nodes()) {
      var before = seen.put(node.path(), node.phase());
      if (before != null && before.terminal() && before != node.phase()) {
        throw new AssertionError(
            "%s/%s: was %s and is %s".formatted(record.ref(), node.path(), before, node.phase()));
      }
      if (node.phase() == NodePhase.QUEUED && node.outputs().isPresent()) {
        throw new AssertionError(
            "%s/%s: is queued with outputs".formatted(record.ref(), node.path()));
      }
      var attempt =
          record.attempts().stream()
              .filter(row -> row.nodePath().equals(node.path()) && row.number() == node.attempt())
              .findFirst();
      if (node.phase() == NodePhase.QUEUED
          && attempt
              .filter(row -> row.startedAt().isPresent() && !row.phase().terminal())
              .isPresent()) {
        throw new AssertionError(
            "%s/%s: is queued while its attempt runs".formatted(record.ref(), node.path()));
      }
    }
  }

  private static void checkAttempts(ExecutionRecord record) {
    var open = new HashMap<String, Integer>();
    for (var attempt : record.attempts()) {
      if (!attempt.phase().terminal() && open.merge(attempt.nodePath(), 1, Integer::sum) > 1) {
        throw new AssertionError(
            "%s/%s: two attempts are open".formatted(record.ref(), attempt.nodePath()));
      }
    }
  }

  private void checkRebuilt(ExecutionRecord record) {
    var live = engine.loop.fingerprint(record.ref());
    if (live.isEmpty() || plant == Plant.ACT_BEFORE_COMMIT) {
      return;
    }
    var rebuilt =
        ExecutionState.of(record, ExecutionGraph.of(closure(record.closureDigest()))).fingerprint();
    if (!rebuilt.equals(live.get())) {
      throw new AssertionError(
          "%s: rebuilt from rows it is\n%s\nbut live it is\n%s"
              .formatted(record.ref(), rebuilt, live.get()));
    }
  }

  /** One life of the engine: everything that a crash takes along. */
  private final class Engine {
    final EngineLoop loop;
    final ShardKeeper keeper;
    final List<Action> owed = new ArrayList<>();
    final Journal.Subscription subscription;

    Engine() {
      var seen = new SimulatedJournal(admin, random, plant, trouble, outage);
      loop =
          new EngineLoop(
              seen,
              new Decider(key -> "/" + key, RECORDS_MAX),
              new Graphs(seen),
              new EngineLoop.Outside(owed::add, this::reconcile, this::gaveUp, () -> {}),
              new EngineLoop.Clocks(() -> now, () -> nanos, () -> new UUID(0, ++batches)),
              limits,
              LoopMeter.none());
      keeper = new ShardKeeper(seen, "host/" + ++lives, List.of(loop), LEASE, () -> nanos);
      subscription = admin.journal().subscribe(this::handedOver);
      runtime.observe(observation -> offer(new Input.Seen(observation)));
      keeper.tick();
    }

    private void handedOver(PendingCommand command) {
      // A hand-over is a favour: some are late for ever, some come twice.
      var dice = random.nextInt(10);
      if (dice > 0) {
        offer(new Input.Asked(command));
      }
      if (dice == 9) {
        offer(new Input.Asked(command));
      }
    }

    private void offer(Input input) {
      coverage.reached(admin, input);
      loop.offer(input);
    }

    private void reconcile(java.util.Collection<AttemptId> attempts) {
      runtime.reconcile(attempts);
    }

    private void gaveUp(int shard) {
      keeper.gaveUp(shard);
    }

    void step() {
      loop.step();
    }

    /**
     * Performs one of the actions owed, any of them that is the first of its attempt: they run on
     * threads of their own, those of one attempt in order.
     */
    void act() {
      if (owed.isEmpty()) {
        return;
      }
      var chosen = attempt(owed.get(random.nextInt(owed.size())));
      var first =
          owed.stream().filter(action -> attempt(action).equals(chosen)).findFirst().orElseThrow();
      owed.remove(first);
      switch (first) {
        case Action.Start start -> start(start.start());
        case Action.Abort abort -> {
          runtime.abort(abort.attempt(), abort.epoch(), abort.reason());
          letGo(abort, abort.attempt());
        }
        case Action.Acknowledge acknowledge -> letGo(acknowledge, acknowledge.attempt());
      }
    }

    /** As who performs actions does it: a start that fails is taken back, and then told. */
    private void start(AttemptStart start) {
      if (runtime.takes(start.id())) {
        runtime.start(start);
        return;
      }
      runtime.abort(start.id(), start.epoch(), "it could not be started");
      offer(
          new Input.Seen(
              new Observation.Failed(
                  start.id(), now, Failure.system("AttemptNotStarted", "there is no room"))));
    }

    private static AttemptId attempt(Action action) {
      return switch (action) {
        case Action.Start start -> start.start().id();
        case Action.Abort abort -> abort.attempt();
        case Action.Acknowledge acknowledge -> acknowledge.attempt();
      };
    }

    private void letGo(Action action, AttemptId attempt) {
      runtime.acknowledge(attempt);
      offer(new Input.Forgotten(action.ref(), attempt.node().path(), attempt.number()));
    }
  }
}
