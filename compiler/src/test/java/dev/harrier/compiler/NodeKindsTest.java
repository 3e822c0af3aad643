package dev.harrier.compiler;

import static dev.harrier.compiler.Cases.BOOLEAN;
import static dev.harrier.compiler.Cases.INTEGER;
import static dev.harrier.compiler.Cases.NONE;
import static dev.harrier.compiler.Cases.STRING;
import static dev.harrier.compiler.Cases.bind;
import static dev.harrier.compiler.Cases.constant;
import static dev.harrier.compiler.Cases.errors;
import static dev.harrier.compiler.Cases.integer;
import static dev.harrier.compiler.Cases.listOf;
import static dev.harrier.compiler.Cases.promise;
import static dev.harrier.compiler.Cases.string;
import static dev.harrier.compiler.Cases.task;
import static dev.harrier.compiler.Cases.taskNode;
import static dev.harrier.compiler.Cases.unionOf;
import static dev.harrier.compiler.Cases.workflow;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.BoolValue;
import dev.harrier.compiler.CompileError.Code;
import flyteidl.core.Compiler.CompiledTask;
import flyteidl.core.Compiler.CompiledWorkflow;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.DynamicJob.DynamicJobSpec;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Interface.Parameter;
import flyteidl.core.Interface.ParameterMap;
import flyteidl.core.Literals.Binding;
import flyteidl.core.Types.LiteralType;
import flyteidl.core.Workflow.ApproveCondition;
import flyteidl.core.Workflow.ArrayNode;
import flyteidl.core.Workflow.GateNode;
import flyteidl.core.Workflow.Node;
import flyteidl.core.Workflow.SignalCondition;
import flyteidl.core.Workflow.SleepCondition;
import flyteidl.core.Workflow.WorkflowNode;
import flyteidl.core.Workflow.WorkflowTemplate;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Subworkflows, launch plans, gates, arrays and dynamic jobs. */
final class NodeKindsTest {
  private static final List<CompiledTask> TASKS =
      List.of(
          task("step", Map.of("x", INTEGER), Map.of("o0", INTEGER)),
          task("text", Map.of("x", STRING), Map.of()));

  private static final Identifier PLAN = Cases.id(ResourceType.LAUNCH_PLAN, "plan");

  private static final LaunchPlanInterface PLAN_INTERFACE =
      new LaunchPlanInterface(
          PLAN,
          ParameterMap.newBuilder()
              .putParameters(
                  "x",
                  Parameter.newBuilder().setVar(Cases.variable(INTEGER)).setRequired(true).build())
              .putParameters(
                  "y",
                  Parameter.newBuilder()
                      .setVar(Cases.variable(STRING))
                      .setDefault(string("a"))
                      .build())
              .build(),
          Cases.variables(Map.of("o0", INTEGER)));

  @Test
  void a_subworkflow_is_compiled_into_the_closure() {
    WorkflowTemplate inner = child("inner").build();
    WorkflowTemplate outer =
        workflow("outer", Map.of("a", INTEGER), Map.of("out", INTEGER))
            .addNodes(subWorkflow("n0", "inner", bind("x", promise("", "a"))))
            .addNodes(subWorkflow("n1", "inner", bind("x", promise("n0", "o0"))))
            .addOutputs(bind("out", promise("n1", "o0")))
            .build();

    CompiledWorkflowClosure closure =
        Cases.ok(WorkflowCompiler.compile(outer, List.of(inner), TASKS, List.of()));

    assertThat(closure.getSubWorkflowsList())
        .containsExactly(
            Cases.ok(WorkflowCompiler.compile(inner, List.of(), TASKS, List.of())).getPrimary());
    assertThat(WorkflowCompiler.requiredTasks(outer, List.of(inner)))
        .containsExactly(Cases.taskId("step"));
  }

  @Test
  void a_subworkflow_that_nobody_uses_stays_as_it_is() {
    WorkflowTemplate unused = child("unused").build();

    CompiledWorkflowClosure closure =
        Cases.ok(WorkflowCompiler.compile(child("w").build(), List.of(unused), TASKS, List.of()));

    assertThat(closure.getSubWorkflowsList())
        .containsExactly(CompiledWorkflow.newBuilder().setTemplate(unused).build());
  }

