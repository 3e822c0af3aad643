package dev.harrier.propeller.loop;

import dev.harrier.propeller.decide.Action;
import dev.harrier.propeller.decide.Decider;
import dev.harrier.propeller.decide.Decision;
import dev.harrier.propeller.decide.Input;
import dev.harrier.propeller.loop.Inbox.Work;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.Batch;
import dev.harrier.spi.DueTimer;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.HeldAttempt;
import dev.harrier.spi.Journal;
import dev.harrier.spi.ShardLease;
import dev.harrier.spi.StoreUnavailableException;
import flyteidl.core.Literals.LiteralMap;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
import java.util.stream.Stream;
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

  /** How often a lost answer is asked for before the loop gives its shards up. */
  private static final int OUTCOME_ASKED_MAX = 20;

  private final Journal journal;
  private final Decider decider;
  private final Outside outside;
  private final Clocks clocks;
  private final LoopLimits limits;
  private final LoopMeter meter;

  private final ConcurrentLinkedQueue<Runnable> arrivals = new ConcurrentLinkedQueue<>();
  private final Inbox inbox = new Inbox();
  private final Leases leases = new Leases();
  private final Timers timers = new Timers();
  private final Executions executions;
  private final Set<Integer> toRecover = new TreeSet<>();
  private Instant nextPoll = Instant.EPOCH;

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
    this.decider = decider;
    this.executions = new Executions(journal, graphs, limits);
    this.outside = outside;
    this.clocks = clocks;
    this.limits = limits;
    this.meter = meter;
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
            inbox.add(input);
          }
        });
  }

  /** The shard is this loop's from now on. */
  public void gained(ShardLease lease, long usableUntilNanos) {
    arrive(
        () -> {
          // What an earlier holding left in memory may be older than the rows.
          forget(lease.shard());
          leases.gained(lease, usableUntilNanos);
          toRecover.add(lease.shard());
        });
  }

  /** The lease may be used for longer. */
  public void renewed(int shard, long epoch, long usableUntilNanos) {
    arrive(
        () -> {
          var now = clocks.nanos().getAsLong();
          if (leases.renewed(shard, epoch, usableUntilNanos, now)) {
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
      recover(now);
      poll(now);
    } catch (StoreUnavailableException unavailable) {
      // Counted by the store; what was not read now is read at the next poll.
      LOG.warn("journal: not read, will be again: {}", unavailable.getMessage());
      nextPoll = now.plus(limits.pollInterval());
      return false;
    }
    for (var due : timers.due(now)) {
      inbox.add(new Input.Fired(due));
    }
    var works = takeWork();
    executions.dropIdle(now);
    if (works.isEmpty()) {
      return arrived;
    }
    try {
      executions.load(works, now);
    } catch (StoreUnavailableException unavailable) {
      LOG.warn("journal: executions not loaded, will be again: {}", unavailable.getMessage());
      works.reversed().forEach(inbox::putBack);
      return false;
    }
    return commit(works, now);
  }

  /**
   * Forgets everything and gives every shard up: what a thread does whose step ended in a way that
   * nobody foresaw. The shards are taken anew, and all of it is read from rows.
   */
  public void abandon() {
    inbox.clear();
    leases.all().forEach(lease -> giveUp(lease.shard()));
  }

  /** How long nothing will be due, at most. */
  public Duration idleTime() {
    var now = clocks.wall().instant();
    var next = timers.next().filter(timer -> timer.isBefore(nextPoll)).orElse(nextPoll);
    var idle = Duration.between(now, next);
    return idle.isNegative() ? Duration.ZERO : idle;
  }

  /** The leases held, for giving them back at the end. */
  public List<ShardLease> leases() {
    return leases.all();
  }

  /**
   * The state of an execution that is in memory, as text. For tests that compare it with the one
   * rebuilt from rows.
   */
  public Optional<String> fingerprint(ExecutionRef ref) {
    return executions.get(ref.id()).map(state -> state.fingerprint());
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
    return leases.usable(shard, clocks.nanos().getAsLong()).isPresent()
        && !executions.parked(input.execution());
  }

  private void giveUp(int shard) {
    forget(shard);
    outside.gaveUp().accept(shard);
  }

  private void forget(int shard) {
    leases.lost(shard);
    toRecover.remove(shard);
    timers.drop(shard);
    executions.forgetShard(shard);
    meter.shardLost(shard);
  }

  /**
   * Takes over from the last owner: its commands, its timers, and what it told a runtime without
   * hearing the end.
   */
  private void recover(Instant now) {
    while (!toRecover.isEmpty()) {
      var shard = toRecover.iterator().next();
      var running = new ArrayList<AttemptId>();
      var resumed = new HashSet<ExecutionRef>();
      for (var held : journal.held(shard)) {
        recover(held, running, resumed);
      }
      resumed.forEach(ref -> inbox.add(new Input.Resumed(ref)));
      if (!running.isEmpty()) {
        outside.reconcile().accept(running);
      }
      toRecover.remove(shard);
      nextPoll = now;
    }
  }

  private void recover(HeldAttempt held, List<AttemptId> running, Set<ExecutionRef> resumed) {
    var lease = leases.usable(held.ref().shard(), clocks.nanos().getAsLong());
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
    if (now.isBefore(nextPoll)) {
      return;
    }
    nextPoll = now.plus(limits.pollInterval());
    var shards = usableShards();
    if (shards.isEmpty()) {
      return;
    }
    for (var command : journal.commands(shards, limits.commandsPerPoll())) {
      if (!executions.parked(command.ref().id())) {
        inbox.add(new Input.Asked(command));
      }
    }
    journal
        .timers(shards, now.plus(limits.timerHorizon()), limits.commandsPerPoll())
        .forEach(timers::add);
  }

  private List<Integer> usableShards() {
    var now = clocks.nanos().getAsLong();
    return leases.all().stream()
        .map(ShardLease::shard)
        .filter(shard -> leases.usable(shard, now).isPresent())
        .toList();
  }

  private List<Work> takeWork() {
    var works = new ArrayList<Work>();
    while (works.size() < EXECUTIONS_PER_DRAIN_MAX) {
      var work = inbox.next(limits.inputsPerExecutionMax());
      if (work.isEmpty()) {
        break;
      }
      works.add(work.get());
    }
    inbox.taken();
    return works;
  }

  /** Decides on as much as one flush holds and commits it; the rest goes back to the front. */
  private boolean commit(List<Work> works, Instant now) {
    var decided = new ArrayList<Decided>();
    var records = 0;
    var bytes = 0L;
    var at = 0;
    for (; at < works.size(); at++) {
      if (records >= limits.flushRecordsMax() || bytes >= limits.flushBytesMax()) {
        break;
      }
      var work = works.get(at);
      var next = decide(work, now);
      if (next.isPresent()) {
        decided.add(next.get());
        records += next.get().records();
        bytes += next.get().bytes();
      }
    }
    works.subList(at, works.size()).reversed().forEach(inbox::putBack);
    if (!decided.isEmpty()) {
      flush(decided, now);
    }
    return true;
  }

  private Optional<Decided> decide(Work work, Instant now) {
    var lease =
        leases.usable(work.execution().shard(journal.shardCount()), clocks.nanos().getAsLong());
    if (lease.isEmpty()) {
      inbox.done(work);
      return Optional.empty();
    }
    var state = executions.get(work.execution());
    if (state.isEmpty()) {
      return released(work, lease.get());
    }
    try {
      var decision = decider.decide(state.get(), work.inputs(), now, lease.get().epoch());
      return Optional.of(
          new Decided(work, lease.get().shard(), decision.change(), Optional.of(decision)));
    } catch (RuntimeException wrong) {
      // We are wrong about this one execution: it stops, the loop goes on.
      LOG.error("execution {}: could not be decided on", work.execution(), wrong);
      executions.forget(work.execution());
      poisoned(work, "the engine could not decide on it: " + wrong, now);
      return Optional.empty();
    }
  }

  /**
   * Of an execution that is not in memory only releases are written; anything else would have
   * loaded it, so it does not exist.
   */
  private Optional<Decided> released(Work work, ShardLease lease) {
    var released = new ArrayList<Batch.Released>();
    ExecutionRef ref = null;
    for (var input : work.inputs()) {
      if (input instanceof Input.Forgotten forgotten) {
        released.add(new Batch.Released(forgotten.nodePath(), forgotten.number()));
        ref = forgotten.ref();
      }
    }
    if (ref == null) {
      inbox.done(work);
      return Optional.empty();
    }
    return Optional.of(
        new Decided(work, lease.shard(), releasing(ref, released), Optional.empty()));
  }

  private static Batch.ExecutionChange releasing(ExecutionRef ref, List<Batch.Released> released) {
    return new Batch.ExecutionChange(
        ref,
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        released);
  }

  private void flush(List<Decided> decided, Instant now) {
    var batch = batch(decided);
    var from = clocks.nanos().getAsLong();
    Set<Integer> lost;
    try {
      lost = journal.commit(batch);
    } catch (StoreUnavailableException unavailable) {
      LOG.warn("journal: the outcome of a commit is unknown: {}", unavailable.getMessage());
      var outcome = askOutcome(batch);
      if (outcome.isEmpty()) {
        undo(decided);
        return;
      }
      lost = outcome.get();
    } catch (RuntimeException refused) {
      // Poisoned by what it holds, or by something that nobody thought of: the culprit is found
      // either way.
      halve(decided, refused, now);
      return;
    }
    settle(decided, lost);
    meter.committed(
        decided.size(),
        decided.stream().mapToInt(Decided::records).sum(),
        clocks.nanos().getAsLong() - from);
  }

  private Batch batch(List<Decided> decided) {
    var byShard = new LinkedHashMap<Integer, List<Batch.ExecutionChange>>();
    for (var one : decided) {
      byShard.computeIfAbsent(one.shard(), shard -> new ArrayList<>()).add(one.change());
    }
    var parts = new ArrayList<Batch.Part>();
    // Leases as they are now: another batch may have gone out since these changes were decided.
    byShard.forEach(
        (shard, changes) ->
            leases.held(shard).ifPresent(lease -> parts.add(new Batch.Part(lease, changes))));
    return new Batch(clocks.batchIds().get(), parts);
  }

  /** After the commit: sequences, timers, actions, in that order. */
  private void settle(List<Decided> decided, Set<Integer> lost) {
    decided.stream()
        .map(Decided::shard)
        .distinct()
        .filter(shard -> !lost.contains(shard))
        .forEach(leases::committed);
    lost.forEach(this::giveUp);
    var horizon = clocks.wall().instant().plus(limits.timerHorizon());
    for (var one : decided) {
      inbox.done(one.work());
      if (lost.contains(one.shard())) {
        executions.forget(one.work().execution());
        continue;
      }
      one.decision()
          .ifPresent(
              decision -> {
                decision.timers().stream()
                    .filter(timer -> !timer.dueAt().isAfter(horizon))
                    .forEach(timer -> timers.add(new DueTimer(one.change().ref(), timer)));
                decision.actions().forEach(outside.act());
              });
      executions.settled(one.work().execution());
    }
  }

  /**
   * Whether a batch was committed whose answer was lost.
   *
   * @return the shards whose part was left out; empty if it was not committed, or nobody could tell
   *     and every shard was given up
   */
  private Optional<Set<Integer>> askOutcome(Batch batch) {
    for (var asked = 0; asked < OUTCOME_ASKED_MAX; asked++) {
      try {
        var out = new HashSet<Integer>();
        for (var part : batch.parts()) {
          if (!journal.committed(part.lease(), batch.id())) {
            out.add(part.lease().shard());
          }
        }
        var committed = out.size() < batch.parts().size();
        meter.outcomeAsked(committed);
        return committed ? Optional.of(out) : Optional.empty();
      } catch (StoreUnavailableException still) {
        LOG.warn("journal: still no answer: {}", still.getMessage());
      }
    }
    batch.parts().forEach(part -> giveUp(part.lease().shard()));
    return Optional.empty();
  }

  /** Forgets what a commit that did not happen had decided; its inputs are decided on again. */
  private void undo(List<Decided> decided) {
    for (var one : decided.reversed()) {
      executions.forget(one.work().execution());
      inbox.putBack(one.work());
    }
  }

  private void halve(List<Decided> decided, RuntimeException poisoned, Instant now) {
    decided.forEach(one -> executions.forget(one.work().execution()));
    if (decided.size() == 1) {
      var work = decided.getFirst().work();
      LOG.error("execution {}: its changes could not be recorded", work.execution(), poisoned);
      poisoned(work, "its changes could not be recorded: " + poisoned.getMessage(), now);
      return;
    }
    var half = decided.size() / 2;
    for (var part : List.of(decided.subList(0, half), decided.subList(half, decided.size()))) {
      var works = part.stream().map(Decided::work).toList();
      try {
        executions.load(works, now);
      } catch (StoreUnavailableException unavailable) {
        LOG.warn("journal: executions not loaded, will be again: {}", unavailable.getMessage());
        works.reversed().forEach(inbox::putBack);
        continue;
      }
      commit(works, now);
    }
  }

  /** Ends an execution that cannot go on, or parks it if not even that can be recorded. */
  private void poisoned(Work work, String why, Instant now) {
    try {
      executions.load(List.of(work), now);
      var state = executions.get(work.execution());
      var lease =
          leases.usable(work.execution().shard(journal.shardCount()), clocks.nanos().getAsLong());
      if (state.isPresent() && lease.isPresent()) {
        var decision = decider.giveUp(state.get(), work.inputs(), why, now, lease.get().epoch());
        var one = new Decided(work, lease.get().shard(), decision.change(), Optional.of(decision));
        var lost = journal.commit(batch(List.of(one)));
        settle(List.of(one), lost);
        meter.poisoned(false);
        return;
      }
    } catch (StoreUnavailableException unavailable) {
      // The shard's sequence may have moved: giving it up makes the next owner, perhaps this loop,
      // read it anew.
      giveUp(work.execution().shard(journal.shardCount()));
      LOG.warn("execution {}: not given up yet: {}", work.execution(), unavailable.getMessage());
      inbox.done(work);
      return;
    } catch (RuntimeException worse) {
      LOG.error("execution {}: parked until the server is restarted", work.execution(), worse);
      executions.park(work.execution());
      meter.poisoned(true);
    }
    inbox.done(work);
  }

  /** One execution's share of a batch. */
  private record Decided(
      Work work, int shard, Batch.ExecutionChange change, Optional<Decision> decision) {
    /** Bytes of the values that it writes; the rest of a row is small. */
    long bytes() {
      return Stream.of(change.insertedNodes(), change.updatedNodes())
          .flatMap(List::stream)
          .mapToLong(
              node ->
                  node.inputs().getSerializedSize()
                      + node.outputs().map(LiteralMap::getSerializedSize).orElse(0))
          .sum();
    }

    int records() {
      return decision.map(Decision::records).orElse(change.released().size());
    }
  }

  /** Executions in memory; read from any thread, for a gauge. */
  public int executionsInMemory() {
    return executions.size();
  }
}
