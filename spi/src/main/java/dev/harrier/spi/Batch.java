package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

import dev.harrier.idl.engine.v1.ChildRequest;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a loop decided in one drain, to be committed as one transaction.
 *
 * @param id made up for this batch alone; tells after a lost answer whether it was committed
 * @param parts one for each shard that it touches; no shard twice
 */
public record Batch(UUID id, List<Part> parts) {
  public Batch {
    requireNonNull(id, "id");
    parts = List.copyOf(parts);
  }

  /**
   * The part of one shard. It is written only if the lease's epoch is still the shard's, and nobody
   * can take the shard over until it is.
   */
  public record Part(ShardLease lease, List<ExecutionChange> executions) {
    public Part {
      requireNonNull(lease, "lease");
      executions = List.copyOf(executions);
    }
  }

  /**
   * All that changes of one execution.
   *
   * @param execution absent if its row does not change
   * @param consumed ids of the commands whose effect this is; their rows go
   * @param posted commands for any execution, this one included
   * @param children executions that admin is to create for nodes of this one
   * @param released attempts that their runtime has been told to forget, over by themselves or with
   *     their execution; idempotent, beside the rows' revisions, and the only thing that may change
   *     of an execution that was not loaded
   */
  public record ExecutionChange(
      ExecutionRef ref,
      Optional<ExecutionRow> execution,
      List<NodeRow> insertedNodes,
      List<NodeRow> updatedNodes,
      List<AttemptRow> insertedAttempts,
      List<AttemptRow> updatedAttempts,
      List<TimerRow> setTimers,
      List<TimerRow> clearedTimers,
      List<Long> consumed,
      List<Posted> posted,
      List<ChildRequest> children,
      List<Released> released) {
    public ExecutionChange {
      requireNonNull(ref, "ref");
      requireNonNull(execution, "execution");
      insertedNodes = List.copyOf(insertedNodes);
      updatedNodes = List.copyOf(updatedNodes);
      insertedAttempts = List.copyOf(insertedAttempts);
      updatedAttempts = List.copyOf(updatedAttempts);
      setTimers = List.copyOf(setTimers);
      clearedTimers = List.copyOf(clearedTimers);
      consumed = List.copyOf(consumed);
      posted = List.copyOf(posted);
      children = List.copyOf(children);
      released = List.copyOf(released);
    }
  }

  /** Names an attempt of the change's execution. */
  public record Released(String nodePath, int number) {
    public Released {
      requireNonNull(nodePath, "nodePath");
    }
  }

  /**
   * A command for an execution.
   *
   * @param to by name: the sender need not know the receiver's key. A command for an execution that
   *     does not exist is dropped
   */
  public record Posted(ExecutionId to, Command command) {
    public Posted {
      requireNonNull(to, "to");
      requireNonNull(command, "command");
    }
  }
}
