package dev.harrier.admin.workflow;

import dev.harrier.admin.inventory.Digests;
import flyteidl.core.Workflow.IfElseBlock;
import flyteidl.core.Workflow.Node;
import flyteidl.core.Workflow.WorkflowTemplate;
import java.util.List;

/**
 * Digests of workflows: equal for what a client means to be equal. flytekit sends the upstream
 * nodes of a node, a set to it, in another order in each process.
 */
final class WorkflowDigest {
  private WorkflowDigest() {}

  static byte[] of(WorkflowTemplate template, List<WorkflowTemplate> subWorkflows) {
    return Digests.of(
        ordered(template), subWorkflows.stream().map(WorkflowDigest::ordered).toList());
  }

  private static WorkflowTemplate ordered(WorkflowTemplate template) {
    var ordered = template.toBuilder().clearNodes();
    template.getNodesList().forEach(node -> ordered.addNodes(ordered(node)));
    if (template.hasFailureNode()) {
      ordered.setFailureNode(ordered(template.getFailureNode()));
    }
    return ordered.build();
  }

  private static Node ordered(Node node) {
    var ordered = node.toBuilder().clearUpstreamNodeIds();
    node.getUpstreamNodeIdsList().stream().sorted().forEach(ordered::addUpstreamNodeIds);
    if (node.hasBranchNode()) {
      order(ordered.getBranchNodeBuilder().getIfElseBuilder());
    } else if (node.hasArrayNode()) {
      ordered.getArrayNodeBuilder().setNode(ordered(node.getArrayNode().getNode()));
    }
    return ordered.build();
  }

  private static void order(IfElseBlock.Builder block) {
    if (block.getCase().hasThenNode()) {
      block.getCaseBuilder().setThenNode(ordered(block.getCase().getThenNode()));
    }
    for (var other : block.getOtherBuilderList()) {
      if (other.hasThenNode()) {
        other.setThenNode(ordered(other.getThenNode()));
      }
    }
    if (block.hasElseNode()) {
      block.setElseNode(ordered(block.getElseNode()));
    }
  }
}