  @Test
  void errors_inside_a_subworkflow_are_found() {
    WorkflowTemplate inner =
        workflow("inner", Map.of(), Map.of()).addNodes(taskNode("deep", "step")).build();
    WorkflowTemplate outer =
        workflow("outer", Map.of(), Map.of()).addNodes(subWorkflow("n0", "inner")).build();

    assertThat(errors(WorkflowCompiler.compile(outer, List.of(inner), TASKS, List.of())))
        .containsExactly(CompileError.parameterNotBound("deep", "x"));
  }

  @Test
  void an_unknown_subworkflow_is_named() {
    WorkflowTemplate outer =
        workflow("outer", Map.of(), Map.of())
            .addNodes(subWorkflow("n0", "ghost"))
            .addNodes(
                Node.newBuilder().setId("n1").setWorkflowNode(WorkflowNode.getDefaultInstance()))
            .build();

    assertThat(compileErrors(outer))
        .containsExactly(
            CompileError.workflowNotFound(
                "n0",
                "resource_type:WORKFLOW project:\"p\" domain:\"d\" name:\"ghost\" version:\"v\""),
            CompileError.workflowNotFound("n1", "<nil>/<nil>"));
  }

  @Test
  void two_subworkflows_with_one_id_are_refused() {
    WorkflowTemplate inner = child("inner").build();

    assertThat(
            errors(
                WorkflowCompiler.compile(
                    child("w").build(), List.of(inner, inner), TASKS, List.of())))
        .extracting(CompileError::code)
        .containsExactly(Code.DUPLICATE_NODE_ID);
  }

