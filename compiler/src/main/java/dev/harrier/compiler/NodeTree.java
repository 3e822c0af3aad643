package dev.harrier.compiler;

import flyteidl.core.Workflow.IfElseBlock;
import flyteidl.core.Workflow.Node;
import flyteidl.core.Workflow.WorkflowTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The nodes of a workflow with those inside of other nodes; subworkflows are trees of their own.
 */
public final class NodeTree {
  private NodeTree() {}

  /** Every node: those of the list, those inside of branches and arrays, and the failure node. */
  public static void forEach(WorkflowTemplate workflow, Consumer<Node> visitor) {
    workflow.getNodesList().forEach(node -> visit(node, visitor));
    if (workflow.hasFailureNode()) {
      visit(workflow.getFailureNode(), visitor);
    }
  }

  /** The nodes that a branch chooses from, in the order of its cases, the one of `else` last. */
  public static List<Node> cases(IfElseBlock block) {
    var nodes = new ArrayList<Node>();
    if (block.getCase().hasThenNode()) {
      nodes.add(block.getCase().getThenNode());
    }
    for (var other : block.getOtherList()) {
      if (other.hasThenNode()) {
        nodes.add(other.getThenNode());
      }
    }
    if (block.hasElseNode()) {
      nodes.add(block.getElseNode());
    }
    return List.copyOf(nodes);
  }

  private static void visit(Node node, Consumer<Node> visitor) {
    visitor.accept(node);
    if (node.hasBranchNode()) {
      cases(node.getBranchNode().getIfElse()).forEach(inner -> visit(inner, visitor));
    } else if (node.hasArrayNode()) {
      visit(node.getArrayNode().getNode(), visitor);
    }
  }
}
