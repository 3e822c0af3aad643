package dev.harrier.admin.execution;

import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import flyteidl.admin.ExecutionOuterClass.ExecutionMetadata.ExecutionMode;
import flyteidl.admin.ExecutionOuterClass.ExecutionSpec;

/**
 * The fields of an execution that let one do more than run a workflow; each needs a permission of
 * its own.
 */
final class SpecGuards {
  private SpecGuards() {}

  static void require(Access access, Caller caller, ExecutionSpec spec, Scope scope) {
    if (SettingsMerge.names(spec.getSecurityContext().getRunAs())
        || SettingsMerge.names(OlderFields.identity(spec))) {
      access.require(caller, Permission.EXECUTION_ASSUME_IDENTITY, scope);
    }
    if (!spec.getRawOutputDataConfig().getOutputLocationPrefix().isEmpty()) {
      access.require(caller, Permission.EXECUTION_OVERRIDE_STORAGE, scope);
    }
    if (!spec.getClusterAssignment().getClusterPoolName().isEmpty()
        || !spec.getExecutionClusterLabel().getValue().isEmpty()) {
      access.require(caller, Permission.EXECUTION_PLACE, scope);
    }
    if (spec.getOverwriteCache()) {
      access.require(caller, Permission.CACHE_OVERWRITE, scope);
    }
    if (spec.getSecurityContext().getSecretsCount() > 0) {
      access.require(caller, Permission.SECRET_USE, scope);
    }
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
}
