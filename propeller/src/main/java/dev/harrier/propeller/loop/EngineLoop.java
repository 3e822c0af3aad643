package dev.harrier.propeller.loop;

import dev.harrier.propeller.decide.Action;
import dev.harrier.propeller.decide.Decider;
import dev.harrier.propeller.decide.Input;
import dev.harrier.propeller.loop.Inbox.Work;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.AttemptPhase;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.HeldAttempt;
import dev.harrier.spi.Journal;
import dev.harrier.spi.ShardLease;
import dev.harrier.spi.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drains what has arrived, has it decided, commits it in one transaction, and then acts.
 *
 * <p>{@link #offer}, {@link #gained}, {@link #renewed} and {@link #lost} may be called from any
 * thread and return at once; {@link #step} belongs to one thread. While a commit runs, what comes
 * next gathers, so that a batch grows with the load.
 */
public final class EngineLoop {
  private static final Logger LOG = LoggerFactory.getLogger(EngineLoop.class);

  /**
   * Executions that one drain looks at; their records are bounded by {@link
   * LoopLimits#flushRecordsMax}.
   */
  private static final int EXECUTIONS_PER_DRAIN_MAX = 500;

  private final Journal journal;
  private final Outside outside;
  private final Clocks clocks;
  private final LoopLimits limits;
  private final LoopMeter meter;

  private final ConcurrentLinkedQueue<Runnable> arrivals = new ConcurrentLinkedQueue<>();
  private final LoopMemory memory;
  private final Flush flush;
  private final Set<Integer> toRecover = new TreeSet<>();
  private final Due poll;
  private final Due visit;
  private int visited = -1;

  /** Makes a loop that holds no shard yet. */
  public EngineLoop(
      Journal journal,
      Decider decider,
      Graphs graphs,
      Outside outside,
      Clocks clocks,
      LoopLimits limits,
      LoopMeter meter) {
    this.journal = journal;
    this.memory = new LoopMemory(new Executions(journal, graphs, limits));
    this.flush = new Flush(journal, decider, memory, outside, clocks, limits, meter);
    this.outside = outside;
    this.clocks = clocks;
    this.limits = limits;
    this.meter = meter;
    this.poll = new Due(clocks.nanos());
    this.visit = new Due(clocks.nanos());
  }

  /**
   * Where a loop's effects go. Each returns at once.
   *
   * @param act performs an action, or sees to it
   * @param reconcile asks the runtime after attempts that an earlier owner of the shard started
   * @param gaveUp hears of a shard whose lease this loop will not use any more, though its keeper
   *     still renews it
   * @param wake called after something arrived, on the thread that brought it
   */
  public record Outside(
      Consumer<Action> act,
      Consumer<Collection<AttemptId>> reconcile,
      IntConsumer gaveUp,
      Runnable wake) {}

  /**
   * What differs from run to run, so that a simulation can repeat one.
   *
   * @param wall the time that rows get
   * @param nanos a monotonic clock, for leases
   * @param batchIds never the same twice
   */
  public record Clocks(InstantSource wall, LongSupplier nanos, Supplier<UUID> batchIds) {}

  // From any thread.

  /**
   * Brings an input. One for a shard that this loop does not hold is dropped: its owner finds it in
   * rows, or by asking the runtime.
   */
  public void offer(Input input) {
    arrive(
        () -> {
          if (holds(input)) {
            memory.inbox().add(input);
          }
        });
  }

  /** The shard is this loop's from now on. */
  public void gained(ShardLease lease, long usableUntilNanos) {
    arrive(
        () -> {
          // What an earlier holding left in memory may be older than the rows.
          memory.forgetShard(lease.shard());
          memory.leases().gained(lease, usableUntilNanos);
          toRecover.add(lease.shard());
        });
  }

  /** The lease may be used for longer. */
  public void renewed(int shard, long epoch, long usableUntilNanos) {
    arrive(
        () -> {
          var now = clocks.nanos().getAsLong();
          if (memory.leases().renewed(shard, epoch, usableUntilNanos, now)) {
            // What arrived while it had lapsed was dropped: it is found again as at a take-over.
            toRecover.add(shard);
          }
        });
  }

  /** The shard is somebody else's. */
  public void lost(int shard) {
    arrive(() -> forget(shard));
  }

  private void arrive(Runnable arrival) {
    arrivals.add(arrival);
    outside.wake().run();
  }

  // On the loop's own thread.

  /**
   * Takes one drain from arrival to action.
   *
   * @return whether there was anything to do: if not, wait until something arrives or {@link
   *     #idleTime} has passed
   */
  public boolean step() {
    var arrived = takeArrivals();
    var now = clocks.wall().instant();
    try {
      recover();
      poll(now);
      visit();
    } catch (StoreUnavailableException unavailable) {
      // Counted by the store; what was not read now is read at the next poll.
      LOG.warn("journal: not read, will be again: {}", unavailable.getMessage());
      poll.in(limits.pollInterval());
      return false;
    }
    for (var due : memory.timers().due(now)) {
      memory.inbox().add(new Input.Fired(due));
    }
    var works = takeWork();
    memory.executions().dropIdle(now);
    if (works.isEmpty()) {
      return arrived;
    }
    try {
      memory.executions().load(works, now);
    } catch (StoreUnavailableException unavailable) {
      LOG.warn("journal: executions not loaded, will be again: {}", unavailable.getMessage());
      works.reversed().forEach(memory.inbox()::putBack);
      return false;
    }
    flush.commit(works, now);
    return true;
  }

  /**
   * Forgets everything and gives every shard up: what a thread does whose step ended in a way that
   * nobody foresaw. The shards are taken anew, and all of it is read from rows.
   */
  public void abandon() {
    memory.inbox().clear();
    memory.leases().all().forEach(lease -> flush.giveUp(lease.shard()));
  }

  /** How long nothing will be due, at most. */
  public Duration idleTime() {
    var now = clocks.wall().instant();
    var idle = poll.left();
    var timer = memory.timers().next().map(next -> Duration.between(now, next)).orElse(idle);
    var shorter = timer.compareTo(idle) < 0 ? timer : idle;
    return shorter.isNegative() ? Duration.ZERO : shorter;
  }

  /** The leases held, for giving them back at the end. */
  public List<ShardLease> leases() {
    return memory.leases().all();
  }

  /**
   * The state of an execution that is in memory, as text. For tests that compare it with the one
   * rebuilt from rows.
   */
  public Optional<String> fingerprint(ExecutionRef ref) {
    return memory.executions().get(ref.id()).map(state -> state.fingerprint());
  }

  private boolean takeArrivals() {
    var any = false;
    for (var arrival = arrivals.poll(); arrival != null; arrival = arrivals.poll()) {
      arrival.run();
      any = true;
    }
    return any;
  }

  private boolean holds(Input input) {
    var shard = input.execution().shard(journal.shardCount());
    return memory.leases().usable(shard, clocks.nanos().getAsLong()).isPresent()
        && !memory.executions().parked(input.execution());
  }

  private void forget(int shard) {
    memory.forgetShard(shard);
    toRecover.remove(shard);
    meter.shardLost(shard);
  }

  /**
   * Takes over from the last owner: its commands, its timers, and what it told a runtime without
   * hearing the end.
   */
  private void recover() {
    if (!toRecover.isEmpty()) {
      // Some of what waits may be half of a story whose other half was dropped: an attempt's start,
      // whose end came while nobody held the shard. Decided on, it would hide from the rows that
      // there is anything to ask for.
      memory.inbox().forget(id -> toRecover.contains(id.shard(journal.shardCount())));
    }
    while (!toRecover.isEmpty()) {
      var shard = toRecover.iterator().next();
      if (memory.leases().held(shard).isEmpty()) {
        // Given up before it was looked at.
        toRecover.remove(shard);
        continue;
      }
      var running = new ArrayList<AttemptId>();
      var resumed = new HashSet<ExecutionRef>();
      for (var held : journal.held(shard)) {
        recover(held, running, resumed);
      }
      resumed.forEach(ref -> memory.inbox().add(new Input.Resumed(ref)));
      if (!running.isEmpty()) {
        outside.reconcile().accept(running);
      }
      toRecover.remove(shard);
      poll.in(Duration.ZERO);
    }
  }

  private void recover(HeldAttempt held, List<AttemptId> running, Set<ExecutionRef> resumed) {
    var lease = memory.leases().usable(held.ref().shard(), clocks.nanos().getAsLong());
    var epoch = lease.map(ShardLease::epoch).orElse(0L);
    switch (held.attempt().phase()) {
      case QUEUED -> resumed.add(held.ref());
      case RUNNING -> running.add(held.id());
      case SUCCEEDED -> outside.act().accept(new Action.Acknowledge(held.ref(), held.id()));
      // A failed attempt may have failed by its time limit: then it still runs.
      case FAILED, ABORTED ->
          outside
              .act()
              .accept(new Action.Abort(held.ref(), held.id(), epoch, "the attempt is over"));
    }
  }

  private void poll(Instant now) {
    if (!poll.passed()) {
      return;
    }
    poll.in(limits.pollInterval());
    var shards = usableShards();
    if (shards.isEmpty()) {
      return;
    }
    for (var command : journal.commands(shards, limits.commandsPerPoll())) {
      if (!memory.executions().parked(command.ref().id())) {
        memory.inbox().add(new Input.Asked(command));
      }
    }
    journal
        .timers(shards, now.plus(limits.timerHorizon()), limits.commandsPerPoll())
        .forEach(memory.timers()::add);
  }

  /**
   * Asks the runtime after what runs on one shard, each time another one. Nothing should come of
   * it: it is the net under an end that was told and got lost, which would let an execution hang.
   */
  private void visit() {
    if (!visit.passed()) {
      return;
    }
    var shards = usableShards().stream().sorted().toList();
    if (shards.isEmpty()) {
      return;
    }
    // If it cannot be read, the rest of the loop's work comes before the next try.
    visit.in(limits.pollInterval());
    var next =
        shards.stream().filter(shard -> shard > visited).findFirst().orElse(shards.getFirst());
    var running =
        journal.held(next).stream()
            .filter(held -> held.attempt().phase() == AttemptPhase.RUNNING)
            .map(HeldAttempt::id)
            .toList();
    visited = next;
    visit.in(limits.visitEach().dividedBy(journal.shardCount()));
    if (!running.isEmpty()) {
      outside.reconcile().accept(running);
    }
  }

  private List<Integer> usableShards() {
    var now = clocks.nanos().getAsLong();
    return memory.leases().all().stream()
        .map(ShardLease::shard)
        .filter(shard -> memory.leases().usable(shard, now).isPresent())
        .toList();
  }

  private List<Work> takeWork() {
    var works = new ArrayList<Work>();
    while (works.size() < EXECUTIONS_PER_DRAIN_MAX) {
      var work = memory.inbox().next(limits.inputsPerExecutionMax());
      if (work.isEmpty()) {
        break;
      }
      works.add(work.get());
    }
    memory.inbox().taken();
    return works;
  }

  /** Executions in memory; read from any thread, for a gauge. */
  public int executionsInMemory() {
    return memory.executions().size();
  }
}
