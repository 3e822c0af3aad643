package dev.harrier.admin.launchplan;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.inventory.Identifiers;
import dev.harrier.admin.inventory.VersionLists;
import dev.harrier.admin.query.Bind;
import dev.harrier.admin.query.ListQuery;
import dev.harrier.admin.query.ListRequest;
import dev.harrier.admin.query.Page;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.admin.Common.NamedEntityIdentifier;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlan;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;

/** Reads launch plans. */
public final class LaunchPlanQueries {
  private final LaunchPlanStore store;
  private final Access access;

  public LaunchPlanQueries(LaunchPlanStore store, Access access) {
    this.store = requireNonNull(store, "store");
    this.access = requireNonNull(access, "access");
  }

  /**
   * One version.
   *
   * @throws RejectedException NOT_FOUND if there is none
   */
  public LaunchPlan get(Caller caller, Identifier named) {
    var id = Identifiers.named(named, ResourceType.LAUNCH_PLAN);
    access.require(caller, Permission.INVENTORY_READ, Identifiers.scope(id));
    return store.find(id).orElseThrow(() -> Identifiers.missing(id));
  }

  /**
   * The active version of a name.
   *
   * @throws RejectedException NOT_FOUND if no version is active
   */
  public LaunchPlan getActive(Caller caller, NamedEntityIdentifier id) {
    Identifiers.check(id);
    access.require(caller, Permission.INVENTORY_READ, Scope.of(id.getProject(), id.getDomain()));
    return store
        .findActive(id)
        .orElseThrow(
            () ->
                Rejection.notFound(
                    "No active launch plan could be found: %s:%s:%s",
                    id.getProject(), id.getDomain(), id.getName()));
  }

  /** Versions of one name, or of all names of a project and domain. */
  public Page<LaunchPlan> list(Caller caller, NamedEntityIdentifier id, ListRequest request) {
    return store.list(VersionLists.of(access, caller, id, LaunchPlanStore.SOURCE, request));
  }

  /** The active versions of all names of a project and domain. */
  public Page<LaunchPlan> listActive(
      Caller caller, String project, String domain, ListRequest request) {
    Identifiers.checkScope(project, domain);
    access.require(caller, Permission.INVENTORY_READ, Scope.of(project, domain));
    return store.list(
        ListQuery.of(LaunchPlanStore.SOURCE, request)
            .where("project = ?", Bind.text(project))
            .where("domain = ?", Bind.text(domain))
            .where("state = 1"));
  }
}
