package dev.harrier.compiler;

import static dev.harrier.compiler.Cases.BOOLEAN;
import static dev.harrier.compiler.Cases.INTEGER;
import static dev.harrier.compiler.Cases.STRING;
import static dev.harrier.compiler.Cases.bind;
import static dev.harrier.compiler.Cases.errors;
import static dev.harrier.compiler.Cases.promise;
import static dev.harrier.compiler.Cases.task;
import static dev.harrier.compiler.Cases.taskNode;
import static dev.harrier.compiler.Cases.workflow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.compiler.CompileError.Code;
import flyteidl.core.Compiler.CompiledTask;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.Compiler.ConnectionSet;
import flyteidl.core.Compiler.ConnectionSet.IdList;
import flyteidl.core.Tasks.TaskTemplate;
import flyteidl.core.Workflow.Alias;
import flyteidl.core.Workflow.Node;
import flyteidl.core.Workflow.WorkflowTemplate;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nodes, connections, cycles and reach. */
final class GraphTest {
  private static final List<CompiledTask> TASKS =
      List.of(
          task("step", Map.of("x", INTEGER), Map.of("o0", INTEGER)),
          task("silent", Map.of(), Map.of()));

  @Test
  void start_and_end_node_come_first_and_carry_the_workflows_bindings() {
    WorkflowTemplate template =
        workflow("w", Map.of("a", INTEGER), Map.of("out", INTEGER))
            .addNodes(taskNode("n0", "step", bind("x", promise("", "a"))))
            .addOutputs(bind("out", promise("n0", "o0")))
            .build();

    WorkflowTemplate closed = compile(template).getPrimary().getTemplate();

    assertThat(closed.getNodesList())
        .extracting(Node::getId)
        .containsExactly("start-node", "end-node", "n0");
    assertThat(closed.getNodes(1).getInputsList())
        .containsExactly(bind("out", promise("n0", "o0")));
    assertThat(closed.getNodes(2).getInputs(0).getBinding().getPromise().getNodeId())
        .isEqualTo("start-node");
  }

  @Test
  void bindings_and_stated_order_become_connections() {
    WorkflowTemplate template =
        workflow("w", Map.of("a", INTEGER), Map.of("out", INTEGER))
            .addNodes(taskNode("n0", "step", bind("x", promise("", "a"))))
            .addNodes(
                taskNode("n1", "step", bind("x", promise("n0", "o0"))).addUpstreamNodeIds("n2"))
            .addNodes(taskNode("n2", "silent"))
            .addOutputs(bind("out", promise("n1", "o0")))
            .build();

    ConnectionSet connections = compile(template).getPrimary().getConnections();

    assertThat(ids(connections.getDownstreamMap()))
        .isEqualTo(
            Map.of(
                "start-node", List.of("n0", "n2"),
                "n0", List.of("n1"),
                "n1", List.of("end-node"),
                "n2", List.of("n1")));
    assertThat(ids(connections.getUpstreamMap()))
        .isEqualTo(
            Map.of(
                "n0", List.of("start-node"),
                "n1", List.of("n0", "n2"),
                "n2", List.of("start-node"),
                "end-node", List.of("n1")));
  }

  @Test
  void a_node_that_nobody_waits_for_still_ends_before_the_workflow() {
    WorkflowTemplate template =
        workflow("w", Map.of(), Map.of()).addNodes(taskNode("n0", "silent")).build();

    ConnectionSet connections = compile(template).getPrimary().getConnections();

    assertThat(ids(connections.getDownstreamMap()))
        .isEqualTo(Map.of("start-node", List.of("n0"), "n0", List.of("end-node")));
  }

  @Test
  void upstream_ids_are_put_in_order() {
    WorkflowTemplate template =
        workflow("w", Map.of(), Map.of())
            .addNodes(taskNode("b", "silent"))
            .addNodes(taskNode("a", "silent"))
            .addNodes(taskNode("c", "silent").addUpstreamNodeIds("b").addUpstreamNodeIds("a"))
            .build();

    WorkflowTemplate closed = compile(template).getPrimary().getTemplate();

    assertThat(closed.getNodes(4).getUpstreamNodeIdsList()).containsExactly("a", "b");
  }

