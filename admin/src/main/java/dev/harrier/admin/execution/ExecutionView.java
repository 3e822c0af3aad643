package dev.harrier.admin.execution;

import com.google.protobuf.Duration;
import dev.harrier.database.Rows;
import dev.harrier.spi.ExecutionPhase;
import dev.harrier.spi.Failure;
import dev.harrier.spi.Wire;
import flyteidl.admin.ExecutionOuterClass.AbortMetadata;
import flyteidl.admin.ExecutionOuterClass.Execution;
import flyteidl.admin.ExecutionOuterClass.ExecutionClosure;
import flyteidl.admin.ExecutionOuterClass.ExecutionSpec;
import flyteidl.admin.ExecutionOuterClass.ExecutionState;
import flyteidl.admin.ExecutionOuterClass.ExecutionStateChangeDetails;
import flyteidl.core.Execution.ExecutionError;
import flyteidl.core.Execution.WorkflowExecution.Phase;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.IdentifierOuterClass.WorkflowExecutionIdentifier;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/** An execution as clients see it. */
final class ExecutionView {
  private ExecutionView() {}

  static Execution of(ResultSet row) throws SQLException {
    return Execution.newBuilder()
        .setId(
            WorkflowExecutionIdentifier.newBuilder()
                .setProject(Rows.text(row, "project"))
                .setDomain(Rows.text(row, "domain"))
                .setName(Rows.text(row, "name")))
        .setSpec(Rows.message(row, "spec", ExecutionSpec.parser()))
        .setClosure(closure(row))
        .build();
  }

  private static ExecutionClosure closure(ResultSet row) throws SQLException {
    var phase = ExecutionPhase.of(row.getInt("phase"));
    var created = Rows.instant(row, "created_at");
    var started = Rows.optionalInstant(row, "started_at");
    var ended = Rows.optionalInstant(row, "ended_at");
    var closure =
        ExecutionClosure.newBuilder()
            .setPhase(shown(phase, row.getObject("abort_requested_at") != null))
            .setCreatedAt(Wire.timestamp(created))
            .setUpdatedAt(Wire.timestamp(Rows.instant(row, "updated_at")))
            .setWorkflowId(workflow(row))
            .setStateChangeDetails(stateChange(row, created));
    started.ifPresent(instant -> closure.setStartedAt(Wire.timestamp(instant)));
    // An execution that ended before it started took no time.
    ended.ifPresent(instant -> closure.setDuration(between(started.orElse(instant), instant)));
    outcome(row, phase, closure);
    return closure.build();
  }

  private static void outcome(ResultSet row, ExecutionPhase phase, ExecutionClosure.Builder closure)
      throws SQLException {
    var cause = Rows.optionalText(row, "abort_cause");
    var asked = Rows.optionalText(row, "abort_requested_cause");
    var code = Rows.optionalText(row, "failure_code");
    if (phase == ExecutionPhase.ABORTED && cause.isPresent()) {
      closure.setAbortMetadata(
          AbortMetadata.newBuilder()
              .setCause(cause.get())
              .setPrincipal(Rows.text(row, "abort_principal")));
    } else if (asked.isPresent() && !phase.terminal()) {
      closure.setAbortMetadata(
          AbortMetadata.newBuilder()
              .setCause(asked.get())
              .setPrincipal(Rows.text(row, "abort_requested_by")));
    } else if (code.isPresent()) {
      closure.setError(
          ExecutionError.newBuilder()
              .setCode(code.get())
              .setMessage(Rows.text(row, "failure_message"))
              .setKindValue(
                  row.getInt("failure_kind") == Failure.Kind.SYSTEM.number()
                      ? ExecutionError.ErrorKind.SYSTEM_VALUE
                      : ExecutionError.ErrorKind.USER_VALUE));
    }
  }

  /** ABORTING is no phase of a row: it shows from the request on until the engine has ended it. */
  private static Phase shown(ExecutionPhase phase, boolean abortRequested) {
    if (abortRequested && !phase.terminal()) {
      return Phase.ABORTING;
    }
    return switch (phase) {
      case QUEUED -> Phase.UNDEFINED;
      case RUNNING -> Phase.RUNNING;
      case FAILING -> Phase.FAILING;
      case SUCCEEDED -> Phase.SUCCEEDED;
      case FAILED -> Phase.FAILED;
      case ABORTED -> Phase.ABORTED;
      case TIMED_OUT -> Phase.TIMED_OUT;
    };
  }

  private static Identifier workflow(ResultSet row) throws SQLException {
    return Identifier.newBuilder()
        .setResourceType(ResourceType.WORKFLOW)
        .setProject(Rows.text(row, "workflow_project"))
        .setDomain(Rows.text(row, "workflow_domain"))
        .setName(Rows.text(row, "workflow_name"))
        .setVersion(Rows.text(row, "workflow_version"))
        .build();
  }

  private static ExecutionStateChangeDetails stateChange(ResultSet row, Instant created)
      throws SQLException {
    var changed = Rows.optionalInstant(row, "state_changed_at").orElse(created);
    var by = Rows.optionalText(row, "state_changed_by");
    return ExecutionStateChangeDetails.newBuilder()
        .setState(
            row.getInt("state") == ExecutionState.EXECUTION_ARCHIVED_VALUE
                ? ExecutionState.EXECUTION_ARCHIVED
                : ExecutionState.EXECUTION_ACTIVE)
        .setOccurredAt(Wire.timestamp(changed))
        .setPrincipal(by.isPresent() ? by.get() : Rows.text(row, "principal"))
        .build();
  }

  private static Duration between(Instant from, Instant to) {
    // Clocks of two hosts may disagree; no duration is negative.
    var length = to.isBefore(from) ? java.time.Duration.ZERO : java.time.Duration.between(from, to);
    return Duration.newBuilder().setSeconds(length.getSeconds()).setNanos(length.getNano()).build();
  }
}
