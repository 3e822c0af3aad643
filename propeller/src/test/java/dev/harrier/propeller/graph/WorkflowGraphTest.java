package dev.harrier.propeller.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flyteidl.core.Compiler.CompiledWorkflow;
import flyteidl.core.Compiler.ConnectionSet;
import flyteidl.core.Compiler.ConnectionSet.IdList;
import flyteidl.core.Workflow.BranchNode;
import flyteidl.core.Workflow.IfBlock;
import flyteidl.core.Workflow.IfElseBlock;
import flyteidl.core.Workflow.Node;
import flyteidl.core.Workflow.WorkflowTemplate;
import org.junit.jupiter.api.Test;

final class WorkflowGraphTest {
  @Test
  void the_nodes_inside_of_a_branch_have_no_part_in_the_order() {
    var branch =
        Node.newBuilder()
            .setId("n1")
            .setBranchNode(
                BranchNode.newBuilder()
                    .setIfElse(
                        IfElseBlock.newBuilder()
                            .setCase(IfBlock.newBuilder().setThenNode(node("n1-n0")))
                            .setElseNode(node("n1-n1"))));
    var compiled =
        CompiledWorkflow.newBuilder()
            .setTemplate(WorkflowTemplate.newBuilder().addNodes(node("n0")).addNodes(branch))
            .setConnections(
                ConnectionSet.newBuilder()
                    .putUpstream("n1", IdList.newBuilder().addIds("n0").build())
                    .putUpstream("n1-n0", IdList.newBuilder().addIds("n0").build())
                    .putDownstream("n1-n1", IdList.newBuilder().addIds("n1").build()))
            .build();

    var graph = WorkflowGraph.of(compiled);

    assertThat(graph.size()).isEqualTo(4);
    assertThat(graph.downstream(graph.number("n0"))).containsExactly(graph.number("n1"));
    assertThat(graph.upstreamCounts()[graph.number("n1")]).isEqualTo(1);
  }

  @Test
  void a_connection_to_a_node_that_is_nowhere_is_told() {
    var compiled =
        CompiledWorkflow.newBuilder()
            .setTemplate(WorkflowTemplate.newBuilder().addNodes(node("n0")))
            .setConnections(
                ConnectionSet.newBuilder()
                    .putUpstream("n0", IdList.newBuilder().addIds("n9").build()))
            .build();

    assertThatThrownBy(() -> WorkflowGraph.of(compiled)).hasMessageContaining("'n9'");
  }

  private static Node node(String id) {
    return Node.newBuilder().setId(id).build();
  }
}
