package dev.harrier.admin.journal;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.execution.ExecutionStore;
import dev.harrier.database.Arguments;
import dev.harrier.database.Pool;
import dev.harrier.database.Rows;
import dev.harrier.database.SqlErrors;
import dev.harrier.spi.Batch;
import dev.harrier.spi.DueTimer;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRecord;
import dev.harrier.spi.HeldPage;
import dev.harrier.spi.Journal;
import dev.harrier.spi.PendingCommand;
import dev.harrier.spi.PoisonedBatchException;
import dev.harrier.spi.ShardLease;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** The engine's journal in admin's tables. */
public final class PostgresJournal implements Journal {
  /** Longer than any answer of a commit is asked for. */
  private static final Duration BATCH_KEPT = Duration.ofMinutes(15);

  private static final Duration FORGET_EVERY = Duration.ofMinutes(1);

  private final Pool pool;
  private final CommandExchange exchange;
  private final Runnable childrenWanted;
  private final boolean comparing;
  private final UnreadableRows unreadable = new UnreadableRows();
  private final AtomicLong forgetNext = new AtomicLong(System.nanoTime());

  /**
   * @param exchange that hands commands over
   * @param childrenWanted called after a commit that asked for children; returns at once
   */
  public PostgresJournal(Pool pool, CommandExchange exchange, Runnable childrenWanted) {
    this(pool, exchange, childrenWanted, false);
  }

  private PostgresJournal(
      Pool pool, CommandExchange exchange, Runnable childrenWanted, boolean comparing) {
    this.pool = requireNonNull(pool, "pool");
    this.exchange = requireNonNull(exchange, "exchange");
    this.childrenWanted = requireNonNull(childrenWanted, "childrenWanted");
    this.comparing = comparing;
  }

  /**
   * The same for batches of other processes: what they say of executions is compared with rows
   * first, and a batch that says what is not so is poisoned.
   */
  public PostgresJournal comparing() {
    return new PostgresJournal(pool, exchange, childrenWanted, true);
  }

  /** The shards of all owners whose names begin so, and whose leases are not over. */
  public Set<Integer> heldBy(String ownerPrefix) {
    return pool.run(
        "read who holds which shards", connection -> ShardRows.heldBy(connection, ownerPrefix));
  }

  @Override
  public int shardCount() {
    return ExecutionStore.SHARDS;
  }

  @Override
  public List<ShardLease> acquire(String owner, int limit, Duration length) {
    return pool.run(
        "lease shards", connection -> ShardRows.acquire(connection, owner, limit, length));
  }

  @Override
  public Set<Integer> renew(Collection<ShardLease> leases, Duration length) {
    var held = pool.run("renew leases", connection -> ShardRows.renew(connection, leases, length));
    forgetBatches();
    return held;
  }

  /** Whoever works renews its leases, so what its commits leave behind goes with that. */
  private void forgetBatches() {
    var now = System.nanoTime();
    var next = forgetNext.get();
    if (now - next < 0 || !forgetNext.compareAndSet(next, now + FORGET_EVERY.toNanos())) {
      return;
    }
    pool.run(
        "forget old batches",
        connection -> {
          BatchRows.forget(connection, BATCH_KEPT);
          return BATCH_KEPT;
        });
  }

  @Override
  public void release(Collection<ShardLease> leases) {
    var unused = pool.run("release leases", connection -> ShardRows.release(connection, leases));
  }

  @Override
  public List<ExecutionRecord> load(Collection<ExecutionId> executions) {
    return pool.snapshot(
        "load executions",
        connection -> ExecutionRecords.load(connection, List.copyOf(executions)));
  }

  @Override
  public CompiledWorkflowClosure closure(String digest) {
    return pool.run(
        "read a compiled graph",
        connection -> {
          try (var statement =
              connection.prepareStatement("SELECT bytes FROM closure WHERE digest = ?")) {
            Arguments.of(statement).text(digest);
            try (var row = statement.executeQuery()) {
              if (!row.next()) {
                throw new IllegalStateException("closure %s: there is none".formatted(digest));
              }
              return Rows.message(row, "bytes", CompiledWorkflowClosure.parser());
            }
          }
        });
  }

  @Override
  public List<PendingCommand> commands(Collection<Integer> shards, int limit) {
    return pool.run(
        "read commands",
        connection -> WaitingRows.commands(connection, List.copyOf(shards), limit, unreadable));
  }

  @Override
  public List<DueTimer> timers(Collection<Integer> shards, Instant until, int limit) {
    return pool.run(
        "read timers",
        connection ->
            WaitingRows.timers(connection, List.copyOf(shards), until, limit, unreadable));
  }

  @Override
  public HeldPage held(int shard, Optional<HeldPage.After> after, int limit) {
    return pool.run(
        "read unreleased attempts",
        connection -> WaitingRows.held(connection, shard, after, limit, unreadable));
  }

  @Override
  public Set<Integer> commit(Batch batch) {
    BatchWriter.Written written;
    try {
      written =
          pool.transaction(
              connection -> {
                if (!comparing) {
                  return BatchWriter.write(connection, batch);
                }
                BatchClaims.check(connection, batch);
                var made = BatchWriter.write(connection, batch);
                BatchClaims.checkWritten(connection, batch);
                return made;
              });
    } catch (SQLException error) {
      if (SqlErrors.isDataError(error)) {
        throw new PoisonedBatchException(
            "batch %s of %d parts was refused: %s"
                .formatted(batch.id(), batch.parts().size(), error.getMessage()),
            error);
      }
      throw SqlErrors.translate("commit a batch", error);
    }
    exchange.handOver(written.posted());
    if (written.childrenRequested()) {
      childrenWanted.run();
    }
    return written.lost();
  }

  @Override
  public Optional<Set<Integer>> outcome(UUID batch) {
    return pool.run("ask after a batch", connection -> BatchRows.outcome(connection, batch));
  }

  @Override
  public Subscription subscribe(Consumer<PendingCommand> sink) {
    return exchange.subscribe(sink);
  }
}
