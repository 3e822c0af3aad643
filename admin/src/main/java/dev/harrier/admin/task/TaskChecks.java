package dev.harrier.admin.task;

import dev.harrier.admin.inventory.Identifiers;
import dev.harrier.admin.inventory.Required;
import dev.harrier.admin.inventory.ResourceAmounts;
import dev.harrier.admin.query.Echo;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.core.Tasks.Resources;
import flyteidl.core.Tasks.Resources.ResourceEntry;
import flyteidl.core.Tasks.Resources.ResourceName;
import flyteidl.core.Tasks.TaskTemplate;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a task must have to be registered, in Flyte's order; the compiler checks the rest. */
final class TaskChecks {
  private TaskChecks() {}

  /**
   * @throws RejectedException INVALID_ARGUMENT that names what is missing or wrong
   */
  static void check(TaskTemplate task) {
    Required.text(task.getType(), "type");
    Required.present(task.hasMetadata(), "metadata");
    if (task.getMetadata().hasRuntime()) {
      Required.text(task.getMetadata().getRuntime().getVersion(), "runtime version");
    }
    Required.present(task.hasInterface(), "typed interface");
    switch (task.getTargetCase()) {
      case CONTAINER -> {
        Required.text(task.getContainer().getImage(), "image");
        resources(task, task.getContainer().getResources());
      }
      case K8S_POD -> {
        if (!task.getK8SPod().hasPodSpec()) {
          throw Rejection.invalid(
              "invalid TaskSpecification, pod tasks should specify their target as a K8sPod with a defined pod spec");
        }
      }
      case SQL, TARGET_NOT_SET -> {
        // A connector or the engine itself knows such a task by its type.
      }
    }
  }

  private static void resources(TaskTemplate task, Resources resources) {
    var requests = quantities(task, resources.getRequestsList());
    var limits = quantities(task, resources.getLimitsList());
    requests.forEach(
        (name, request) -> {
          var limit = limits.get(name);
          if (limit == null) {
            return;
          }
          if (name == ResourceName.GPU && limit.compareTo(request) != 0) {
            throw Rejection.invalid(
                "For extended resource 'gpu' the default value must equal the limit value for task [%s]: got %s and %s",
                Identifiers.text(task.getId()), request.toPlainString(), limit.toPlainString());
          }
          if (limit.compareTo(request) < 0) {
            throw Rejection.invalid(
                "Requested %s default [%s] is greater than the limit [%s]. Please fix your configuration",
                name, request.toPlainString(), limit.toPlainString());
          }
        });
  }

  private static Map<ResourceName, BigDecimal> quantities(
      TaskTemplate task, List<ResourceEntry> entries) {
    var quantities = new EnumMap<ResourceName, BigDecimal>(ResourceName.class);
    for (var entry : entries) {
      if (!ResourceAmounts.checked(entry.getName())) {
        continue;
      }
      var quantity =
          ResourceAmounts.parse(entry)
              .orElseThrow(
                  () ->
                      Rejection.invalid(
                          "Parsing of %s request failed for value %s - reason: it is no Kubernetes quantity such as 500m, 2 or 4Gi",
                          entry.getName(), Echo.of(entry.getValue())));
      if (quantities.put(entry.getName(), quantity) != null) {
        throw Rejection.invalid(
            "can't specify %s limit for task [%s] multiple times",
            entry.getName(), Identifiers.text(task.getId()));
      }
      if (entry.getName() == ResourceName.GPU && quantity.stripTrailingZeros().scale() > 0) {
        throw Rejection.invalid(
            "gpu for [%s] must be a whole number, got: %s instead",
            Identifiers.text(task.getId()), entry.getValue());
      }
    }
    return quantities;
  }
}
