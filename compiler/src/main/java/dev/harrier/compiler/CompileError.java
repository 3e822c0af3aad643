package dev.harrier.compiler;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * One thing wrong with a task or workflow, on one node.
 *
 * @param nodeId the node it was found on; {@code start-node} and {@code end-node} stand for the
 *     workflow's own inputs and outputs, and within a task the name of the part ({@code container})
 *     takes this place, as in Flyte
 * @param description a sentence that names the variable, what was expected and what was found
 */
public record CompileError(Code code, String nodeId, String description) {
  public CompileError {
    requireNonNull(code, "code");
    requireNonNull(nodeId, "nodeId");
    requireNonNull(description, "description");
  }

  /** The kinds of error, under the names that Flyte 1.16 prints. */
  public enum Code {
    AMBIGUOUS_BINDING_UNION_VALUE("AmbiguousBindingUnionValue"),
    BRANCH_NODE_HAS_NO_CONDITION("BranchNodeHasNoCondition"),
    BRANCH_NODE_HAS_NO_DEFAULT("BranchNodeHasNoDefault"),
    BRANCH_NODE_ID_NOT_FOUND("BranchNodeIdNotFound"),
    CYCLE_DETECTED("CycleDetected"),
    DUPLICATE_ALIAS("DuplicateAlias"),
    DUPLICATE_NODE_ID("DuplicateId"),
    FIELD_NOT_FOUND("FieldNotFound"),
    ILLEGAL_ENUM_VALUE("IllegalEnumValue"),
    INCOMPATIBLE_BINDING_UNION_VALUE("IncompatibleBindingUnionValue"),
    INVALID_VALUE("InvalidValue"),
    MISMATCHING_BINDINGS("MismatchingBindings"),
    MISMATCHING_TYPES("MismatchingTypes"),
    NODE_REFERENCE_NOT_FOUND("NodeReferenceNotFound"),
    NO_CONDITION_FOUND("NoConditionFound"),
    NO_NODES_FOUND("NoNodesFound"),
    PARAMETER_BOUND_MORE_THAN_ONCE("ParameterBoundMoreThanOnce"),
    PARAMETER_NOT_BOUND("ParameterNotBound"),
    SYNTAX_ERROR("SyntaxError"),
    TASK_REFERENCE_NOT_FOUND("TaskReferenceNotFound"),
    UNREACHABLE_NODES("UnreachableNodes"),
    UNRECOGNIZED_VALUE("UnrecognizedValue"),
    VALUE_REQUIRED("ValueRequired"),
    VARIABLE_NAME_NOT_FOUND("VariableNameNotFound"),
    WORKFLOW_REFERENCE_NOT_FOUND("WorkflowReferenceNotFound");

    private final String text;

    Code(String text) {
      this.text = text;
    }

    /** The name in error texts, as Flyte writes it. */
    public String text() {
      return text;
    }
  }

  /** {@code Code: .., Node Id: .., Description: ..}. */
  @Override
  public String toString() {
    return "Code: " + code.text + ", Node Id: " + nodeId + ", Description: " + description;
  }

  /** All errors as Flyte prints them: a line with their number, then a line each, tab first. */
  public static String describe(List<CompileError> errors) {
    StringBuilder text = new StringBuilder("Collected Errors: ").append(errors.size()).append('\n');
    for (int i = 0; i < errors.size(); i++) {
      text.append("\tError ").append(i).append(": ").append(errors.get(i)).append('\n');
    }
    return text.toString();
  }

  static CompileError valueRequired(String nodeId, String field) {
    return new CompileError(Code.VALUE_REQUIRED, nodeId, "Value required [%s].".formatted(field));
  }

  static CompileError invalidValue(String nodeId, String field) {
    return new CompileError(Code.INVALID_VALUE, nodeId, "Invalid value [%s].".formatted(field));
  }

  static CompileError unrecognizedValue(String nodeId, String value) {
    return new CompileError(
        Code.UNRECOGNIZED_VALUE, nodeId, "Unrecognized value [%s].".formatted(value));
  }

  static CompileError parameterNotBound(String nodeId, String parameter) {
    return new CompileError(
        Code.PARAMETER_NOT_BOUND, nodeId, "Parameter not bound [%s].".formatted(parameter));
  }

  static CompileError boundMoreThanOnce(String nodeId, String parameter) {
    return new CompileError(
        Code.PARAMETER_BOUND_MORE_THAN_ONCE,
        nodeId,
        "Input [%s] is bound more than once.".formatted(parameter));
  }

  static CompileError nodeNotFound(String nodeId, String wanted) {
    return new CompileError(
        Code.NODE_REFERENCE_NOT_FOUND, nodeId, "Referenced node [%s] not found.".formatted(wanted));
  }

  static CompileError workflowNotFound(String nodeId, String wanted) {
    return new CompileError(
        Code.WORKFLOW_REFERENCE_NOT_FOUND,
        nodeId,
        "Referenced Workflow [%s] not found.".formatted(wanted));
  }

  static CompileError taskNotFound(String nodeId, String wanted) {
    return new CompileError(
        Code.TASK_REFERENCE_NOT_FOUND, nodeId, "Referenced Task [%s] not found.".formatted(wanted));
  }

  static CompileError variableNotFound(String nodeId, String variable) {
    return new CompileError(
        Code.VARIABLE_NAME_NOT_FOUND,
        nodeId,
        "Variable [%s] not found on node [%s].".formatted(variable, nodeId));
  }

  static CompileError mismatchingTypes(
      String nodeId, String variable, String found, String expected) {
    return new CompileError(
        Code.MISMATCHING_TYPES,
        nodeId,
        "Variable [%s] (type [%s]) doesn't match expected type [%s]."
            .formatted(variable, found, expected));
  }

  static CompileError mismatchingVariables(
      String nodeId, String output, String found, String input, String expected) {
    // "type type" is Flyte's text as it stands, and clients' tests compare it.
    return new CompileError(
        Code.MISMATCHING_TYPES,
        nodeId,
        "The output variable '%s' has type [%s], but it's assigned to the input variable '%s' which has type type [%s]."
            .formatted(output, found, input, expected));
  }

  static CompileError mismatchingBindings(
      String nodeId, String parameter, String expected, String found) {
    return new CompileError(
        Code.MISMATCHING_BINDINGS,
        nodeId,
        "Input [%s] on node [%s] expects bindings of type [%s].  Received [%s]"
            .formatted(parameter, nodeId, expected, found));
  }
}
