package dev.harrier.propeller.simulation;

import dev.harrier.spi.Batch;
import dev.harrier.spi.DueTimer;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRecord;
import dev.harrier.spi.HeldPage;
import dev.harrier.spi.Journal;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.NodeRow;
import dev.harrier.spi.PendingCommand;
import dev.harrier.spi.ShardLease;
import dev.harrier.spi.StoreUnavailableException;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * The journal as one engine sees it: answers may be lost, calls may fail, and a planted bug may be
 * in it.
 */
final class SimulatedJournal implements Journal {
  private final Journal journal;
  private final UnaryOperator<ShardLease> current;
  private final RandomGenerator random;
  private final Plant plant;
  private final boolean trouble;
  private final Outage outage;
  private final List<Batch> unwritten = new ArrayList<>();

  SimulatedJournal(
      SimulatedAdmin admin, RandomGenerator random, Plant plant, boolean trouble, Outage outage) {
    this.journal = admin.journal();
    this.current = admin::current;
    this.random = random;
    this.plant = plant;
    this.trouble = trouble;
    this.outage = outage;
  }

  @Override
  public int shardCount() {
    return journal.shardCount();
  }

  @Override
  public List<ShardLease> acquire(String owner, int limit, Duration length) {
    outage.pass("acquire");
    return journal.acquire(owner, limit, length);
  }

  @Override
  public Set<Integer> renew(Collection<ShardLease> leases, Duration length) {
    outage.pass("renew");
    return journal.renew(leases, length);
  }

  @Override
  public void release(Collection<ShardLease> leases) {
    outage.pass("release");
    journal.release(leases);
  }

  @Override
  public List<ExecutionRecord> load(Collection<ExecutionId> executions) {
    fail(40, "load");
    return journal.load(executions);
  }

  @Override
  public CompiledWorkflowClosure closure(String digest) {
    return journal.closure(digest);
  }

  @Override
  public List<PendingCommand> commands(Collection<Integer> shards, int limit) {
    fail(40, "commands");
    return journal.commands(shards, limit);
  }

  @Override
  public List<DueTimer> timers(Collection<Integer> shards, Instant until, int limit) {
    outage.pass("timers");
    return journal.timers(shards, until, limit);
  }

  @Override
  public HeldPage held(int shard, Optional<HeldPage.After> after, int limit) {
    outage.pass("held");
    return plant == Plant.ACTION_NOT_FROM_ROWS
        ? new HeldPage(List.of(), Optional.empty())
        : journal.held(shard, after, limit);
  }

  @Override
  public Set<Integer> commit(Batch batch) {
    fail(30, "commit, not done");
    if (plant == Plant.ACT_BEFORE_COMMIT) {
      // Answers before it is written: the write comes with the next commit, or never.
      flush();
      unwritten.add(batch);
      return Set.of();
    }
    var lost = journal.commit(changed(batch));
    fail(30, "commit, done");
    return lost;
  }

  private void flush() {
    unwritten.forEach(journal::commit);
    unwritten.clear();
  }

  private Batch changed(Batch batch) {
    return switch (plant) {
      case NO_FENCE ->
          new Batch(
              batch.id(),
              batch.parts().stream()
                  .map(part -> new Batch.Part(current.apply(part.lease()), part.executions()))
                  .toList());
      case PHASE_MOVES_BACK, LOST_TIMER ->
          new Batch(
              batch.id(),
              batch.parts().stream()
                  .map(
                      part ->
                          new Batch.Part(
                              part.lease(), part.executions().stream().map(this::bent).toList()))
                  .toList());
      case NONE, NO_DEDUPE, LOST_NOTICE, ACT_BEFORE_COMMIT, ACTION_NOT_FROM_ROWS -> batch;
    };
  }

  private Batch.ExecutionChange bent(Batch.ExecutionChange change) {
    var back = plant == Plant.PHASE_MOVES_BACK && random.nextInt(6) == 0;
    return new Batch.ExecutionChange(
        change.ref(),
        change.execution(),
        change.insertedNodes(),
        back
            ? change.updatedNodes().stream().map(SimulatedJournal::queued).toList()
            : change.updatedNodes(),
        change.insertedAttempts(),
        change.updatedAttempts(),
        plant == Plant.LOST_TIMER ? List.of() : change.setTimers(),
        change.clearedTimers(),
        change.consumed(),
        change.posted(),
        change.children(),
        change.released());
  }

  private static NodeRow queued(NodeRow row) {
    return new NodeRow(
        row.path(),
        row.parent(),
        row.specNodeId(),
        row.kind(),
        row.retryGroup(),
        NodePhase.QUEUED,
        row.attempt(),
        row.createdAt(),
        Optional.empty(),
        Optional.empty(),
        row.updatedAt(),
        row.inputs(),
        row.outputs(),
        row.failure(),
        row.child(),
        row.state(),
        row.revision());
  }

  @Override
  public Optional<Set<Integer>> outcome(UUID batch) {
    outage.pass("outcome");
    return journal.outcome(batch);
  }

  @Override
  public Subscription subscribe(Consumer<PendingCommand> sink) {
    return journal.subscribe(sink);
  }

  private void fail(int oneIn, String what) {
    outage.pass(what);
    if (trouble && random.nextInt(oneIn) == 0) {
      throw new StoreUnavailableException(what, new IllegalStateException("simulated"));
    }
  }
}