  @Test
  void the_order_of_the_nodes_does_not_matter() {
    WorkflowTemplate template =
        workflow("w", Map.of("a", INTEGER), Map.of())
            .addNodes(taskNode("n1", "step", bind("x", promise("n0", "o0"))))
            .addNodes(taskNode("n0", "step", bind("x", promise("", "a"))))
            .build();

    assertThat(errors(result(template))).isEmpty();
  }

  @Test
  void compiling_a_closed_template_again_changes_nothing() {
    WorkflowTemplate template =
        workflow("w", Map.of("a", INTEGER), Map.of("out", INTEGER))
            .addNodes(taskNode("n0", "step", bind("x", promise("", "a"))))
            .addOutputs(bind("out", promise("n0", "o0")))
            .build();
    CompiledWorkflowClosure once = compile(template);

    assertThat(compile(once.getPrimary().getTemplate())).isEqualTo(once);
  }

  @Test
  void a_workflow_without_nodes_is_refused() {
    assertThat(errors(result(workflow("w", Map.of(), Map.of()).build())))
        .extracting(CompileError::toString)
        .containsExactly(
            "Code: NoNodesFound, Node Id: resource_type:WORKFLOW project:\"p\" domain:\"d\" name:\"w\" version:\"v\", Description: Can't find any nodes in workflow [resource_type:WORKFLOW project:\"p\" domain:\"d\" name:\"w\" version:\"v\"].");
  }

  @Test
  void a_cycle_behind_the_start_names_its_path() {
    WorkflowTemplate template =
        workflow("w", Map.of(), Map.of())
            .addNodes(taskNode("n0", "silent").addUpstreamNodeIds("n2"))
            .addNodes(taskNode("n1", "silent").addUpstreamNodeIds("n0"))
            .addNodes(taskNode("n2", "silent").addUpstreamNodeIds("n1").addUpstreamNodeIds(""))
            .build();

    assertThat(errors(result(template)))
        .containsExactly(
            new CompileError(
                Code.CYCLE_DETECTED,
                "start-node",
                "A cycle has been detected while traversing the Workflow [start-node>n2>n0>n1>n2]."));
  }

  @Test
  void nodes_that_wait_only_for_each_other_are_a_cycle_out_of_reach() {
    WorkflowTemplate template =
        workflow("w", Map.of(), Map.of())
            .addNodes(taskNode("n0", "step", bind("x", promise("n1", "o0"))))
            .addNodes(taskNode("n1", "step", bind("x", promise("n0", "o0"))))
            .addNodes(taskNode("n2", "silent"))
            .build();

    assertThat(errors(result(template)))
        .containsExactly(
            new CompileError(
                Code.CYCLE_DETECTED,
                "start-node",
                "A cycle has been detected while traversing the Workflow [n0>n1>n0]."),
            new CompileError(
                Code.UNREACHABLE_NODES,
                "start-node",
                "The Workflow contain unreachable nodes [n0,n1]."));
  }

  @Test
  void two_nodes_with_one_id_are_refused() {
    WorkflowTemplate template =
        workflow("w", Map.of(), Map.of())
            .addNodes(taskNode("n0", "silent"))
            .addNodes(taskNode("n0", "silent"))
            .build();

    assertThat(errors(result(template)))
        .containsExactly(
            new CompileError(
                Code.DUPLICATE_NODE_ID, "n0", "Trying to insert two nodes with the same id."));
  }

  @Test
  void a_node_needs_an_id_and_a_target() {
    WorkflowTemplate template =
        workflow("w", Map.of(), Map.of())
            .addNodes(taskNode("", "silent"))
            .addNodes(Node.newBuilder().setId("n1"))
            .addNodes(
                Node.newBuilder()
                    .setId("n2")
                    .setTaskNode(taskNode("", "").getTaskNode().toBuilder().clearReferenceId()))
            .build();

    assertThat(errors(result(template)))
        .containsExactly(
            CompileError.valueRequired("<node>", "Id"),
            CompileError.valueRequired("n1", "Target"),
            CompileError.valueRequired("n2", "TaskNode.ReferenceId"));
  }

