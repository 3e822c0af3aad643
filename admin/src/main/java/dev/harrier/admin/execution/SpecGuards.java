package dev.harrier.admin.execution;

import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import flyteidl.admin.ExecutionOuterClass.ExecutionMetadata.ExecutionMode;
import flyteidl.admin.ExecutionOuterClass.ExecutionSpec;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanSpec;
import flyteidl.core.Security.Identity;
import flyteidl.core.Security.SecurityContext;

/**
 * The fields of an execution, or of the launch plan that it takes them from, that let one do more
 * than run a workflow; each needs a permission of its own.
 */
public final class SpecGuards {
  private SpecGuards() {}

  static void require(Access access, Caller caller, ExecutionSpec spec, Scope scope) {
    require(
        access,
        caller,
        scope,
        new Guarded(
            spec.getSecurityContext(),
            SettingsMerge.names(OlderFields.identity(spec)),
            spec.getRawOutputDataConfig().getOutputLocationPrefix(),
            !spec.getClusterAssignment().getClusterPoolName().isEmpty()
                || !spec.getExecutionClusterLabel().getValue().isEmpty(),
            spec.getOverwriteCache()));
    var metadata = spec.getMetadata();
    // Who names a parent would get the parent's principal; a principal of the request's own is
    // simply not taken, since clients send a placeholder.
    if (metadata.hasParentNodeExecution()
        || metadata.hasReferenceExecution()
        || metadata.getNesting() != 0
        || metadata.getMode() == ExecutionMode.CHILD_WORKFLOW) {
      access.require(caller, Permission.EXECUTION_IMPERSONATE_PARENT, scope);
    }
  }

  /**
   * Asks for what a launch plan's executions take from it: who may start one need not be asked
   * again.
   *
   * @throws dev.harrier.spi.RejectedException PERMISSION_DENIED that names the missing permission
   */
  public static void require(Access access, Caller caller, LaunchPlanSpec spec, Scope scope) {
    require(
        access,
        caller,
        scope,
        new Guarded(
            spec.getSecurityContext(),
            OlderFields.namesIdentity(spec),
            spec.getRawOutputDataConfig().getOutputLocationPrefix(),
            !spec.getClusterAssignment().getClusterPoolName().isEmpty(),
            spec.getOverwriteCache()));
  }

  /** What both kinds of specification hold. */
  private record Guarded(
      SecurityContext security,
      boolean olderIdentity,
      String rawOutputPrefix,
      boolean placed,
      boolean overwritesCache) {}

  private static void require(Access access, Caller caller, Scope scope, Guarded spec) {
    if (!spec.security.getRunAs().equals(Identity.getDefaultInstance()) || spec.olderIdentity) {
      access.require(caller, Permission.EXECUTION_ASSUME_IDENTITY, scope);
    }
    if (!spec.rawOutputPrefix.isEmpty()) {
      access.require(caller, Permission.EXECUTION_OVERRIDE_STORAGE, scope);
    }
    if (spec.placed) {
      access.require(caller, Permission.EXECUTION_PLACE, scope);
    }
    if (spec.overwritesCache) {
      access.require(caller, Permission.CACHE_OVERWRITE, scope);
    }
    if (spec.security.getSecretsCount() > 0) {
      access.require(caller, Permission.SECRET_USE, scope);
    }
  }
}
