package dev.harrier.propeller.loop;

import dev.harrier.propeller.decide.Decider;
import dev.harrier.propeller.decide.Decision;
import dev.harrier.propeller.decide.Input;
import dev.harrier.propeller.loop.Inbox.Work;
import dev.harrier.spi.Batch;
import dev.harrier.spi.DueTimer;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.Journal;
import dev.harrier.spi.ShardLease;
import dev.harrier.spi.StoreUnavailableException;
import flyteidl.core.Literals.LiteralMap;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The second half of a drain: decide, commit once, act. What goes wrong with a commit is dealt with
 * here: a lost answer is asked for, a refused batch is halved until its culprit is alone, and that
 * execution is given up. For one thread.
 */
final class Flush {
  private static final Logger LOG = LoggerFactory.getLogger(Flush.class);

  /** How often a lost answer is asked for before the loop gives its shards up. */
  private static final int OUTCOME_ASKED_MAX = 20;

  private final Journal journal;
  private final Decider decider;
  private final LoopMemory memory;
  private final Inbox inbox;
  private final Leases leases;
  private final Executions executions;
  private final EngineLoop.Outside outside;
  private final EngineLoop.Clocks clocks;
  private final LoopLimits limits;
  private final LoopMeter meter;

  Flush(
      Journal journal,
      Decider decider,
      LoopMemory memory,
      EngineLoop.Outside outside,
      EngineLoop.Clocks clocks,
      LoopLimits limits,
      LoopMeter meter) {
    this.journal = journal;
    this.decider = decider;
    this.memory = memory;
    this.inbox = memory.inbox();
    this.leases = memory.leases();
    this.executions = memory.executions();
    this.outside = outside;
    this.clocks = clocks;
    this.limits = limits;
    this.meter = meter;
  }

  /** Decides on as much as one flush holds and commits it; the rest goes back to the front. */
  void commit(List<Work> works, Instant now) {
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
    flush(decided, now);
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

  private void flush(List<Decided> all, Instant now) {
    var decided = held(all);
    if (decided.isEmpty()) {
      return;
    }
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

  /**
   * Without those whose shard was given up since they were decided: nothing of them may be written
   * or done.
   */
  private List<Decided> held(List<Decided> all) {
    var held = new ArrayList<Decided>();
    for (var one : all) {
      if (leases.held(one.shard()).isPresent()) {
        held.add(one);
      } else {
        executions.forget(one.work().execution());
        inbox.done(one.work());
      }
    }
    return held;
  }

  private Batch batch(List<Decided> decided) {
    var byShard = new LinkedHashMap<Integer, List<Batch.ExecutionChange>>();
    for (var one : decided) {
      byShard.computeIfAbsent(one.shard(), shard -> new ArrayList<>()).add(one.change());
    }
    var parts = new ArrayList<Batch.Part>();
    byShard.forEach(
        (shard, changes) ->
            leases.held(shard).ifPresent(lease -> parts.add(new Batch.Part(lease, changes))));
    return new Batch(clocks.batchIds().get(), parts);
  }

  /** After the commit: timers, then actions. */
  private void settle(List<Decided> decided, Set<Integer> lost) {
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
                    .forEach(timer -> memory.timers().add(new DueTimer(one.change().ref(), timer)));
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
        var written = journal.outcome(batch.id());
        meter.outcomeAsked(written.isPresent());
        return written.map(shards -> lost(batch, shards));
      } catch (StoreUnavailableException still) {
        LOG.warn("journal: still no answer: {}", still.getMessage());
      }
    }
    batch.parts().forEach(part -> giveUp(part.lease().shard()));
    return Optional.empty();
  }

  private static Set<Integer> lost(Batch batch, Set<Integer> written) {
    var lost = new HashSet<Integer>();
    for (var part : batch.parts()) {
      if (!written.contains(part.lease().shard())) {
        lost.add(part.lease().shard());
      }
    }
    return lost;
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
      // It may be recorded or not: giving the shard up makes the next owner, perhaps this loop,
      // read
      // it anew.
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

  /** Uses a lease no more, and says so to its keeper. */
  void giveUp(int shard) {
    memory.forgetShard(shard);
    meter.shardLost(shard);
    outside.gaveUp().accept(shard);
  }
}