  @Test
  void an_upstream_id_must_be_a_node() {
    WorkflowTemplate template =
        workflow("w", Map.of(), Map.of())
            .addNodes(taskNode("n0", "silent").addUpstreamNodeIds("ghost"))
            .build();

    assertThat(errors(result(template))).containsExactly(CompileError.nodeNotFound("n0", "ghost"));
  }

  @Test
  void an_unknown_task_is_named_and_its_consumers_are_not_blamed() {
    WorkflowTemplate template =
        workflow("w", Map.of(), Map.of())
            .addNodes(taskNode("n0", "ghost"))
            .addNodes(taskNode("n1", "step", bind("x", promise("n0", "o0"))))
            .build();

    assertThat(errors(result(template)))
        .containsExactly(
            CompileError.taskNotFound(
                "n0",
                "resource_type:TASK project:\"p\" domain:\"d\" name:\"ghost\" version:\"v\""));
  }

  @Test
  void a_task_without_id_is_refused() {
    CompiledTask nameless =
        CompiledTask.newBuilder().setTemplate(TaskTemplate.getDefaultInstance()).build();
    WorkflowTemplate template =
        workflow("w", Map.of(), Map.of()).addNodes(taskNode("n0", "silent")).build();

    Compiled<?> result =
        WorkflowCompiler.compile(template, List.of(), List.of(TASKS.get(1), nameless), List.of());

    assertThat(errors(result)).containsExactly(CompileError.valueRequired("task", "Template.Id"));
  }

  @Test
  void outputs_can_be_taken_by_their_alias_only() {
    WorkflowTemplate.Builder template =
        workflow("w", Map.of("a", INTEGER), Map.of())
            .addNodes(
                taskNode("n0", "step", bind("x", promise("", "a")))
                    .addOutputAliases(Alias.newBuilder().setVar("o0").setAlias("result")));

    assertThat(
            errors(
                result(
                    template
                        .clone()
                        .addNodes(taskNode("n1", "step", bind("x", promise("n0", "result"))))
                        .build())))
        .isEmpty();
    assertThat(
            errors(
                result(
                    template
                        .clone()
                        .addNodes(taskNode("n1", "step", bind("x", promise("n0", "o0"))))
                        .build())))
        .containsExactly(
            CompileError.parameterNotBound("n1", "x"), CompileError.variableNotFound("n0", "o0"));
  }

  @Test
  void an_alias_must_rename_one_output_once() {
    WorkflowTemplate template =
        workflow("w", Map.of("a", INTEGER), Map.of())
            .addNodes(
                taskNode("n0", "step", bind("x", promise("", "a")))
                    .addOutputAliases(Alias.newBuilder().setVar("o0").setAlias("r"))
                    .addOutputAliases(Alias.newBuilder().setVar("o0").setAlias("s"))
                    .addOutputAliases(Alias.newBuilder().setVar("ghost").setAlias("t")))
            .build();

    assertThat(errors(result(template)))
        .containsExactly(
            new CompileError(
                Code.DUPLICATE_ALIAS,
                "n0",
                "Duplicate alias [s] found. An output alias can only be used once in the Workflow."),
            CompileError.parameterNotBound("n0", "t"));
  }

  @Test
  void an_interface_needs_names_and_types() {
    WorkflowTemplate.Builder template =
        workflow("w", Map.of("", INTEGER), Map.of()).addNodes(taskNode("n0", "silent"));
    template
        .getInterfaceBuilder()
        .getOutputsBuilder()
        .putVariables("o", flyteidl.core.Interface.Variable.getDefaultInstance());

    assertThat(errors(result(template.build())))
        .containsExactly(
            CompileError.valueRequired("start-node", "param.Type"),
            CompileError.valueRequired("start-node", "paramName"));
  }