  @Test
  void a_workflow_that_contains_itself_is_refused() {
    WorkflowTemplate first =
        workflow("first", Map.of(), Map.of()).addNodes(subWorkflow("n0", "second")).build();
    WorkflowTemplate second =
        workflow("second", Map.of(), Map.of()).addNodes(subWorkflow("n1", "first")).build();

    assertThat(errors(WorkflowCompiler.compile(first, List.of(first, second), TASKS, List.of())))
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.code()).isEqualTo(Code.CYCLE_DETECTED);
              assertThat(error.description()).startsWith("A workflow contains itself [");
            });
  }

  @Test
  void two_thousand_workflows_inside_each_other_compile() {
    List<WorkflowTemplate> nested =
        IntStream.range(0, 2_000)
            .mapToObj(
                i ->
                    i == 1_999
                        ? child("w" + i).build()
                        : workflow("w" + i, Map.of("x", INTEGER), Map.of("o0", INTEGER))
                            .addNodes(subWorkflow("n0", "w" + (i + 1), bind("x", promise("", "x"))))
                            .addOutputs(bind("o0", promise("n0", "o0")))
                            .build())
            .toList();

    assertThat(
            errors(
                WorkflowCompiler.compile(
                    nested.getFirst(), nested.subList(1, nested.size()), TASKS, List.of())))
        .isEmpty();
  }

  @Test
  void a_launch_plan_takes_its_required_inputs_and_may_take_the_others() {
    WorkflowTemplate template =
        workflow("w", Map.of("a", INTEGER), Map.of())
            .addNodes(plan("n0", bind("x", promise("", "a"))))
            .addNodes(plan("n1", bind("x", promise("n0", "o0")), bind("y", constant(string("b")))))
            .build();

    assertThat(compileErrors(template)).isEmpty();
    assertThat(WorkflowCompiler.requiredLaunchPlans(template, List.of())).containsExactly(PLAN);
  }

  @Test
  void a_launch_plans_inputs_are_checked() {
    WorkflowTemplate template =
        workflow("w", Map.of(), Map.of())
            .addNodes(plan("n0", bind("y", constant(integer(1))), bind("z", constant(integer(1)))))
            .build();

    assertThat(compileErrors(template))
        .containsExactly(
            CompileError.mismatchingTypes("n0", "y", "simple:INTEGER", "simple:STRING"),
            CompileError.parameterNotBound("n0", "x"),
            CompileError.variableNotFound("n0", "z"));
  }

  @Test
  void an_unknown_launch_plan_is_named() {
    WorkflowTemplate template = workflow("w", Map.of(), Map.of()).addNodes(plan("n0")).build();

    assertThat(errors(WorkflowCompiler.compile(template, List.of(), TASKS, List.of())))
        .containsExactly(
            CompileError.workflowNotFound(
                "n0",
                "resource_type:LAUNCH_PLAN project:\"p\" domain:\"d\" name:\"plan\" version:\"v\""));
  }

  @Test
  void what_is_approved_goes_through_with_its_type() {
    WorkflowTemplate.Builder template =
        workflow("w", Map.of("a", INTEGER), Map.of())
            .addNodes(
                gate(
                    "g0",
                    GateNode.newBuilder().setApprove(ApproveCondition.getDefaultInstance()),
                    bind("v", promise("", "a"))));

    assertThat(
            compileErrors(
                template
                    .clone()
                    .addNodes(taskNode("n0", "step", bind("x", promise("g0", "v"))))
                    .build()))
        .isEmpty();
    assertThat(
            compileErrors(
                template
                    .clone()
                    .addNodes(taskNode("n0", "text", bind("x", promise("g0", "v"))))
                    .build()))
        .containsExactly(
            CompileError.mismatchingVariables("n0", "v", "simple:INTEGER", "x", "simple:STRING"));
  }

  @Test
  void approvals_in_a_row_compile_in_any_order() {
    WorkflowTemplate.Builder template = workflow("w", Map.of("a", INTEGER), Map.of());
    for (int i = 3_000; i > 0; i--) {
      template.addNodes(
          gate(
              "g" + i,
              GateNode.newBuilder().setApprove(ApproveCondition.getDefaultInstance()),
              bind("v", i == 1 ? promise("", "a") : promise("g" + (i - 1), "v"))));
    }

    assertThat(compileErrors(template.build())).isEmpty();
  }

  @Test
  void a_signal_gives_its_variable() {
    WorkflowTemplate template =
        workflow("w", Map.of(), Map.of())
            .addNodes(
                gate(
                    "g0",
                    GateNode.newBuilder()
                        .setSignal(
                            SignalCondition.newBuilder()
                                .setType(INTEGER)
                                .setOutputVariableName("o0"))))
            .addNodes(taskNode("n0", "step", bind("x", promise("g0", "o0"))))
            .build();

    assertThat(compileErrors(template)).isEmpty();
  }

  @Test
  void a_gate_needs_a_whole_condition() {
    WorkflowTemplate template =
        workflow("w", Map.of(), Map.of())
            .addNodes(gate("none", GateNode.newBuilder()))
            .addNodes(
                gate(
                    "typeless",
                    GateNode.newBuilder()
                        .setSignal(SignalCondition.newBuilder().setOutputVariableName("o0"))))
            .addNodes(
                gate(
                    "nameless",
                    GateNode.newBuilder().setSignal(SignalCondition.newBuilder().setType(BOOLEAN))))
            .addNodes(
                gate("sleep", GateNode.newBuilder().setSleep(SleepCondition.getDefaultInstance())))
            .build();

    assertThat(compileErrors(template))
        .containsExactly(
            new CompileError(
                Code.NO_CONDITION_FOUND, "none", "Can't find any condition in gate node [none]."),
            CompileError.valueRequired("nameless", "GateNode.Signal.OutputVariableName"),
            CompileError.valueRequired("typeless", "GateNode.Signal.Type"));
  }

  @Test
  void an_array_over_a_task_has_the_interface_of_the_task() {
    List<CompiledTask> tasks =
        List.of(task("mapped", Map.of("x", listOf(INTEGER)), Map.of("o0", listOf(INTEGER))));
    WorkflowTemplate template =
        workflow("w", Map.of("a", listOf(INTEGER)), Map.of("out", listOf(INTEGER)))
            .addNodes(
                array(
                    ArrayNode.newBuilder().setNode(taskNode("inner", "mapped")),
                    bind("x", promise("", "a"))))
            .addOutputs(bind("out", promise("n0", "o0")))
            .build();

    assertThat(errors(WorkflowCompiler.compile(template, List.of(), tasks, List.of()))).isEmpty();
    assertThat(WorkflowCompiler.requiredTasks(template, List.of()))
        .containsExactly(Cases.taskId("mapped"));
  }

  @Test
  void an_array_over_a_launch_plan_takes_and_gives_lists() {
    ArrayNode.Builder array =
        ArrayNode.newBuilder()
            .setNode(plan("inner", bind("x", promise("", "a")), bind("y", promise("", "b"))))
            .setIsOriginalSubNodeInterface(BoolValue.of(true))
            .addBoundInputs("y");

    assertThat(compileErrors(overPlan(array, listOf(INTEGER)))).isEmpty();
    assertThat(
            compileErrors(
                overPlan(array.clone().setMinSuccessRatio(0.5f), listOf(unionOf(INTEGER, NONE)))))
        .isEmpty();
    assertThat(compileErrors(overPlan(array, INTEGER)))
        .extracting(CompileError::code)
        .containsExactly(Code.MISMATCHING_TYPES);
  }

  @Test
  void an_array_needs_a_node() {
    WorkflowTemplate template =
        workflow("w", Map.of(), Map.of()).addNodes(array(ArrayNode.newBuilder())).build();

    assertThat(compileErrors(template))
        .containsExactly(CompileError.valueRequired("n0", "ArrayNode.Node"));
  }

  @Test
  void a_dynamic_job_brings_its_tasks_along() {
    DynamicJobSpec spec =
        DynamicJobSpec.newBuilder()
            .addTasks(TASKS.get(0).getTemplate())
            .addNodes(taskNode("dn0", "step", bind("x", constant(integer(1)))))
            .addNodes(taskNode("dn1", "text", bind("x", constant(string("a")))))
            .addOutputs(bind("o0", promise("dn0", "o0")))
            .build();

    CompiledWorkflowClosure closure =
        Cases.ok(
            WorkflowCompiler.compileDynamic(
                Cases.workflowId("dynamic"),
                spec,
                Cases.signature(Map.of("ignored", STRING), Map.of("o0", INTEGER)),
                List.of(TASKS.get(1)),
                List.of()));

    assertThat(WorkflowCompiler.requiredTasks(spec)).containsExactly(Cases.taskId("text"));
    assertThat(closure.getTasksList()).containsExactlyElementsOf(TASKS);
    assertThat(closure.getPrimary().getTemplate().getInterface().getInputs().getVariablesMap())
        .isEmpty();
  }

  @Test
  void a_dynamic_job_must_return_what_its_task_promised() {
    DynamicJobSpec spec =
        DynamicJobSpec.newBuilder()
            .addTasks(TASKS.get(0).getTemplate())
            .addNodes(taskNode("dn0", "step", bind("x", constant(integer(1)))))
            .build();

    assertThat(
            errors(
                WorkflowCompiler.compileDynamic(
                    Cases.workflowId("dynamic"),
                    spec,
                    Cases.signature(Map.of(), Map.of("o0", INTEGER)),
                    List.of(),
                    List.of())))
        .containsExactly(CompileError.parameterNotBound("end-node", "o0"));
  }

  @Test
  void the_tasks_of_a_dynamic_job_are_checked() {
    DynamicJobSpec.Builder spec = DynamicJobSpec.newBuilder().addTasks(TASKS.get(0).getTemplate());
    spec.getTasksBuilder(0).getContainerBuilder().clearImage();

    assertThat(
            errors(
                WorkflowCompiler.compileDynamic(
                    Cases.workflowId("dynamic"),
                    spec.build(),
                    Cases.signature(Map.of(), Map.of()),
                    List.of(),
                    List.of())))
        .containsExactly(CompileError.valueRequired("container", "image"));
  }

  private static List<CompileError> compileErrors(WorkflowTemplate template) {
    return errors(WorkflowCompiler.compile(template, List.of(), TASKS, List.of(PLAN_INTERFACE)));
  }

  private static WorkflowTemplate.Builder child(String name) {
    return workflow(name, Map.of("x", INTEGER), Map.of("o0", INTEGER))
        .addNodes(taskNode("n0", "step", bind("x", promise("", "x"))))
        .addOutputs(bind("o0", promise("n0", "o0")));
  }

  private static WorkflowTemplate overPlan(ArrayNode.Builder array, LiteralType output) {
    return workflow("w", Map.of("a", listOf(INTEGER), "b", STRING), Map.of("out", output))
        .addNodes(array(array, bind("x", promise("", "a")), bind("y", promise("", "b"))))
        .addOutputs(bind("out", promise("n0", "o0")))
        .build();
  }

  private static Node.Builder node(String id, Binding... inputs) {
    return Node.newBuilder().setId(id).addAllInputs(List.of(inputs));
  }

  private static Node.Builder subWorkflow(String id, String workflow, Binding... inputs) {
    return node(id, inputs)
        .setWorkflowNode(WorkflowNode.newBuilder().setSubWorkflowRef(Cases.workflowId(workflow)));
  }

  private static Node.Builder plan(String id, Binding... inputs) {
    return node(id, inputs).setWorkflowNode(WorkflowNode.newBuilder().setLaunchplanRef(PLAN));
  }

  private static Node.Builder gate(String id, GateNode.Builder gate, Binding... inputs) {
    return node(id, inputs).setGateNode(gate);
  }

  private static Node.Builder array(ArrayNode.Builder array, Binding... inputs) {
    return node("n0", inputs).setArrayNode(array);
  }
}
