package dev.harrier.compiler;

import static dev.harrier.compiler.Cases.INTEGER;
import static dev.harrier.compiler.Cases.STRING;
import static dev.harrier.compiler.Cases.bind;
import static dev.harrier.compiler.Cases.constant;
import static dev.harrier.compiler.Cases.errors;
import static dev.harrier.compiler.Cases.integer;
import static dev.harrier.compiler.Cases.promise;
import static dev.harrier.compiler.Cases.task;
import static dev.harrier.compiler.Cases.taskNode;
import static dev.harrier.compiler.Cases.workflow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.compiler.CompileError.Code;
import flyteidl.core.Compiler.CompiledTask;
import flyteidl.core.Compiler.CompiledWorkflow;
import flyteidl.core.Condition.BooleanExpression;
import flyteidl.core.Condition.ComparisonExpression;
import flyteidl.core.Condition.ConjunctionExpression;
import flyteidl.core.Condition.Operand;
import flyteidl.core.Literals.Binding;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.Scalar;
import flyteidl.core.Types;
import flyteidl.core.Workflow.BranchNode;
import flyteidl.core.Workflow.IfBlock;
import flyteidl.core.Workflow.IfElseBlock;
import flyteidl.core.Workflow.Node;
import flyteidl.core.Workflow.WorkflowTemplate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BranchesTest {
  private static final List<CompiledTask> TASKS =
      List.of(
          task("step", Map.of("x", INTEGER), Map.of("o0", INTEGER)),
          task("both", Map.of(), Map.of("o0", INTEGER, "o1", STRING)),
          task("text", Map.of(), Map.of("o0", STRING)));

  private static final Binding CHOICE = bind("c", promise("", "a"));
  private static final Binding INPUT = bind("x", promise("", "a"));

  @Test
  void the_nodes_inside_carry_the_branchs_id_and_wait_for_what_they_use() {
    Node.Builder nested =
        branch("inner", ifElse(isOne("c"), taskNode("t0", "step", INPUT)), CHOICE);
    WorkflowTemplate template =
        workflow("w", Map.of("a", INTEGER), Map.of("out", INTEGER))
            .addNodes(
                branch(
                    "n0",
                    ifElse(isOne("c"), taskNode("t0", "step", INPUT))
                        .addOther(block(isOne("c"), nested))
                        .clearError()
                        .setElseNode(taskNode("t1", "step", INPUT)),
                    CHOICE))
            .addOutputs(bind("out", promise("n0", "o0")))
            .build();

    CompiledWorkflow closed = Cases.ok(result(template)).getPrimary();

    IfElseBlock block = closed.getTemplate().getNodes(2).getBranchNode().getIfElse();
    Node other = block.getOther(0).getThenNode();
    assertThat(block.getCase().getThenNode().getId()).isEqualTo("n0-t0");
    assertThat(other.getId()).isEqualTo("n0-inner");
    assertThat(other.getBranchNode().getIfElse().getCase().getThenNode().getId())
        .isEqualTo("n0-inner-t0");
    assertThat(block.getElseNode().getId()).isEqualTo("n0-t1");
    assertThat(closed.getConnections().getUpstreamMap())
        .containsOnlyKeys("n0", "end-node", "n0-t0", "n0-inner", "n0-inner-t0", "n0-t1");
    assertThat(closed.getConnections().getDownstreamMap()).containsOnlyKeys("start-node", "n0");
    assertThat(WorkflowCompiler.requiredTasks(template, List.of()))
        .containsExactly(Cases.taskId("step"));
  }

  @Test
  void only_outputs_that_all_cases_give_can_be_taken() {
    IfElseBlock.Builder ifElse =
        ifElse(isOne("c"), taskNode("t0", "both"))
            .clearError()
            .setElseNode(taskNode("t1", "step", INPUT));
    WorkflowTemplate.Builder template =
        workflow("w", Map.of("a", INTEGER), Map.of()).addNodes(branch("n0", ifElse, CHOICE));

    assertThat(
            errors(
                result(
                    template
                        .clone()
                        .addNodes(taskNode("n1", "step", bind("x", promise("n0", "o0"))))
                        .build())))
        .isEmpty();
    assertThat(
            errors(
                result(
                    template
                        .clone()
                        .addNodes(taskNode("n1", "step", bind("x", promise("n0", "o1"))))
                        .build())))
        .containsExactly(
            CompileError.parameterNotBound("n1", "x"), CompileError.variableNotFound("n0", "o1"));
  }

  @Test
  void cases_must_agree_on_the_types_of_shared_outputs() {
    IfElseBlock.Builder ifElse =
        ifElse(isOne("c"), taskNode("t0", "step", INPUT))
            .addOther(block(isOne("c"), taskNode("t1", "text")));

    assertThat(branchErrors(ifElse))
        .containsExactly(
            CompileError.mismatchingTypes("n0-t1", "o0", "simple:STRING", "simple:INTEGER"));
  }

  @Test
  void a_branch_needs_cases_conditions_nodes_and_a_default() {
    assertThat(branchErrors(IfElseBlock.newBuilder()))
        .extracting(CompileError::toString)
        .containsExactly(
            "Code: BranchNodeHasNoCondition, Node Id: n0, Description: One of the branches on the node doesn't have a condition.",
            "Code: BranchNodeHasNoDefault, Node Id: n0, Description: Branch Node must have either the else case set or a default error.",
            "Code: ValueRequired, Node Id: n0, Description: Value required [Branch.IfElse.Case].");
    assertThat(
            branchErrors(
                ifElse(isOne("c"), taskNode("t0", "step", INPUT))
                    .addOther(IfBlock.newBuilder().setCondition(isOne("c")))))
        .extracting(CompileError::code)
        .containsExactly(Code.BRANCH_NODE_ID_NOT_FOUND, Code.VALUE_REQUIRED);
    assertThat(
            branchErrors(
                ifElse(isOne("c"), taskNode("t0", "step", INPUT))
                    .addOther(IfBlock.newBuilder().setThenNode(taskNode("t1", "step", INPUT)))))
        .extracting(CompileError::code)
        .containsExactly(Code.BRANCH_NODE_HAS_NO_CONDITION);
  }

  @Test
  void a_condition_uses_the_branchs_own_inputs() {
    assertThat(branchErrors(ifElse(isOne("ghost"), taskNode("t0", "step", INPUT))))
        .containsExactly(CompileError.variableNotFound("n0", "ghost"));
  }

  @Test
  void a_condition_compares_like_with_like() {
    BooleanExpression mixed = compare(variable("c"), value(Cases.string("1")));
    BooleanExpression both =
        BooleanExpression.newBuilder()
            .setConjunction(
                ConjunctionExpression.newBuilder()
                    .setLeftExpression(isOne("c"))
                    .setRightExpression(mixed))
            .build();

    assertThat(branchErrors(ifElse(both, taskNode("t0", "step", INPUT))))
        .containsExactly(
            CompileError.mismatchingTypes("n0", "RightValue", "simple:STRING", "simple:INTEGER"));
  }

  @Test
  void a_value_can_be_compared_with_none() {
    BooleanExpression isNone =
        compare(
            variable("c"),
            Operand.newBuilder()
                .setScalar(
                    Scalar.newBuilder()
                        .setNoneType(flyteidl.core.Literals.Void.getDefaultInstance()))
                .build());

    assertThat(branchErrors(ifElse(isNone, taskNode("t0", "step", INPUT)))).isEmpty();
  }

  @Test
  void a_condition_must_be_whole() {
    BooleanExpression oneSided =
        BooleanExpression.newBuilder()
            .setComparison(ComparisonExpression.newBuilder().setLeftValue(variable("c")))
            .build();

    assertThat(branchErrors(ifElse(oneSided, taskNode("t0", "step", INPUT))))
        .containsExactly(CompileError.valueRequired("n0", "RightValue"));
    assertThat(
            branchErrors(
                ifElse(
                    compare(variable("c"), Operand.getDefaultInstance()),
                    taskNode("t0", "step", INPUT))))
        .containsExactly(CompileError.valueRequired("n0", "RightValue.Val"));
    assertThat(
            branchErrors(
                ifElse(BooleanExpression.getDefaultInstance(), taskNode("t0", "step", INPUT))))
        .containsExactly(CompileError.valueRequired("n0", "Expr"));
  }

  @Test
  void a_condition_can_use_a_field_of_a_dataclass() {
    Types.LiteralType point =
        Cases.simple(Types.SimpleType.STRUCT).toBuilder()
            .setStructure(Types.TypeStructure.newBuilder().putDataclassType("x", INTEGER))
            .build();
    Binding field = bind("c", promise("", "p"));
    Binding.Builder x = field.toBuilder();
    x.getBindingBuilder()
        .getPromiseBuilder()
        .addAttrPath(Types.PromiseAttribute.newBuilder().setStringValue("x"));
    WorkflowTemplate template =
        workflow("w", Map.of("p", point), Map.of())
            .addNodes(branch("n0", ifElse(isOne("c"), taskNode("t0", "both")), x.build()))
            .build();

    assertThat(errors(result(template))).isEmpty();
  }

  @Test
  void the_nodes_inside_are_checked() {
    assertThat(branchErrors(ifElse(isOne("c"), taskNode("t0", "step"))))
        .containsExactly(CompileError.parameterNotBound("n0-t0", "x"));
    assertThat(branchErrors(ifElse(isOne("c"), taskNode("t0", "ghost"))))
        .extracting(CompileError::nodeId)
        .containsExactly("n0-t0");
  }

  @Test
  void a_case_that_waits_for_its_own_branchs_consumer_is_a_cycle() {
    WorkflowTemplate template =
        workflow("w", Map.of("a", INTEGER), Map.of())
            .addNodes(
                branch(
                    "n0",
                    ifElse(isOne("c"), taskNode("t0", "step", bind("x", promise("n1", "o0")))),
                    CHOICE))
            .addNodes(taskNode("n1", "step", bind("x", promise("n0", "o0"))))
            .build();

    assertThat(errors(result(template)))
        .extracting(CompileError::code)
        .containsExactly(Code.CYCLE_DETECTED);
  }

  private static List<CompileError> branchErrors(IfElseBlock.Builder ifElse) {
    return errors(
        result(
            workflow("w", Map.of("a", INTEGER), Map.of())
                .addNodes(branch("n0", ifElse, CHOICE))
                .build()));
  }

  private static Compiled<flyteidl.core.Compiler.CompiledWorkflowClosure> result(
      WorkflowTemplate template) {
    return WorkflowCompiler.compile(template, List.of(), TASKS, List.of());
  }

  private static Node.Builder branch(String id, IfElseBlock.Builder ifElse, Binding... inputs) {
    return Node.newBuilder()
        .setId(id)
        .addAllInputs(List.of(inputs))
        .setBranchNode(BranchNode.newBuilder().setIfElse(ifElse));
  }

  private static IfElseBlock.Builder ifElse(BooleanExpression condition, Node.Builder then) {
    return IfElseBlock.newBuilder()
        .setCase(block(condition, then))
        .setError(Types.Error.newBuilder().setMessage("no case"));
  }

  private static IfBlock block(BooleanExpression condition, Node.Builder then) {
    return IfBlock.newBuilder().setCondition(condition).setThenNode(then).build();
  }

  private static BooleanExpression isOne(String variable) {
    return compare(variable(variable), value(integer(1)));
  }

  private static BooleanExpression compare(Operand left, Operand right) {
    return BooleanExpression.newBuilder()
        .setComparison(ComparisonExpression.newBuilder().setLeftValue(left).setRightValue(right))
        .build();
  }

  private static Operand variable(String name) {
    return Operand.newBuilder().setVar(name).build();
  }

  private static Operand value(Literal literal) {
    return Operand.newBuilder().setScalar(constant(literal).getScalar()).build();
  }
}
