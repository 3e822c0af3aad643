package dev.harrier.admin.namedentity;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.inventory.Identifiers;
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
import flyteidl.admin.Common.NamedEntity;
import flyteidl.admin.Common.NamedEntityIdentifier;
import flyteidl.admin.Common.NamedEntityMetadata;
import flyteidl.admin.Common.NamedEntityState;
import flyteidl.core.IdentifierOuterClass.ResourceType;

/** Reads, lists and describes names, and archives them. */
public final class NamedEntities {
  /** The longest description, in characters. */
  static final int DESCRIPTION_CHARACTERS_MAX = 300;

  private final NamedEntityStore store;
  private final Access access;

  public NamedEntities(NamedEntityStore store, Access access) {
    this.store = requireNonNull(store, "store");
    this.access = requireNonNull(access, "access");
  }

  /**
   * One name.
   *
   * @throws RejectedException NOT_FOUND if nothing of that kind was ever registered under it
   */
  public NamedEntity get(Caller caller, ResourceType kind, NamedEntityIdentifier id) {
    checkKind(kind);
    Identifiers.check(id);
    access.require(caller, Permission.INVENTORY_READ, scope(id));
    return store.find(kind, id).orElseThrow(NamedEntities::missing);
  }

  /**
   * Sets the state and, unless it is empty, the description.
   *
   * @throws RejectedException NOT_FOUND as for {@link #get}
   */
  public void update(
      Caller caller, ResourceType kind, NamedEntityIdentifier id, NamedEntityMetadata metadata) {
    checkKind(kind);
    Identifiers.check(id);
    access.require(caller, Permission.INVENTORY_UPDATE, scope(id));
    if (metadata.getState() == NamedEntityState.UNRECOGNIZED) {
      throw Rejection.invalid(
          "state of a named entity: expected one that the protocol names, got %d",
          metadata.getStateValue());
    }
    if (metadata.getDescription().length() > DESCRIPTION_CHARACTERS_MAX) {
      throw Rejection.invalid(
          "description cannot exceed %d characters", DESCRIPTION_CHARACTERS_MAX);
    }
    if (!store.update(kind, id, metadata)) {
      throw missing();
    }
  }

  /**
   * The names of one kind in a project and domain, in alphabetical order unless told otherwise.
   * Without a filter those that flytekit makes for single tasks are left out; archived ones are
   * not.
   */
  public Page<NamedEntity> list(
      Caller caller, ResourceType kind, String project, String domain, ListRequest request) {
    Identifiers.checkScope(project, domain);
    checkKind(kind);
    var query = inScope(caller, kind, project, domain, request);
    if (!query.filters()) {
      query.where("n.name NOT LIKE '.flytegen%'");
    }
    return store.list(query);
  }

  /** The bare names of one kind in a project and domain. */
  public Page<NamedEntityIdentifier> listIds(
      Caller caller, ResourceType kind, String project, String domain, ListRequest request) {
    Identifiers.checkScope(project, domain);
    var page = store.list(inScope(caller, kind, project, domain, request));
    return new Page<>(page.rows().stream().map(NamedEntity::getId).toList(), page.token());
  }

  private ListQuery inScope(
      Caller caller, ResourceType kind, String project, String domain, ListRequest request) {
    access.require(caller, Permission.INVENTORY_READ, Scope.of(project, domain));
    return ListQuery.of(NamedEntityStore.SOURCE, request)
        .where("n.resource_type = ?", Bind.number(kind.getNumber()))
        .where("n.project = ?", Bind.text(project))
        .where("n.domain = ?", Bind.text(domain));
  }

  private static void checkKind(ResourceType kind) {
    switch (kind) {
      case TASK, WORKFLOW, LAUNCH_PLAN -> {}
      case UNSPECIFIED, DATASET, UNRECOGNIZED ->
          throw Rejection.invalid(
              "invalid value for resource type: expected TASK, WORKFLOW or LAUNCH_PLAN");
    }
  }

  private static Scope scope(NamedEntityIdentifier id) {
    return Scope.of(id.getProject(), id.getDomain());
  }

  private static RejectedException missing() {
    return Rejection.notFound("entry not found");
  }
}
