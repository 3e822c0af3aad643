package dev.harrier.admin.execution;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionPhase;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.Wire;
import flyteidl.admin.ExecutionOuterClass.ExecutionMetadata;
import flyteidl.admin.ExecutionOuterClass.ExecutionMetadata.ExecutionMode;
import flyteidl.core.Literals.LiteralMap;
import java.util.Optional;

/** Makes an execution from an earlier one. */
public final class RepeatExecution {
  private final ExecutionStore store;
  private final Access access;
  private final SpecGuards guards;
  private final CreateExecution create;

  public RepeatExecution(
      ExecutionStore store, Access access, SpecGuards guards, CreateExecution create) {
    this.store = requireNonNull(store, "store");
    this.access = requireNonNull(access, "access");
    this.guards = requireNonNull(guards, "guards");
    this.create = requireNonNull(create, "create");
  }

  /**
   * Runs the same again, with the same inputs and settings.
   *
   * @param name of the new one; empty for one that is made up
   * @param overwriteCache whether cached results are computed anew
   * @return the new one's id
   * @throws dev.harrier.spi.RejectedException NOT_FOUND if there is no such execution
   */
  public ExecutionId relaunch(
      Caller caller, ExecutionId origin, String name, boolean overwriteCache) {
    requireBoth(caller, origin);
    var found = store.origin(origin).orElseThrow(() -> ExecutionQueries.missing(origin));
    var spec =
        found.spec().toBuilder()
            .clearMetadata()
            .setOverwriteCache(overwriteCache || found.spec().getOverwriteCache())
            .build();
    guards.require(caller, spec, origin.scope());
    var repeated =
        spec.toBuilder()
            .setMetadata(
                ExecutionMetadata.newBuilder()
                    .setMode(ExecutionMode.RELAUNCH)
                    .setReferenceExecution(Wire.identifier(origin)))
            .build();
    return create.repeat(
        caller,
        new CreateExecution.Request(
            origin.project(), origin.domain(), name, Optional.of(repeated), found.inputs()));
  }

  /**
   * Would run again what failed, with the results of the rest.
   *
   * @throws dev.harrier.spi.RejectedException always: FAILED_PRECONDITION if there is nothing to
   *     recover, else UNIMPLEMENTED
   */
  public ExecutionId recover(Caller caller, ExecutionId origin) {
    requireBoth(caller, origin);
    var found = store.origin(origin).orElseThrow(() -> ExecutionQueries.missing(origin));
    var phase = ExecutionPhase.of(found.phase());
    if (!phase.terminal() || phase == ExecutionPhase.SUCCEEDED) {
      throw Rejection.failedPrecondition(
          "Only an execution that failed, was aborted or timed out can be recovered; %s is %s.",
          origin, phase);
    }
    throw Rejection.unimplemented(
        "This release does not recover executions; relaunch %s to run all of it again.", origin);
  }

  private void requireBoth(Caller caller, ExecutionId origin) {
    ExecutionQueries.require(access, caller, Permission.EXECUTION_CREATE, origin);
    access.require(caller, Permission.EXECUTION_READ_DATA, Scope.of(origin));
  }

  /** Of the inputs that an execution ran with, those that a caller could have given. */
  static LiteralMap givable(LiteralMap complete, LaunchTarget target) {
    var given = LiteralMap.newBuilder();
    complete
        .getLiteralsMap()
        .forEach(
            (variable, literal) -> {
              if (target.expectedInputs().containsParameters(variable)) {
                given.putLiterals(variable, literal);
              }
            });
    return given.build();
  }
}
