package dev.harrier.admin.execution;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.inventory.Identifiers;
import dev.harrier.admin.inventory.Required;
import dev.harrier.admin.nodeexecution.WholeLiterals;
import dev.harrier.admin.query.Bind;
import dev.harrier.admin.query.ListQuery;
import dev.harrier.admin.query.ListRequest;
import dev.harrier.admin.query.Page;
import dev.harrier.compiler.ProtoText;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.spi.BlobStore;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.Wire;
import flyteidl.admin.Common.NamedEntityIdentifier;
import flyteidl.admin.ExecutionOuterClass.Execution;
import flyteidl.core.Literals.LiteralMap;

/** Reads executions. */
public final class ExecutionQueries {
  private final ExecutionStore store;
  private final Access access;
  private final WholeLiterals literals;

  public ExecutionQueries(ExecutionStore store, Access access, BlobStore blobs) {
    this.store = requireNonNull(store, "store");
    this.access = requireNonNull(access, "access");
    this.literals = new WholeLiterals(blobs);
  }

  /**
   * One execution.
   *
   * @throws RejectedException NOT_FOUND if there is none
   */
  public Execution get(Caller caller, ExecutionId id) {
    require(access, caller, Permission.EXECUTION_READ, id);
    return store.find(id).orElseThrow(() -> missing(id));
  }

  /** Executions of a project and domain, or those of one name in it; archived ones if asked for. */
  public Page<Execution> list(Caller caller, NamedEntityIdentifier id, ListRequest request) {
    Required.present(!id.equals(NamedEntityIdentifier.getDefaultInstance()), "id");
    Identifiers.checkScope(id.getProject(), id.getDomain());
    access.require(caller, Permission.EXECUTION_READ, Scope.of(id.getProject(), id.getDomain()));
    var query =
        ListQuery.of(ExecutionStore.SOURCE, request)
            .where("e.project = ?", Bind.text(id.getProject()))
            .where("e.domain = ?", Bind.text(id.getDomain()));
    if (!id.getName().isEmpty()) {
      query.where("e.name = ?", Bind.text(id.getName()));
    }
    if (!query.filtersBy("state")) {
      query.where("e.state = 0");
    }
    return store.list(query);
  }

  /**
   * Inputs and outputs, whole.
   *
   * @param outputs empty until it succeeded
   */
  public record Data(LiteralMap inputs, LiteralMap outputs) {}

  /** What an execution takes and gives. */
  public Data data(Caller caller, ExecutionId id) {
    require(access, caller, Permission.EXECUTION_READ_DATA, id);
    var data = store.data(id).orElseThrow(() -> missing(id));
    var whole = literals.of(id, new WholeLiterals.Data(data.inputs(), data.outputs()));
    return new Data(whole.inputs(), whole.outputsOrEmpty());
  }

  static void checkWhole(ExecutionId id) {
    Required.text(id.project(), "project");
    Required.text(id.domain(), "domain");
    Required.text(id.name(), "name");
  }

  static void require(Access access, Caller caller, Permission permission, ExecutionId id) {
    checkWhole(id);
    access.require(caller, permission, Scope.of(id));
  }

  static RejectedException missing(ExecutionId id) {
    return Rejection.notFound(
        "missing entity of type execution with identifier %s", ProtoText.of(Wire.identifier(id)));
  }
}
