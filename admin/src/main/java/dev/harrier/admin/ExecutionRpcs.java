package dev.harrier.admin;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.execution.ExecutionRpc;
import dev.harrier.admin.execution.UnservedRpc;
import dev.harrier.admin.nodeexecution.NodeExecutionRpcs;
import dev.harrier.admin.taskexecution.TaskExecutionRpcs;

/** The adapters of everything that runs. */
public record ExecutionRpcs(
    ExecutionRpc executions,
    NodeExecutionRpcs nodes,
    TaskExecutionRpcs attempts,
    UnservedRpc unserved) {
  public ExecutionRpcs {
    requireNonNull(executions, "executions");
    requireNonNull(nodes, "nodes");
    requireNonNull(attempts, "attempts");
    requireNonNull(unserved, "unserved");
  }
}
