package dev.harrier.compiler;

import dev.harrier.compiler.CompileError.Code;
import flyteidl.core.Condition.BooleanExpression;
import flyteidl.core.Condition.ComparisonExpression;
import flyteidl.core.Condition.Operand;
import flyteidl.core.Interface.Variable;
import flyteidl.core.Types.LiteralType;
import flyteidl.core.Workflow.IfBlock;
import flyteidl.core.Workflow.IfElseBlock;
import java.util.Map;
import java.util.Optional;

/**
 * Checks that each case of a branch has a condition and a node, and that the conditions compare
 * like with like.
 */
final class BranchChecks {
  private final Findings findings;

  BranchChecks(Findings findings) {
    this.findings = findings;
  }

  void check(NodeDraft branch) {
    IfElseBlock ifElse = branch.source().getBranchNode().getIfElse();
    if (ifElse.hasCase()) {
      checkCase(branch, ifElse.getCase());
    } else {
      noCondition(branch);
    }
    ifElse.getOtherList().forEach(other -> checkCase(branch, other));
    if (!ifElse.hasElseNode() && !ifElse.hasError()) {
      findings.add(
          new CompileError(
              Code.BRANCH_NODE_HAS_NO_DEFAULT,
              branch.id(),
              "Branch Node must have either the else case set or a default error."));
    }
  }

  private void checkCase(NodeDraft branch, IfBlock block) {
    if (block.hasCondition()) {
      checkExpression(branch, block.getCondition());
    } else {
      noCondition(branch);
    }
    if (!block.hasThenNode()) {
      findings.add(
          new CompileError(Code.BRANCH_NODE_ID_NOT_FOUND, branch.id(), "BranchNode not assigned"));
    }
  }

  private void noCondition(NodeDraft branch) {
    findings.add(
        new CompileError(
            Code.BRANCH_NODE_HAS_NO_CONDITION,
            branch.id(),
            "One of the branches on the node doesn't have a condition."));
  }

  private void checkExpression(NodeDraft branch, BooleanExpression expression) {
    switch (expression.getExprCase()) {
      case COMPARISON -> checkComparison(branch, expression.getComparison());
      case CONJUNCTION -> {
        var conjunction = expression.getConjunction();
        if (!conjunction.hasLeftExpression() || !conjunction.hasRightExpression()) {
          noCondition(branch);
        }
        if (conjunction.hasLeftExpression()) {
          checkExpression(branch, conjunction.getLeftExpression());
        }
        if (conjunction.hasRightExpression()) {
          checkExpression(branch, conjunction.getRightExpression());
        }
      }
      case EXPR_NOT_SET -> findings.add(CompileError.valueRequired(branch.id(), "Expr"));
    }
  }

  private void checkComparison(NodeDraft branch, ComparisonExpression comparison) {
    Optional<LiteralType> right =
        operand(branch, "RightValue", comparison.hasRightValue(), comparison.getRightValue());
    Optional<LiteralType> left =
        operand(branch, "LeftValue", comparison.hasLeftValue(), comparison.getLeftValue());
    if (right.isPresent() && left.isPresent() && !right.equals(left)) {
      findings.add(
          CompileError.mismatchingTypes(
              branch.id(),
              "RightValue",
              LiteralTypes.describe(right.orElseThrow()),
              LiteralTypes.describe(left.orElseThrow())));
    }
  }

  /**
   * The operand's type; nothing if it is wrong or not known, or none, which compares with
   * everything.
   */
  // Clients still send constants in the deprecated field, so it must be read.
  @SuppressWarnings("deprecation")
  private Optional<LiteralType> operand(
      NodeDraft branch, String name, boolean present, Operand operand) {
    if (!present) {
      findings.add(CompileError.valueRequired(branch.id(), name));
      return Optional.empty();
    }
    return switch (operand.getValCase()) {
      case PRIMITIVE -> Optional.of(LiteralTypes.of(operand.getPrimitive()));
      case SCALAR ->
          LiteralTypes.of(operand.getScalar()).filter(type -> !LiteralTypes.isNone(type));
      case VAR -> variable(branch, operand.getVar());
      case VAL_NOT_SET -> {
        findings.add(CompileError.valueRequired(branch.id(), name + ".Val"));
        yield Optional.empty();
      }
    };
  }

  private Optional<LiteralType> variable(NodeDraft branch, String name) {
    if (branch.typedInterface().isEmpty()) {
      // Why the inputs are not known is reported already.
      return Optional.empty();
    }
    Map<String, Variable> inputs =
        branch.typedInterface().orElseThrow().getInputs().getVariablesMap();
    Variable variable = inputs.get(name);
    if (variable == null) {
      findings.add(CompileError.variableNotFound(branch.id(), name));
      return Optional.empty();
    }
    LiteralType type = variable.getType();
    return type.equals(LiteralType.getDefaultInstance()) ? Optional.empty() : Optional.of(type);
  }
}
