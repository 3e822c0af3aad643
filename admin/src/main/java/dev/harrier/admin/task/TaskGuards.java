package dev.harrier.admin.task;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.execution.SpecGuards;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.core.Tasks.K8sPod;
import flyteidl.core.Tasks.TaskTemplate;
import flyteidl.core.Workflow.TaskNodeOverrides;
import java.util.EnumSet;
import java.util.Set;

/**
 * The parts of a task that reach beyond its container: an identity, secrets, a pod. Each needs a
 * permission of its own when it is registered. Images need none: an installation allows them or
 * not.
 */
public final class TaskGuards {
  private final Access access;
  private final ImageRules images;

  public TaskGuards(Access access, ImageRules images) {
    this.access = requireNonNull(access, "access");
    this.images = requireNonNull(images, "images");
  }

  /**
   * Asks for what a task needs.
   *
   * @throws RejectedException PERMISSION_DENIED that names the missing permission; INVALID_ARGUMENT
   *     for an image that is not allowed
   */
  void require(Caller caller, TaskTemplate task, Scope scope) {
    SpecGuards.require(access, caller, task.getSecurityContext(), scope);
    images.check(task.getContainer().getImage());
    if (task.hasK8SPod()) {
      require(caller, task.getK8SPod(), scope);
    }
  }

  /**
   * Asks for what a node needs that puts an image or a pod in the place of its task's own.
   *
   * @throws RejectedException as for a task
   */
  public void require(Caller caller, TaskNodeOverrides overrides, Scope scope) {
    images.check(overrides.getContainerImage());
    if (overrides.hasPodTemplate()) {
      require(caller, overrides.getPodTemplate(), scope);
    }
  }

  /**
   * The permissions that a task's settings need where it runs, which may be another place than the
   * one that it was registered in.
   */
  public static Set<Permission> needs(TaskTemplate task) {
    var needs = SpecGuards.needs(task.getSecurityContext());
    if (task.hasK8SPod()) {
      needs.addAll(needs(task.getK8SPod()));
    }
    return needs;
  }

  /** The same of a pod that a node puts in the place of its task's own. */
  public static Set<Permission> needs(K8sPod pod) {
    return needs(PodStandard.of(pod.getPodSpec()));
  }

  private static Set<Permission> needs(PodStandard standard) {
    var needs = EnumSet.noneOf(Permission.class);
    if (standard.namesIdentity()) {
      needs.add(Permission.EXECUTION_ASSUME_IDENTITY);
    }
    if (standard.namesSecret()) {
      needs.add(Permission.SECRET_USE);
    }
    if (standard.namesNode()) {
      needs.add(Permission.EXECUTION_PLACE);
    }
    return needs;
  }

  private void require(Caller caller, K8sPod pod, Scope scope) {
    var standard = PodStandard.of(pod.getPodSpec());
    standard.images().forEach(images::check);
    needs(standard).forEach(permission -> access.require(caller, permission, scope));
    if (!standard.findings().isEmpty()) {
      requireUnrestricted(caller, standard);
    }
  }

  // A pod with the machine in its hands is outside of every project.
  private void requireUnrestricted(Caller caller, PodStandard standard) {
    try {
      access.require(caller, Permission.PLATFORM_CONFIG, Scope.platform());
    } catch (RejectedException denied) {
      throw Rejection.permissionDenied(
          "%s A pod needs it that goes beyond the restricted standard, by %s.",
          denied.rejection().message(), String.join(", ", standard.findings()));
    }
  }
}
