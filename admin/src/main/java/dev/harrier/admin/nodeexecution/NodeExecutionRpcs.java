package dev.harrier.admin.nodeexecution;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.inventory.Required;
import dev.harrier.admin.query.ListRequest;
import dev.harrier.admin.query.Page;
import dev.harrier.security.Caller;
import dev.harrier.spi.Rejection;
import flyteidl.admin.NodeExecutionOuterClass.DynamicNodeWorkflowResponse;
import flyteidl.admin.NodeExecutionOuterClass.GetDynamicNodeWorkflowRequest;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecution;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionForTaskListRequest;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionGetDataRequest;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionGetDataResponse;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionGetRequest;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionList;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionListRequest;

/** The calls about nodes of executions, between the protocol and the use cases. */
public final class NodeExecutionRpcs {
  private final NodeExecutionQueries queries;

  public NodeExecutionRpcs(NodeExecutionQueries queries) {
    this.queries = requireNonNull(queries, "queries");
  }

  /** GetNodeExecution. */
  public NodeExecution get(NodeExecutionGetRequest request) {
    return queries.get(Caller.current(), NodeExecutionIds.check(request.getId(), "id"));
  }

  /** ListNodeExecutions. */
  public NodeExecutionList list(NodeExecutionListRequest request) {
    var execution = NodeExecutionIds.check(request.getWorkflowExecutionId(), "execution_id");
    if (!request.getUniqueParentId().isEmpty()) {
      Required.text(request.getUniqueParentId(), "unique_parent_id");
    }
    return answer(
        queries.list(
            Caller.current(),
            execution,
            request.getUniqueParentId(),
            ListRequest.of(
                "ListNodeExecutions",
                request.getLimit(),
                request.getToken(),
                request.getFilters(),
                request.hasSortBy(),
                request.getSortBy())));
  }

  /** ListNodeExecutionsForTask. */
  public NodeExecutionList listForTask(NodeExecutionForTaskListRequest request) {
    Required.present(request.hasTaskExecutionId(), "id");
    var node =
        NodeExecutionIds.check(
            request.getTaskExecutionId().getNodeExecutionId(), "node_execution_id");
    return answer(
        queries.listForTask(
            Caller.current(),
            node,
            ListRequest.of(
                "ListNodeExecutionsForTask",
                request.getLimit(),
                request.getToken(),
                request.getFilters(),
                request.hasSortBy(),
                request.getSortBy())));
  }

  /** GetNodeExecutionData. */
  public NodeExecutionGetDataResponse data(NodeExecutionGetDataRequest request) {
    var id = NodeExecutionIds.check(request.getId(), "id");
    var data = queries.data(Caller.current(), id);
    var answer =
        NodeExecutionGetDataResponse.newBuilder()
            .setFullInputs(data.literals().inputs())
            .setFlyteUrls(FlyteUrls.of(id, data.deck().isPresent()));
    data.literals().outputs().ifPresent(answer::setFullOutputs);
    return answer.build();
  }

  /** GetDynamicNodeWorkflow. */
  public DynamicNodeWorkflowResponse dynamicWorkflow(GetDynamicNodeWorkflowRequest request) {
    var id = NodeExecutionIds.check(request.getId(), "id");
    return queries
        .dynamicWorkflow(Caller.current(), id)
        .map(closure -> DynamicNodeWorkflowResponse.newBuilder().setCompiledWorkflow(closure))
        .orElseThrow(
            () ->
                Rejection.notFound(
                    "node does not contain dynamic workflow: %s/%s", id.execution(), id.path()))
        .build();
  }

  private static NodeExecutionList answer(Page<NodeExecution> page) {
    return NodeExecutionList.newBuilder()
        .addAllNodeExecutions(page.rows())
        .setToken(page.token())
        .build();
  }
}
