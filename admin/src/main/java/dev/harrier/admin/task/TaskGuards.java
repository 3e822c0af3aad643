package dev.harrier.admin.task;

import dev.harrier.admin.execution.SpecGuards;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.core.Tasks.K8sPod;
import flyteidl.core.Tasks.TaskTemplate;

/**
 * The parts of a task that reach beyond its container: an identity, secrets, a pod. Each needs a
 * permission of its own when it is registered.
 */
public final class TaskGuards {
  private TaskGuards() {}

  /**
   * Asks for what a task needs.
   *
   * @throws RejectedException PERMISSION_DENIED that names the missing permission
   */
  static void require(Access access, Caller caller, TaskTemplate task, Scope scope) {
    SpecGuards.require(access, caller, task.getSecurityContext(), scope);
    if (task.hasK8SPod()) {
      require(access, caller, task.getK8SPod(), scope);
    }
  }

  /**
   * Asks for what a pod needs, of a task or of a node that overrides one.
   *
   * @throws RejectedException PERMISSION_DENIED that names the missing permission, and what of the
   *     pod goes beyond the restricted standard
   */
  public static void require(Access access, Caller caller, K8sPod pod, Scope scope) {
    var standard = PodStandard.of(pod.getPodSpec());
    if (standard.namesIdentity()) {
      access.require(caller, Permission.EXECUTION_ASSUME_IDENTITY, scope);
    }
    if (standard.namesSecret()) {
      access.require(caller, Permission.SECRET_USE, scope);
    }
    if (standard.namesNode()) {
      access.require(caller, Permission.EXECUTION_PLACE, scope);
    }
    if (!standard.findings().isEmpty()) {
      requireUnrestricted(access, caller, standard);
    }
  }

  // A pod with the machine in its hands is outside of every project.
  private static void requireUnrestricted(Access access, Caller caller, PodStandard standard) {
    try {
      access.require(caller, Permission.PLATFORM_CONFIG, Scope.platform());
    } catch (RejectedException denied) {
      throw Rejection.permissionDenied(
          "%s A pod needs it that goes beyond the restricted standard, by %s.",
          denied.rejection().message(), String.join(", ", standard.findings()));
    }
  }
}
