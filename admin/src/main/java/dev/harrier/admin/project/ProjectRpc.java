package dev.harrier.admin.project;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.query.ListRequest;
import dev.harrier.security.Caller;
import flyteidl.admin.ProjectOuterClass.GetDomainsResponse;
import flyteidl.admin.ProjectOuterClass.Project;
import flyteidl.admin.ProjectOuterClass.ProjectGetRequest;
import flyteidl.admin.ProjectOuterClass.ProjectListRequest;
import flyteidl.admin.ProjectOuterClass.ProjectRegisterRequest;
import flyteidl.admin.ProjectOuterClass.ProjectRegisterResponse;
import flyteidl.admin.ProjectOuterClass.ProjectUpdateResponse;
import flyteidl.admin.ProjectOuterClass.Projects;

/** The calls about projects, between the protocol and the use cases. */
public final class ProjectRpc {
  private final ChangeProject change;
  private final ProjectQueries queries;

  public ProjectRpc(ChangeProject change, ProjectQueries queries) {
    this.change = requireNonNull(change, "change");
    this.queries = requireNonNull(queries, "queries");
  }

  /** RegisterProject. */
  public ProjectRegisterResponse register(ProjectRegisterRequest request) {
    change.register(Caller.current(), request.getProject());
    return ProjectRegisterResponse.getDefaultInstance();
  }

  /** UpdateProject. */
  public ProjectUpdateResponse update(Project request) {
    change.update(Caller.current(), request);
    return ProjectUpdateResponse.getDefaultInstance();
  }

  /** GetProject. */
  public Project get(ProjectGetRequest request) {
    return queries.get(Caller.current(), request.getId());
  }

  /** ListProjects. */
  public Projects list(ProjectListRequest request) {
    var page =
        queries.list(
            Caller.current(),
            ListRequest.of(
                "ListProjects",
                request.getLimit(),
                request.getToken(),
                request.getFilters(),
                request.hasSortBy(),
                request.getSortBy()));
    return Projects.newBuilder().addAllProjects(page.rows()).setToken(page.token()).build();
  }

  /** GetDomains. */
  public GetDomainsResponse domains() {
    return GetDomainsResponse.newBuilder().addAllDomains(queries.domains()).build();
  }
}
