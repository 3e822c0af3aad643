package dev.harrier.admin.task;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.query.ListRequest;
import dev.harrier.security.Caller;
import flyteidl.admin.Common.ObjectGetRequest;
import flyteidl.admin.Common.ResourceListRequest;
import flyteidl.admin.TaskOuterClass.Task;
import flyteidl.admin.TaskOuterClass.TaskCreateRequest;
import flyteidl.admin.TaskOuterClass.TaskCreateResponse;
import flyteidl.admin.TaskOuterClass.TaskList;

/** The calls about tasks, between the protocol and the use cases. */
public final class TaskRpc {
  private final RegisterTask register;
  private final TaskQueries queries;

  public TaskRpc(RegisterTask register, TaskQueries queries) {
    this.register = requireNonNull(register, "register");
    this.queries = requireNonNull(queries, "queries");
  }

  /** CreateTask. */
  public TaskCreateResponse create(TaskCreateRequest request) {
    register.register(Caller.current(), request.getId(), request.getSpec());
    return TaskCreateResponse.getDefaultInstance();
  }

  /** GetTask. */
  public Task get(ObjectGetRequest request) {
    return queries.get(Caller.current(), request.getId());
  }

  /** ListTasks. */
  public TaskList list(ResourceListRequest request) {
    var page =
        queries.list(
            Caller.current(),
            request.getId(),
            ListRequest.of(
                "ListTasks",
                request.getLimit(),
                request.getToken(),
                request.getFilters(),
                request.hasSortBy(),
                request.getSortBy()));
    return TaskList.newBuilder().addAllTasks(page.rows()).setToken(page.token()).build();
  }
}
