package dev.harrier.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flyteidl.core.Interface.Parameter;
import flyteidl.core.Interface.ParameterMap;
import flyteidl.core.Interface.VariableMap;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Types.LiteralType;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class InputChecksTest {
  private static final LiteralMap NOTHING = LiteralMap.getDefaultInstance();
  private static final ParameterMap REQUIRED_X =
      ParameterMap.newBuilder().putParameters("x", required(Cases.INTEGER)).build();

  @Test
  void a_required_input_must_be_given() {
    assertThat(InputChecks.check(REQUIRED_X, NOTHING, NOTHING))
        .containsExactly("expected_inputs x missing");
  }

  @Test
  void an_input_that_nobody_expects_is_refused() {
    LiteralMap given = given(Map.of("x", Cases.integer(1), "zz", Cases.integer(2)));

    assertThat(InputChecks.check(REQUIRED_X, NOTHING, given)).containsExactly("invalid input zz");
  }

  @Test
  void a_wrong_type_is_named_beside_the_expected_one() {
    assertThat(InputChecks.check(REQUIRED_X, NOTHING, given(Map.of("x", Cases.string("1")))))
        .containsExactly(
            "invalid x input wrong type. Expected simple:INTEGER, but got simple:STRING");
  }

  @Test
  void a_value_of_unknown_kind_is_refused() {
    LiteralMap given = given(Map.of("x", Literal.getDefaultInstance()));

    assertThat(InputChecks.check(REQUIRED_X, NOTHING, given).getFirst())
        .startsWith("Failed to validate literal type for [x] with err: got unknown literal type");
  }

  @Test
  void all_problems_come_at_once() {
    ParameterMap expected =
        REQUIRED_X.toBuilder()
            .putParameters("s", required(Cases.STRING))
            .putParameters("f", optional(Cases.INTEGER, Cases.integer(1)))
            .build();
    LiteralMap fixed = given(Map.of("f", Cases.integer(2)));
    LiteralMap given = given(Map.of("x", Cases.string("a"), "zz", Cases.integer(1)));

    assertThat(InputChecks.check(expected, fixed, given))
        .containsExactly(
            "invalid input zz",
            "expected_inputs s missing",
            "invalid x input wrong type. Expected simple:INTEGER, but got simple:STRING",
            "fixed_inputs f cannot be overridden");
  }

  @Test
  void defaults_are_overridden_and_fixed_inputs_added() {
    ParameterMap expected =
        REQUIRED_X.toBuilder()
            .putParameters("a", optional(Cases.INTEGER, Cases.integer(1)))
            .putParameters("b", optional(Cases.INTEGER, Cases.integer(2)))
            .build();
    LiteralMap fixed = given(Map.of("f", Cases.string("fixed")));

    LiteralMap merged =
        InputChecks.merge(
            expected, fixed, given(Map.of("x", Cases.integer(9), "b", Cases.integer(8))));

    assertThat(merged.getLiteralsMap())
        .isEqualTo(
            Map.of(
                "x", Cases.integer(9),
                "a", Cases.integer(1),
                "b", Cases.integer(8),
                "f", Cases.string("fixed")));
  }

  @Test
  void inputs_with_a_problem_are_not_merged() {
    assertThatThrownBy(() -> InputChecks.merge(REQUIRED_X, NOTHING, NOTHING))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected_inputs x missing");
  }

  @Test
  void a_launch_plan_leaves_to_its_callers_what_it_does_not_fix() {
    VariableMap workflow =
        Cases.variables(Map.of("a", Cases.INTEGER, "b", Cases.INTEGER, "c", Cases.INTEGER));
    ParameterMap defaults =
        ParameterMap.newBuilder()
            .putParameters("b", optional(Cases.INTEGER, Cases.integer(5)))
            .build();
    LiteralMap fixed = given(Map.of("c", Cases.integer(1)));

    assertThat(InputChecks.checkLaunchPlan(workflow, fixed, defaults)).isEmpty();
    assertThat(InputChecks.expectedInputs(workflow, fixed, defaults).getParametersMap())
        .isEqualTo(
            Map.of(
                "a", required(Cases.INTEGER),
                "b", optional(Cases.INTEGER, Cases.integer(5))));
  }

  @Test
  void a_launch_plan_must_fit_its_workflow() {
    VariableMap workflow = Cases.variables(Map.of("a", Cases.INTEGER, "b", Cases.INTEGER));
    ParameterMap defaults =
        ParameterMap.newBuilder()
            .putParameters("a", optional(Cases.STRING, Cases.string("x")))
            .putParameters("y", optional(Cases.STRING, Cases.string("x")))
            .build();
    LiteralMap fixed = given(Map.of("b", Cases.string("x"), "z", Cases.string("x")));

    assertThat(InputChecks.checkLaunchPlan(workflow, fixed, defaults))
        .containsExactly(
            "invalid default_input wrong type a, expected simple:INTEGER, got simple:STRING instead",
            "unexpected default_input y",
            "invalid fixed_input wrong type b, expected simple:INTEGER, got simple:STRING instead",
            "unexpected fixed_input z");
  }

  @Test
  void a_workflow_without_inputs_takes_none_from_its_launch_plan() {
    ParameterMap defaults =
        ParameterMap.newBuilder()
            .putParameters("a", optional(Cases.STRING, Cases.string("x")))
            .build();

    assertThat(
            InputChecks.checkLaunchPlan(
                VariableMap.getDefaultInstance(), given(Map.of("b", Cases.integer(1))), defaults))
        .containsExactly(
            "invalid launch plan default inputs, expected none but found 1",
            "invalid launch plan fixed inputs, expected none but found 1");
  }

  private static Parameter required(LiteralType type) {
    return Parameter.newBuilder().setVar(Cases.variable(type)).setRequired(true).build();
  }

  private static Parameter optional(LiteralType type, Literal value) {
    return Parameter.newBuilder().setVar(Cases.variable(type)).setDefault(value).build();
  }

  private static LiteralMap given(Map<String, Literal> literals) {
    return LiteralMap.newBuilder().putAllLiterals(literals).build();
  }
}
