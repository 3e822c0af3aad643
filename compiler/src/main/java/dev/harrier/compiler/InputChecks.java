package dev.harrier.compiler;

import flyteidl.core.Interface.Parameter;
import flyteidl.core.Interface.ParameterMap;
import flyteidl.core.Interface.Variable;
import flyteidl.core.Interface.VariableMap;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Types.LiteralType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Checks the inputs of an execution against what its launch plan expects, and those of a launch
 * plan against its workflow.
 */
public final class InputChecks {
  private InputChecks() {}

  /**
   * What is wrong with the inputs of an execution, in Flyte's words: first the inputs that nobody
   * expects, then those missing or of a wrong type, then the given ones that the launch plan has
   * fixed; each group ordered by name.
   *
   * @param expected the launch plan's free inputs, required or with a default
   * @param fixed what the launch plan sets itself
   * @param given what the caller sent
   * @return nothing if the inputs can be used
   */
  public static List<String> check(ParameterMap expected, LiteralMap fixed, LiteralMap given) {
    List<String> problems = new ArrayList<>();
    Map<String, Parameter> parameters = new TreeMap<>(expected.getParametersMap());
    Map<String, Literal> literals = new TreeMap<>(given.getLiteralsMap());
    literals.keySet().stream()
        .filter(name -> !parameters.containsKey(name))
        .forEach(name -> problems.add("invalid input %s".formatted(name)));
    parameters.forEach(
        (name, parameter) -> {
          Literal literal = literals.get(name);
          if (literal != null) {
            typeProblem(name, literal, parameter.getVar().getType()).ifPresent(problems::add);
          } else if (parameter.getRequired()) {
            problems.add("expected_inputs %s missing".formatted(name));
          }
        });
    new TreeMap<>(fixed.getLiteralsMap())
        .keySet().stream()
            .filter(name -> parameters.containsKey(name))
            .forEach(name -> problems.add("fixed_inputs %s cannot be overridden".formatted(name)));
    return List.copyOf(problems);
  }

  /**
   * The inputs that an execution runs with: the defaults, over them the caller's, and the fixed
   * ones.
   *
   * @throws IllegalArgumentException if {@link #check} finds a problem with them
   */
  public static LiteralMap merge(ParameterMap expected, LiteralMap fixed, LiteralMap given) {
    List<String> problems = check(expected, fixed, given);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "inputs to merge: expected ones without a problem, got " + problems);
    }
    LiteralMap.Builder merged = LiteralMap.newBuilder();
    expected
        .getParametersMap()
        .forEach(
            (name, parameter) -> {
              if (parameter.hasDefault()) {
                merged.putLiterals(name, parameter.getDefault());
              } else if (!parameter.getRequired()) {
                // An input from an artifact: like Flyte, we hand it on without a value.
                merged.putLiterals(name, Literal.getDefaultInstance());
              }
            });
    return merged
        .putAllLiterals(given.getLiteralsMap())
        .putAllLiterals(fixed.getLiteralsMap())
        .build();
  }

  /**
   * What is wrong with a launch plan's default and fixed inputs for a workflow, in Flyte's words.
   *
   * @return nothing if {@link #expectedInputs} can be asked
   */
  public static List<String> checkLaunchPlan(
      VariableMap workflowInputs, LiteralMap fixed, ParameterMap defaults) {
    List<String> problems = new ArrayList<>();
    if (workflowInputs.getVariablesCount() == 0) {
      if (defaults.getParametersCount() > 0) {
        problems.add(
            "invalid launch plan default inputs, expected none but found %d"
                .formatted(defaults.getParametersCount()));
      }
      if (fixed.getLiteralsCount() > 0) {
        problems.add(
            "invalid launch plan fixed inputs, expected none but found %d"
                .formatted(fixed.getLiteralsCount()));
      }
      return List.copyOf(problems);
    }
    Map<String, Variable> variables = workflowInputs.getVariablesMap();
    new TreeMap<>(defaults.getParametersMap())
        .forEach(
            (name, parameter) ->
                defaultProblem(name, parameter, variables.get(name)).ifPresent(problems::add));
    new TreeMap<>(fixed.getLiteralsMap())
        .forEach(
            (name, literal) ->
                fixedProblem(name, literal, variables.get(name)).ifPresent(problems::add));
    return List.copyOf(problems);
  }

  /**
   * What a launch plan leaves to its callers: its defaults, and as required every input that it
   * neither defaults nor fixes.
   */
  public static ParameterMap expectedInputs(
      VariableMap workflowInputs, LiteralMap fixed, ParameterMap defaults) {
    ParameterMap.Builder expected = ParameterMap.newBuilder();
    workflowInputs
        .getVariablesMap()
        .forEach(
            (name, variable) -> {
              Parameter byDefault = defaults.getParametersMap().get(name);
              if (byDefault != null) {
                expected.putParameters(name, byDefault);
              } else if (!fixed.containsLiterals(name)) {
                expected.putParameters(name, required(variable));
              }
            });
    return expected.build();
  }

  private static Parameter required(Variable variable) {
    return Parameter.newBuilder()
        .setVar(
            Variable.newBuilder()
                .setType(variable.getType())
                .setDescription(variable.getDescription()))
        .setRequired(true)
        .build();
  }

  private static Optional<String> typeProblem(String name, Literal literal, LiteralType expected) {
    Optional<LiteralType> found = LiteralTypes.of(literal);
    if (found.isEmpty()) {
      return Optional.of(unknownType(name));
    }
    if (LiteralTypes.castable(found.orElseThrow(), expected)) {
      return Optional.empty();
    }
    return Optional.of(
        "invalid %s input wrong type. Expected %s, but got %s"
            .formatted(name, ProtoText.of(expected), ProtoText.of(found.orElseThrow())));
  }

  private static Optional<String> defaultProblem(
      String name, Parameter parameter, @Nullable Variable variable) {
    if (variable == null) {
      return Optional.of("unexpected default_input %s".formatted(name));
    }
    LiteralType found = parameter.getVar().getType();
    if (LiteralTypes.castable(found, variable.getType())) {
      return Optional.empty();
    }
    // Flyte 1.16 prints the two types the other way round here; clients see what was really
    // expected.
    return Optional.of(
        "invalid default_input wrong type %s, expected %s, got %s instead"
            .formatted(name, ProtoText.of(variable.getType()), ProtoText.of(found)));
  }

  private static Optional<String> fixedProblem(
      String name, Literal literal, @Nullable Variable variable) {
    if (variable == null) {
      return Optional.of("unexpected fixed_input %s".formatted(name));
    }
    Optional<LiteralType> found = LiteralTypes.of(literal);
    if (found.isEmpty()) {
      return Optional.of(unknownType(name));
    }
    if (LiteralTypes.castable(found.orElseThrow(), variable.getType())) {
      return Optional.empty();
    }
    return Optional.of(
        "invalid fixed_input wrong type %s, expected %s, got %s instead"
            .formatted(name, ProtoText.of(variable.getType()), ProtoText.of(found.orElseThrow())));
  }

  private static String unknownType(String name) {
    return "Failed to validate literal type for [%s] with err: got unknown literal type: [<nil>].\nSuggested solution: Please update all your Flyte deployment images to the latest version and try again"
        .formatted(name);
  }
}
