package dev.harrier.propeller.simulation;

import dev.harrier.idl.engine.v1.ExecutionSettings;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRecord;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.Journal;
import dev.harrier.spi.ShardLease;
import dev.harrier.testkit.InMemoryJournal;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.Literals.LiteralMap;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** All in memory, by the run's own clock. */
final class InMemoryAdmin implements SimulatedAdmin {
  private static final int SHARDS = 2;

  private final InMemoryJournal journal;

  InMemoryAdmin(InstantSource clock) {
    this.journal = new InMemoryJournal(SHARDS, clock);
  }

  @Override
  public Journal journal() {
    return journal;
  }

  @Override
  public void putClosure(String digest, CompiledWorkflowClosure closure) {
    journal.putClosure(digest, closure);
  }

  @Override
  public void create(
      ExecutionId id, String closureDigest, LiteralMap inputs, ExecutionSettings settings) {
    journal.create(id, closureDigest, inputs, settings, Optional.empty());
  }

  @Override
  public void post(ExecutionId id, Command command) {
    journal.post(id, command);
  }

  @Override
  public int launchChildren() {
    return journal.launchChildren(
        plan -> plan.getName().equals("leaf") ? Optional.of("leaf") : Optional.empty());
  }

  @Override
  public ExecutionRecord record(ExecutionId id) {
    return journal.record(id);
  }

  @Override
  public List<ExecutionRef> executions() {
    return journal.executions();
  }

  @Override
  public int pendingCommands() {
    return journal.pendingCommands();
  }

  @Override
  public int heldAttempts() {
    return journal.heldAttempts();
  }

  @Override
  public long changes() {
    return journal.changes();
  }

  @Override
  public ShardLease current(ShardLease lease) {
    return journal.current(lease);
  }
}
