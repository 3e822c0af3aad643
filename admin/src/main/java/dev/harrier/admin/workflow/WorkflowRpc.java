package dev.harrier.admin.workflow;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.query.ListRequest;
import dev.harrier.security.Caller;
import flyteidl.admin.Common.ObjectGetRequest;
import flyteidl.admin.Common.ResourceListRequest;
import flyteidl.admin.WorkflowOuterClass.Workflow;
import flyteidl.admin.WorkflowOuterClass.WorkflowCreateRequest;
import flyteidl.admin.WorkflowOuterClass.WorkflowCreateResponse;
import flyteidl.admin.WorkflowOuterClass.WorkflowList;

/** The calls about workflows, between the protocol and the use cases. */
public final class WorkflowRpc {
  private final RegisterWorkflow register;
  private final WorkflowQueries queries;

  public WorkflowRpc(RegisterWorkflow register, WorkflowQueries queries) {
    this.register = requireNonNull(register, "register");
    this.queries = requireNonNull(queries, "queries");
  }

  /** CreateWorkflow. */
  public WorkflowCreateResponse create(WorkflowCreateRequest request) {
    register.register(Caller.current(), request.getId(), request.getSpec());
    return WorkflowCreateResponse.getDefaultInstance();
  }

  /** GetWorkflow. */
  public Workflow get(ObjectGetRequest request) {
    return queries.get(Caller.current(), request.getId());
  }

  /** ListWorkflows. */
  public WorkflowList list(ResourceListRequest request) {
    var page =
        queries.list(
            Caller.current(),
            request.getId(),
            ListRequest.of(
                "ListWorkflows",
                request.getLimit(),
                request.getToken(),
                request.getFilters(),
                request.hasSortBy(),
                request.getSortBy()));
    return WorkflowList.newBuilder().addAllWorkflows(page.rows()).setToken(page.token()).build();
  }
}
