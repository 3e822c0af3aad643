package dev.harrier.admin.inventory;

import dev.harrier.admin.query.Bind;
import dev.harrier.admin.query.ListQuery;
import dev.harrier.admin.query.ListRequest;
import dev.harrier.admin.query.Source;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.spi.RejectedException;
import flyteidl.admin.Common.NamedEntityIdentifier;

/** What the lists of tasks, workflows and launch plans check in the same way. */
public final class VersionLists {
  private VersionLists() {}

  /**
   * The query of a list of versions whose source's columns are called {@code project}, {@code
   * domain} and {@code name} without a doubt.
   *
   * @param id project and domain, and a name or none for all names
   * @throws RejectedException INVALID_ARGUMENT for a faulty request, PERMISSION_DENIED
   */
  public static ListQuery of(
      Access access, Caller caller, NamedEntityIdentifier id, Source source, ListRequest request) {
    Required.present(!id.equals(NamedEntityIdentifier.getDefaultInstance()), "id");
    Identifiers.checkScope(id.getProject(), id.getDomain());
    access.require(caller, Permission.INVENTORY_READ, Scope.of(id.getProject(), id.getDomain()));
    var query =
        ListQuery.of(source, request)
            .where("project = ?", Bind.text(id.getProject()))
            .where("domain = ?", Bind.text(id.getDomain()));
    return id.getName().isEmpty() ? query : query.where("name = ?", Bind.text(id.getName()));
  }
}
