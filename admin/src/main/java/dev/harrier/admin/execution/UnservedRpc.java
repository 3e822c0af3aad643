package dev.harrier.admin.execution;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.Wire;
import flyteidl.admin.ExecutionOuterClass.WorkflowExecutionGetMetricsRequest;
import flyteidl.core.IdentifierOuterClass.WorkflowExecutionIdentifier;

/** Calls about executions that are known to the protocol and not served. */
public final class UnservedRpc {
  private final Access access;

  public UnservedRpc(Access access) {
    this.access = requireNonNull(access, "access");
  }

  /**
   * CreateWorkflowEvent, CreateNodeEvent and CreateTaskEvent.
   *
   * @return the refusal; a caller who may not even ask gets PERMISSION_DENIED
   */
  public RejectedException event(WorkflowExecutionIdentifier execution) {
    access.require(Caller.current(), Permission.EVENT_WRITE, scope(execution));
    return Rejection.unimplemented(
        "Harrier's engine keeps its own record of executions, so events of another engine are not"
            + " taken.");
  }

  /** GetExecutionMetrics. */
  public RejectedException metrics(WorkflowExecutionGetMetricsRequest request) {
    access.require(Caller.current(), Permission.EXECUTION_READ, scope(request.getId()));
    return Rejection.unimplemented(
        "This release gives no metrics of an execution; start, end and duration of each node are in"
            + " ListNodeExecutions.");
  }

  /** ListSignals. */
  public RejectedException signals(WorkflowExecutionIdentifier execution) {
    access.require(Caller.current(), Permission.EXECUTION_READ, scope(execution));
    return noGates();
  }

  /** SetSignal. */
  public RejectedException setSignal(WorkflowExecutionIdentifier execution) {
    access.require(Caller.current(), Permission.SIGNAL_SET, scope(execution));
    return noGates();
  }

  /** GetOrCreateSignal. */
  public RejectedException createSignal(WorkflowExecutionIdentifier execution) {
    access.require(Caller.current(), Permission.EVENT_WRITE, scope(execution));
    return noGates();
  }

  private static RejectedException noGates() {
    return Rejection.unimplemented(
        "This release runs no gate nodes, so no execution waits for a signal.");
  }

  private static Scope scope(WorkflowExecutionIdentifier execution) {
    ExecutionId id = Wire.executionId(execution);
    return Scope.of(id);
  }
}
