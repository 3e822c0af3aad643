package dev.harrier.admin.task;

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
import flyteidl.admin.TaskOuterClass.Task;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;

/** Reads tasks. */
public final class TaskQueries {
  private final TaskStore store;
  private final Access access;

  public TaskQueries(TaskStore store, Access access) {
    this.store = requireNonNull(store, "store");
    this.access = requireNonNull(access, "access");
  }

  /**
   * One version.
   *
   * @throws RejectedException NOT_FOUND if there is none
   */
  public Task get(Caller caller, Identifier named) {
    var id = Identifiers.named(named, ResourceType.TASK);
    access.require(caller, Permission.INVENTORY_READ, Identifiers.scope(id));
    return store.find(id).orElseThrow(() -> Identifiers.missing(id));
  }

  /** Versions of one name, or of all names of a project and domain. */
  public Page<Task> list(Caller caller, NamedEntityIdentifier id, ListRequest request) {
    return store.list(VersionLists.of(access, caller, id, TaskStore.SOURCE, request));
  }
}
