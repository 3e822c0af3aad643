package dev.harrier.admin.description;

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
import flyteidl.admin.Common.NamedEntityIdentifier;
import flyteidl.admin.DescriptionEntityOuterClass.DescriptionEntity;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;

/** Reads descriptions. */
public final class Descriptions {
  private final DescriptionStore store;
  private final Access access;

  public Descriptions(DescriptionStore store, Access access) {
    this.store = requireNonNull(store, "store");
    this.access = requireNonNull(access, "access");
  }

  /**
   * The description of one version.
   *
   * @throws RejectedException NOT_FOUND if it has none
   */
  public DescriptionEntity get(Caller caller, Identifier id) {
    checkKind(id.getResourceType());
    Identifiers.checkFields(id);
    access.require(caller, Permission.INVENTORY_READ, Identifiers.scope(id));
    return store.find(id).orElseThrow(() -> Rejection.notFound("entry not found"));
  }

  /** The descriptions of all versions of a name, the newest first. */
  public Page<DescriptionEntity> list(
      Caller caller, ResourceType kind, NamedEntityIdentifier id, ListRequest request) {
    Identifiers.check(id);
    checkKind(kind);
    access.require(caller, Permission.INVENTORY_READ, Scope.of(id.getProject(), id.getDomain()));
    return store.list(
        ListQuery.of(DescriptionStore.source(kind), request)
            .where("d.resource_type = ?", Bind.number(kind.getNumber()))
            .where("d.project = ?", Bind.text(id.getProject()))
            .where("d.domain = ?", Bind.text(id.getDomain()))
            .where("d.name = ?", Bind.text(id.getName())));
  }

  private static void checkKind(ResourceType kind) {
    switch (kind) {
      case TASK, WORKFLOW -> {}
      case UNSPECIFIED, LAUNCH_PLAN, DATASET, UNRECOGNIZED ->
          throw Rejection.invalid(
              "invalid value for resource type: expected TASK or WORKFLOW, which alone have descriptions");
    }
  }
}
