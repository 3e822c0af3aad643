package dev.harrier.admin.execution;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.journal.CommandExchange;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.PendingCommand;
import dev.harrier.spi.Rejection;
import flyteidl.admin.ExecutionOuterClass.ExecutionState;
import java.util.ArrayList;

/** Ends an execution early, or archives it. */
public final class ChangeExecution {
  /** The longest cause that is kept, in characters. */
  private static final int CAUSE_CHARACTERS_MAX = 4_096;

  private final ExecutionStore store;
  private final Access access;
  private final CommandExchange exchange;

  public ChangeExecution(ExecutionStore store, Access access, CommandExchange exchange) {
    this.store = requireNonNull(store, "store");
    this.access = requireNonNull(access, "access");
    this.exchange = requireNonNull(exchange, "exchange");
  }

  /**
   * Asks for an execution to end early; it shows ABORTING until it has. Asking again before that
   * changes nothing.
   *
   * @throws dev.harrier.spi.RejectedException FAILED_PRECONDITION if it has ended already,
   *     NOT_FOUND if there is none
   */
  public void terminate(Caller caller, ExecutionId id, String cause) {
    requireOnOwn(caller, Permission.EXECUTION_TERMINATE, id);
    var abort = new Command.Abort(storable(cause), caller.principal());
    var posted = new ArrayList<PendingCommand>();
    switch (store.abort(id, abort, posted::add)) {
      case NOW, BEFORE -> exchange.handOver(posted);
      case TOO_LATE ->
          throw Rejection.failedPrecondition(
              "Cannot abort an already terminated workflow execution");
      case NO_SUCH_EXECUTION -> throw ExecutionQueries.missing(id);
    }
  }

  /**
   * Shows an execution in lists, or hides it unless a list asks for archived ones.
   *
   * @throws dev.harrier.spi.RejectedException NOT_FOUND if there is none
   */
  public void setState(Caller caller, ExecutionId id, ExecutionState state) {
    requireOnOwn(caller, Permission.EXECUTION_UPDATE, id);
    if (state == ExecutionState.UNRECOGNIZED) {
      throw Rejection.invalid(
          "invalid value for state: expected EXECUTION_ACTIVE or EXECUTION_ARCHIVED");
    }
    if (!store.setState(id, state, caller.principal())) {
      throw ExecutionQueries.missing(id);
    }
  }

  // Some may do this to what they launched themselves and to nothing else.
  private void requireOnOwn(Caller caller, Permission permission, ExecutionId id) {
    ExecutionQueries.checkWhole(id);
    access.requireOn(caller, permission, Scope.of(id), () -> store.principal(id));
  }

  private static String storable(String cause) {
    var clean = cause.replace("\0", "");
    return clean.length() <= CAUSE_CHARACTERS_MAX
        ? clean
        : clean.substring(0, CAUSE_CHARACTERS_MAX);
  }
}
