package dev.harrier.admin.workflow;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.inventory.Identifiers;
import dev.harrier.admin.inventory.VersionLists;
import dev.harrier.admin.query.ListRequest;
import dev.harrier.admin.query.Page;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.spi.RejectedException;
import flyteidl.admin.Common.NamedEntityIdentifier;
import flyteidl.admin.WorkflowOuterClass.Workflow;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;

/** Reads workflows. */
public final class WorkflowQueries {
  private final WorkflowStore store;
  private final Access access;

  public WorkflowQueries(WorkflowStore store, Access access) {
    this.store = requireNonNull(store, "store");
    this.access = requireNonNull(access, "access");
  }

  /**
   * One version with its compiled graph, start and end node included.
   *
   * @throws RejectedException NOT_FOUND if there is none
   */
  public Workflow get(Caller caller, Identifier named) {
    var id = Identifiers.named(named, ResourceType.WORKFLOW);
    access.require(caller, Permission.INVENTORY_READ, Identifiers.scope(id));
    return store.find(id).orElseThrow(() -> Identifiers.missing(id));
  }

  /**
   * Versions of one name, or of all names of a project and domain, each with its interface only.
   */
  public Page<Workflow> list(Caller caller, NamedEntityIdentifier id, ListRequest request) {
    return store.list(VersionLists.of(access, caller, id, WorkflowStore.SOURCE, request));
  }
}
