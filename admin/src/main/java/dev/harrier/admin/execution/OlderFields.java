package dev.harrier.admin.execution;

import flyteidl.admin.Common.AuthRole;
import flyteidl.admin.ExecutionOuterClass.ExecutionSpec;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanSpec;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Security.Identity;
import java.util.List;

/** Fields that the protocol calls deprecated and clients still send. */
@SuppressWarnings("deprecation")
final class OlderFields {
  private OlderFields() {}

  static List<String> tags(ExecutionSpec spec) {
    return List.copyOf(spec.getTagsList());
  }

  static LiteralMap inputs(ExecutionSpec spec) {
    return spec.getInputs();
  }

  static ExecutionSpec.Builder withoutInputs(ExecutionSpec spec) {
    return spec.toBuilder().clearInputs();
  }

  /** Who the execution's tasks are to run as, in the older form; both texts may be empty. */
  static Identity identity(ExecutionSpec spec) {
    return identity(spec.getAuthRole());
  }

  static Identity identity(LaunchPlanSpec spec) {
    return identity(spec.getAuthRole());
  }

  /** Whether a launch plan names an identity in any of the older forms. */
  static boolean namesIdentity(LaunchPlanSpec spec) {
    return !spec.getRole().isEmpty()
        || spec.getAuth().getSerializedSize() > 0
        || spec.getAuthRole().getSerializedSize() > 0;
  }

  private static Identity identity(AuthRole role) {
    return Identity.newBuilder()
        .setIamRole(role.getAssumableIamRole())
        .setK8SServiceAccount(role.getKubernetesServiceAccount())
        .build();
  }
}