  @Test
  void the_errors_of_all_nodes_come_at_once() {
    WorkflowTemplate template =
        workflow("w", Map.of("s", STRING, "b", BOOLEAN), Map.of("out", STRING))
            .addNodes(taskNode("n0", "step", bind("x", promise("", "s"))))
            .addNodes(taskNode("n1", "step"))
            .addNodes(taskNode("n2", "step", bind("x", promise("ghost", "o0"))))
            .addOutputs(bind("out", promise("", "b")))
            .build();

    assertThat(CompileError.describe(errors(result(template))))
        .isEqualTo(
            """
            Collected Errors: 5
            \tError 0: Code: MismatchingTypes, Node Id: end-node, Description: The output variable 'b' has type [simple:BOOLEAN], but it's assigned to the input variable 'out' which has type type [simple:STRING].
            \tError 1: Code: MismatchingTypes, Node Id: n0, Description: The output variable 's' has type [simple:STRING], but it's assigned to the input variable 'x' which has type type [simple:INTEGER].
            \tError 2: Code: NodeReferenceNotFound, Node Id: ghost, Description: Referenced node [ghost] not found.
            \tError 3: Code: ParameterNotBound, Node Id: n1, Description: Parameter not bound [x].
            \tError 4: Code: ParameterNotBound, Node Id: n2, Description: Parameter not bound [x].
            """);
  }

  @Test
  void a_failure_node_waits_for_its_inputs_and_nobody_for_it() {
    WorkflowTemplate template =
        workflow("w", Map.of("a", INTEGER), Map.of())
            .addNodes(taskNode("n0", "silent"))
            .setFailureNode(taskNode("fn", "step", bind("x", promise("", "a"))))
            .build();

    CompiledWorkflowClosure closure = compile(template);

    assertThat(closure.getPrimary().getTemplate().getNodesList())
        .extracting(Node::getId)
        .containsExactly("start-node", "end-node", "n0");
    assertThat(ids(closure.getPrimary().getConnections().getUpstreamMap()))
        .containsEntry("fn", List.of("start-node"));
    assertThat(closure.getPrimary().getConnections().getDownstreamMap().get("start-node"))
        .isEqualTo(IdList.newBuilder().addIds("n0").build());
    assertThat(WorkflowCompiler.requiredTasks(template, List.of()))
        .containsExactly(Cases.taskId("silent"), Cases.taskId("step"));
  }

  @Test
  void a_failure_node_is_checked_like_any_other() {
    WorkflowTemplate template =
        workflow("w", Map.of(), Map.of())
            .addNodes(taskNode("n0", "silent"))
            .setFailureNode(taskNode("fn", "step"))
            .build();

    assertThat(errors(result(template))).containsExactly(CompileError.parameterNotBound("fn", "x"));
  }

  @Test
  void a_chain_of_five_thousand_nodes_compiles() {
    WorkflowTemplate.Builder chain =
        workflow("w", Map.of("a", INTEGER), Map.of("out", INTEGER))
            .addNodes(taskNode("n0", "step", bind("x", promise("", "a"))));
    IntStream.range(1, 5_000)
        .forEach(
            i ->
                chain.addNodes(taskNode("n" + i, "step", bind("x", promise("n" + (i - 1), "o0")))));
    chain.addOutputs(bind("out", promise("n4999", "o0")));

    ConnectionSet connections = compile(chain.build()).getPrimary().getConnections();

    assertThat(connections.getDownstreamCount()).isEqualTo(5_001);
    assertThat(ids(connections.getUpstreamMap())).containsEntry("n4999", List.of("n4998"));
  }

  @Test
  void a_cycle_of_five_thousand_nodes_is_found() {
    WorkflowTemplate.Builder ring = workflow("w", Map.of(), Map.of());
    IntStream.range(0, 5_000)
        .forEach(
            i ->
                ring.addNodes(
                    taskNode("n" + i, "silent").addUpstreamNodeIds("n" + (i + 1) % 5_000)));

    assertThat(errors(result(ring.build())))
        .extracting(CompileError::code)
        .containsExactly(Code.CYCLE_DETECTED, Code.UNREACHABLE_NODES);
  }

  private static CompiledWorkflowClosure compile(WorkflowTemplate template) {
    return Cases.ok(result(template));
  }

  private static Compiled<CompiledWorkflowClosure> result(WorkflowTemplate template) {
    return WorkflowCompiler.compile(template, List.of(), TASKS, List.of());
  }

  private static Map<String, List<String>> ids(Map<String, IdList> connections) {
    return connections.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, entry -> List.copyOf(entry.getValue().getIdsList())));
  }
}
