package dev.harrier.admin.taskexecution;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.nodeexecution.FlyteUrls;
import dev.harrier.admin.nodeexecution.NodeExecutionIds;
import dev.harrier.admin.query.ListRequest;
import dev.harrier.security.Caller;
import flyteidl.admin.TaskExecutionOuterClass.TaskExecution;
import flyteidl.admin.TaskExecutionOuterClass.TaskExecutionGetDataRequest;
import flyteidl.admin.TaskExecutionOuterClass.TaskExecutionGetDataResponse;
import flyteidl.admin.TaskExecutionOuterClass.TaskExecutionGetRequest;
import flyteidl.admin.TaskExecutionOuterClass.TaskExecutionList;
import flyteidl.admin.TaskExecutionOuterClass.TaskExecutionListRequest;

/** The calls about task executions, between the protocol and the use cases. */
public final class TaskExecutionRpcs {
  private final TaskExecutionQueries queries;

  public TaskExecutionRpcs(TaskExecutionQueries queries) {
    this.queries = requireNonNull(queries, "queries");
  }

  /** GetTaskExecution. */
  public TaskExecution get(TaskExecutionGetRequest request) {
    return queries.get(Caller.current(), TaskExecutionIds.check(request.getId()));
  }

  /** ListTaskExecutions. */
  public TaskExecutionList list(TaskExecutionListRequest request) {
    var page =
        queries.list(
            Caller.current(),
            NodeExecutionIds.check(request.getNodeExecutionId(), "node_execution_id"),
            ListRequest.of(
                "ListTaskExecutions",
                request.getLimit(),
                request.getToken(),
                request.getFilters(),
                request.hasSortBy(),
                request.getSortBy()));
    return TaskExecutionList.newBuilder()
        .addAllTaskExecutions(page.rows())
        .setToken(page.token())
        .build();
  }

  /** GetTaskExecutionData. */
  public TaskExecutionGetDataResponse data(TaskExecutionGetDataRequest request) {
    var asked = TaskExecutionIds.check(request.getId());
    var data = queries.data(Caller.current(), asked);
    var answer =
        TaskExecutionGetDataResponse.newBuilder()
            .setFullInputs(data.inputs())
            .setFlyteUrls(FlyteUrls.of(asked.node(), (int) asked.number()));
    data.outputs().ifPresent(answer::setFullOutputs);
    return answer.build();
  }
}
