package dev.harrier.bench.engine;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.journal.CommandExchange;
import dev.harrier.admin.journal.PostgresJournal;
import dev.harrier.database.Database;
import dev.harrier.propeller.Propeller;
import dev.harrier.propeller.PropellerSettings;
import dev.harrier.propeller.loop.LoopMeter;
import dev.harrier.spi.BlobStore;
import dev.harrier.spi.PendingCommand;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.Literals.LiteralMap;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/** An engine with the settings of a server, on a database, without the API before it. */
public final class WholeEngine implements AutoCloseable {
  /** Between two looks at a count: short beside what is measured, long beside what a look costs. */
  private static final Duration LOOK = Duration.ofMillis(5);

  private final CommandExchange exchange = new CommandExchange();
  private final StopwatchRuntime runtime;
  private final ExecutionRows rows;
  private final Propeller propeller;

  /** Assembles it; {@link #start} sets it going. */
  public WholeEngine(Database database, StopwatchRuntime runtime, BlobStore blobs) {
    var journal = new PostgresJournal(database.engine(), exchange, () -> {});
    this.runtime = requireNonNull(runtime, "runtime");
    this.rows = new ExecutionRows(database.api(), journal.shardCount());
    this.propeller =
        new Propeller(
            journal,
            runtime,
            blobs,
            InstantSource.system(),
            "bench/" + UUID.randomUUID(),
            PropellerSettings.defaults(),
            LoopMeter.none());
  }

  /** Executions that were made together. */
  public record Wave(List<PendingCommand> commands) {
    public Wave {
      commands = List.copyOf(commands);
    }
  }

  /** Takes the shards. */
  public void start() {
    propeller.start();
  }

  /** Keeps a graph, under a name that is returned. */
  public String keep(CompiledWorkflowClosure closure) {
    return rows.keep(closure);
  }

  /** Makes executions of a graph; they wait for {@link #release}. */
  public Wave make(int executions, String graph, LiteralMap inputs) {
    return new Wave(rows.create(executions, graph, inputs));
  }

  /** Tells the engine of executions, as the API does right after its commit. */
  public void release(Wave wave) {
    exchange.handOver(wave.commands());
  }

  /**
   * Returns when all executions of a wave have succeeded.
   *
   * @param attempts that are to be recorded until then, counted from the engine's start
   * @throws IllegalStateException if one does not succeed, or they take longer than the limit
   */
  public void awaitEnd(Wave wave, long attempts, Duration limit) throws InterruptedException {
    var ends = System.nanoTime() + limit.toNanos();
    // The database is asked only at the end: its answers cost what is being measured.
    while (runtime.recorded() < attempts) {
      check(ends, limit);
      Thread.sleep(LOOK);
    }
    var first = wave.commands().getFirst().ref().key();
    var last = wave.commands().getLast().ref().key();
    while (rows.succeeded(first, last) < wave.commands().size()) {
      check(ends, limit);
      Thread.sleep(LOOK);
    }
  }

  private void check(long ends, Duration limit) {
    runtime
        .unhappy()
        .ifPresent(
            observation -> {
              throw new IllegalStateException(
                  "expected every attempt to succeed, found " + observation);
            });
    if (System.nanoTime() - ends > 0) {
      throw new IllegalStateException(
          "expected the executions to end within %s; %s attempts are recorded"
              .formatted(limit, runtime.recorded()));
    }
  }

  /** Bytes that PostgreSQL has written to its log ahead so far. */
  public long writtenAheadBytes() {
    return rows.writtenAheadBytes();
  }

  @Override
  public void close() {
    propeller.close();
  }
}
