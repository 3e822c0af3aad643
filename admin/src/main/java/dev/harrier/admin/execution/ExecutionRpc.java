package dev.harrier.admin.execution;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.query.ListRequest;
import dev.harrier.security.Caller;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.Wire;
import flyteidl.admin.Common.ResourceListRequest;
import flyteidl.admin.ExecutionOuterClass.Execution;
import flyteidl.admin.ExecutionOuterClass.ExecutionCreateRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionCreateResponse;
import flyteidl.admin.ExecutionOuterClass.ExecutionList;
import flyteidl.admin.ExecutionOuterClass.ExecutionRecoverRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionRelaunchRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionTerminateRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionTerminateResponse;
import flyteidl.admin.ExecutionOuterClass.ExecutionUpdateRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionUpdateResponse;
import flyteidl.admin.ExecutionOuterClass.WorkflowExecutionGetDataRequest;
import flyteidl.admin.ExecutionOuterClass.WorkflowExecutionGetDataResponse;
import flyteidl.admin.ExecutionOuterClass.WorkflowExecutionGetRequest;
import java.util.Optional;

/** The calls about executions, between the protocol and the use cases. */
public final class ExecutionRpc {
  private final CreateExecution create;
  private final RepeatExecution repeat;
  private final ChangeExecution change;
  private final ExecutionQueries queries;

  public ExecutionRpc(
      CreateExecution create,
      RepeatExecution repeat,
      ChangeExecution change,
      ExecutionQueries queries) {
    this.create = requireNonNull(create, "create");
    this.repeat = requireNonNull(repeat, "repeat");
    this.change = requireNonNull(change, "change");
    this.queries = requireNonNull(queries, "queries");
  }

  /** CreateExecution. */
  public ExecutionCreateResponse create(ExecutionCreateRequest request) {
    // In the spec they are an older place for the same.
    var inputs = request.hasInputs() ? request.getInputs() : OlderFields.inputs(request.getSpec());
    return created(
        create.create(
            Caller.current(),
            new CreateExecution.Request(
                request.getProject(),
                request.getDomain(),
                request.getName(),
                request.hasSpec() ? Optional.of(request.getSpec()) : Optional.empty(),
                inputs)));
  }

  /** RelaunchExecution. */
  public ExecutionCreateResponse relaunch(ExecutionRelaunchRequest request) {
    return created(
        repeat.relaunch(
            Caller.current(),
            Wire.executionId(request.getId()),
            request.getName(),
            request.getOverwriteCache()));
  }

  /** RecoverExecution. */
  public ExecutionCreateResponse recover(ExecutionRecoverRequest request) {
    return created(repeat.recover(Caller.current(), Wire.executionId(request.getId())));
  }

  /** GetExecution. */
  public Execution get(WorkflowExecutionGetRequest request) {
    return queries.get(Caller.current(), Wire.executionId(request.getId()));
  }

  /** ListExecutions. */
  public ExecutionList list(ResourceListRequest request) {
    var page =
        queries.list(
            Caller.current(),
            request.getId(),
            ListRequest.of(
                "ListExecutions",
                request.getLimit(),
                request.getToken(),
                request.getFilters(),
                request.hasSortBy(),
                request.getSortBy()));
    return ExecutionList.newBuilder().addAllExecutions(page.rows()).setToken(page.token()).build();
  }

  /** GetExecutionData. */
  public WorkflowExecutionGetDataResponse data(WorkflowExecutionGetDataRequest request) {
    var data = queries.data(Caller.current(), Wire.executionId(request.getId()));
    return WorkflowExecutionGetDataResponse.newBuilder()
        .setFullInputs(data.inputs())
        .setFullOutputs(data.outputs())
        .build();
  }

  /** TerminateExecution. */
  public ExecutionTerminateResponse terminate(ExecutionTerminateRequest request) {
    change.terminate(Caller.current(), Wire.executionId(request.getId()), request.getCause());
    return ExecutionTerminateResponse.getDefaultInstance();
  }

  /** UpdateExecution. */
  public ExecutionUpdateResponse update(ExecutionUpdateRequest request) {
    change.setState(Caller.current(), Wire.executionId(request.getId()), request.getState());
    return ExecutionUpdateResponse.getDefaultInstance();
  }

  private static ExecutionCreateResponse created(ExecutionId id) {
    return ExecutionCreateResponse.newBuilder().setId(Wire.identifier(id)).build();
  }
}
