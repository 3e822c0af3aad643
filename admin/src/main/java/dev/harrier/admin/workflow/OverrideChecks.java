package dev.harrier.admin.workflow;

import dev.harrier.admin.inventory.ResourceAmounts;
import dev.harrier.admin.query.Echo;
import dev.harrier.compiler.NodeTree;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.core.Tasks.Resources.ResourceEntry;
import flyteidl.core.Workflow.Node;
import flyteidl.core.Workflow.WorkflowTemplate;
import java.util.List;

/** Refuses a node's own resources that no runtime could read, before an execution fails on them. */
final class OverrideChecks {
  private OverrideChecks() {}

  /**
   * Checks every node, those inside of branches and arrays too.
   *
   * @throws RejectedException INVALID_ARGUMENT that names workflow, node, resource and value
   */
  static void check(WorkflowTemplate template, List<WorkflowTemplate> subWorkflows) {
    check(template);
    subWorkflows.forEach(OverrideChecks::check);
  }

  private static void check(WorkflowTemplate template) {
    NodeTree.forEach(
        template,
        node -> {
          if (node.hasTaskNode()) {
            var resources = node.getTaskNode().getOverrides().getResources();
            check(template, node, "request", resources.getRequestsList());
            check(template, node, "limit", resources.getLimitsList());
          }
        });
  }

  private static void check(
      WorkflowTemplate template, Node node, String kind, List<ResourceEntry> entries) {
    for (var entry : entries) {
      if (ResourceAmounts.checked(entry.getName()) && ResourceAmounts.parse(entry).isEmpty()) {
        throw Rejection.invalid(
            "workflow %s, node %s: the override of the %s %s is '%s', expected a Kubernetes quantity such as 500m, 2 or 4Gi",
            Echo.of(template.getId().getName()),
            Echo.of(node.getId()),
            entry.getName(),
            kind,
            Echo.of(entry.getValue()));
      }
    }
  }
}
