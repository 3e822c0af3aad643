package dev.harrier.runtime.process;

import flyteidl.core.Tasks.TaskTemplate;
import java.util.Optional;
import java.util.Set;

/** Which tasks cannot run as a process, and why. */
final class Refusals {
  private static final Set<String> CLUSTER_TYPES =
      Set.of("spark", "ray", "dask", "pytorch", "tensorflow", "mpi");

  private Refusals() {}

  static Optional<String> of(TaskTemplate task) {
    var name = task.getId().getName();
    if (CLUSTER_TYPES.contains(task.getType())) {
      return Optional.of(
          "task %s: type '%s' needs a cluster, expected one that runs as a process"
              .formatted(name, task.getType()));
    }
    return switch (task.getTargetCase()) {
      case K8S_POD ->
          Optional.of(
              "task %s: it has a pod template, which needs Kubernetes; expected a container"
                  .formatted(name));
      case SQL, TARGET_NOT_SET ->
          Optional.of(
              "task %s: type '%s' has no container, expected one with a command"
                  .formatted(name, task.getType()));
      case CONTAINER -> container(task, name);
    };
  }

  private static Optional<String> container(TaskTemplate task, String name) {
    var container = task.getContainer();
    if (container.getCommandCount() + container.getArgsCount() == 0) {
      return Optional.of(
          "task %s: its container has neither command nor arguments, expected some"
              .formatted(name));
    }
    if (container.getDataConfig().getEnabled()) {
      return Optional.of(
          "task %s: it wants its inputs as files in a container, which needs containers"
              .formatted(name));
    }
    return Optional.empty();
  }
}
