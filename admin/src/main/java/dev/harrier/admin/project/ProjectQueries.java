package dev.harrier.admin.project;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.inventory.Required;
import dev.harrier.admin.query.Bind;
import dev.harrier.admin.query.ListQuery;
import dev.harrier.admin.query.ListRequest;
import dev.harrier.admin.query.Page;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.security.VisibleScopes;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.admin.ProjectOuterClass.Domain;
import flyteidl.admin.ProjectOuterClass.Project;
import java.util.List;

/** Reads projects, each with the domains that all of them have. */
public final class ProjectQueries {
  private final ProjectStore store;
  private final ProjectSettings settings;
  private final Access access;

  public ProjectQueries(ProjectStore store, ProjectSettings settings, Access access) {
    this.store = requireNonNull(store, "store");
    this.settings = requireNonNull(settings, "settings");
    this.access = requireNonNull(access, "access");
  }

  /**
   * One project.
   *
   * @throws RejectedException NOT_FOUND if there is none of that id
   */
  public Project get(Caller caller, String id) {
    Required.text(id, "project_id");
    access.require(caller, Permission.PROJECT_READ, Scope.of(id));
    return withDomains(store.find(id).orElseThrow(() -> missing(id)));
  }

  /**
   * The projects that the caller may see, by id unless told otherwise; archived ones only if a
   * filter is given.
   */
  public Page<Project> list(Caller caller, ListRequest request) {
    var visible = access.visible(caller, Permission.PROJECT_LIST);
    var query = ListQuery.of(ProjectStore.SOURCE, request.limitOptional());
    if (!query.filters()) {
      query.where("p.state <> 1");
    }
    restrict(query, visible);
    var page = store.list(query);
    return new Page<>(page.rows().stream().map(this::withDomains).toList(), page.token());
  }

  private static void restrict(ListQuery query, VisibleScopes visible) {
    if (visible.allowed().stream().noneMatch(one -> one.project().isEmpty())) {
      query.where(
          "p.id = ANY (?)",
          Bind.texts(
              visible.allowed().stream()
                  .flatMap(one -> one.project().stream())
                  .distinct()
                  .toList()));
    }
    for (var denied : visible.denied()) {
      // A domain that is taken out leaves the project to be seen.
      if (denied.domain().isEmpty()) {
        denied
            .project()
            .ifPresentOrElse(
                id -> query.where("p.id <> ?", Bind.text(id)), () -> query.where("false"));
      }
    }
  }

  /** The domains, as configured. */
  public List<Domain> domains() {
    return settings.domains().stream()
        .map(domain -> Domain.newBuilder().setId(domain.id()).setName(domain.name()).build())
        .toList();
  }

  static RejectedException missing(String id) {
    return Rejection.notFound("project [%s] not found", id);
  }

  private Project withDomains(Project project) {
    return project.toBuilder().addAllDomains(domains()).build();
  }
}
