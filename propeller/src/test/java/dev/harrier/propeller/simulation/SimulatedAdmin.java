package dev.harrier.propeller.simulation;

import dev.harrier.idl.engine.v1.ExecutionSettings;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRecord;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.Journal;
import dev.harrier.spi.ShardLease;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.Literals.LiteralMap;
import java.util.List;

/**
 * What a simulated run needs beside the engine: somebody who creates executions, and eyes on the
 * rows.
 */
public interface SimulatedAdmin {
  /** The journal that the engine is to use. */
  Journal journal();

  void putClosure(String digest, CompiledWorkflowClosure closure);

  void create(ExecutionId id, String closureDigest, LiteralMap inputs, ExecutionSettings settings);

  void post(ExecutionId id, Command command);

  /** Carries out the children asked for; how many there were. */
  int launchChildren();

  ExecutionRecord record(ExecutionId id);

  /** All executions, in the order of their creation. */
  List<ExecutionRef> executions();

  int pendingCommands();

  int heldAttempts();

  /**
   * Rises with everything that is written, so that what did not change need not be looked at again.
   */
  long changes();

  /** The lease that would be valid on that shard now. */
  ShardLease current(ShardLease lease);
}
