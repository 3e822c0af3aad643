package dev.harrier.compiler;

import static dev.harrier.compiler.Cases.INTEGER;
import static dev.harrier.compiler.Cases.NONE;
import static dev.harrier.compiler.Cases.STRING;
import static dev.harrier.compiler.Cases.bind;
import static dev.harrier.compiler.Cases.constant;
import static dev.harrier.compiler.Cases.errors;
import static dev.harrier.compiler.Cases.integer;
import static dev.harrier.compiler.Cases.list;
import static dev.harrier.compiler.Cases.listOf;
import static dev.harrier.compiler.Cases.map;
import static dev.harrier.compiler.Cases.mapOf;
import static dev.harrier.compiler.Cases.promise;
import static dev.harrier.compiler.Cases.string;
import static dev.harrier.compiler.Cases.task;
import static dev.harrier.compiler.Cases.taskNode;
import static dev.harrier.compiler.Cases.unionOf;
import static dev.harrier.compiler.Cases.workflow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.compiler.CompileError.Code;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.Literals.Binding;
import flyteidl.core.Literals.BindingData;
import flyteidl.core.Literals.LiteralOffloadedMetadata;
import flyteidl.core.Literals.Scalar;
import flyteidl.core.Types.LiteralType;
import flyteidl.core.Types.PromiseAttribute;
import flyteidl.core.Types.SimpleType;
import flyteidl.core.Types.TypeStructure;
import flyteidl.core.Workflow.NodeMetadata;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What may be bound to an input of a type. The workflow under test has an input of each useful
 * type.
 */
final class BindingsTest {
  private static final LiteralType POINT =
      Cases.simple(SimpleType.STRUCT).toBuilder()
          .setStructure(
              TypeStructure.newBuilder()
                  .putDataclassType("x", INTEGER)
                  .putDataclassType("names", listOf(STRING)))
          .build();

  private static final Map<String, LiteralType> INPUTS =
      Map.of(
          "i", INTEGER,
          "s", STRING,
          "li", listOf(INTEGER),
          "mi", mapOf(INTEGER),
          "point", POINT,
          "points", listOf(POINT),
          "any", Cases.simple(SimpleType.STRUCT));

  static Stream<Arguments> sound() {
    return Stream.of(
        Arguments.of(INTEGER, constant(integer(1))),
        Arguments.of(INTEGER, promise("", "i")),
        Arguments.of(INTEGER, promise("start-node", "i")),
        Arguments.of(INTEGER, promise("", "[0].li")),
        Arguments.of(listOf(INTEGER), promise("", "li")),
        Arguments.of(listOf(INTEGER), list()),
        Arguments.of(listOf(INTEGER), list(constant(integer(1)), promise("", "i"))),
        Arguments.of(listOf(listOf(INTEGER)), list(promise("", "li"), list())),
        Arguments.of(mapOf(INTEGER), map(Map.of("a", promise("", "i")))),
        Arguments.of(mapOf(listOf(INTEGER)), map(Map.of("a", list(promise("", "i"))))),
        Arguments.of(INTEGER, at(promise("", "li"), index(0))),
        Arguments.of(INTEGER, at(promise("", "mi"), key("a"))),
        Arguments.of(INTEGER, at(promise("", "point"), key("x"))),
        Arguments.of(STRING, at(promise("", "points"), index(1), key("names"), index(2))),
        Arguments.of(Cases.simple(SimpleType.STRUCT), at(promise("", "any"), key("x"))),
        Arguments.of(Cases.enumOf("a", "b"), constant(string("b"))),
        Arguments.of(Cases.enumOf("a", "b"), promise("", "s")),
        Arguments.of(unionOf(INTEGER, STRING), constant(string("b"))),
        Arguments.of(unionOf(INTEGER, STRING), promise("", "i")),
        Arguments.of(unionOf(listOf(INTEGER), STRING), list(promise("", "i"))),
        Arguments.of(unionOf(mapOf(INTEGER), NONE), map(Map.of("a", promise("", "i")))),
        Arguments.of(
            listOf(INTEGER),
            BindingData.newBuilder()
                .setOffloadedMetadata(
                    LiteralOffloadedMetadata.newBuilder().setInferredType(listOf(INTEGER)))
                .build()));
  }

  @ParameterizedTest
  @MethodSource("sound")
  void a_binding_of_the_right_type_is_taken(LiteralType wanted, BindingData binding) {
    assertThat(errors(bound(wanted, bind("x", binding)))).isEmpty();
  }

  static Stream<Arguments> unsound() {
    return Stream.of(
        Arguments.of(
            INTEGER,
            constant(string("a")),
            new CompileError(
                Code.MISMATCHING_TYPES,
                "n0",
                "Variable [x] (type [simple:STRING]) doesn't match expected type [simple:INTEGER].")),
        Arguments.of(
            STRING,
            promise("", "i"),
            CompileError.mismatchingVariables("n0", "i", "simple:INTEGER", "x", "simple:STRING")),
        Arguments.of(
            INTEGER,
            promise("", "[0].i"),
            CompileError.mismatchingVariables(
                "n0", "[0].i", "simple:INTEGER", "x", "simple:INTEGER")),
        Arguments.of(
            STRING,
            at(promise("", "point"), key("x")),
            CompileError.mismatchingVariables(
                "n0", "point", "simple:INTEGER", "x", "simple:STRING")),
        Arguments.of(
            INTEGER,
            promise("", "not-a-name"),
            new CompileError(Code.SYNTAX_ERROR, "n0", "Failed to parse element [not-a-name].")),
        Arguments.of(
            INTEGER,
            list(constant(integer(1))),
            new CompileError(
                Code.MISMATCHING_BINDINGS,
                "n0",
                "Input [x] on node [n0] expects bindings of type [simple:INTEGER].  Received [bindings:{scalar:{primitive:{integer:1}}}]")),
        Arguments.of(
            listOf(INTEGER),
            map(Map.of()),
            new CompileError(
                Code.MISMATCHING_BINDINGS,
                "n0",
                "Input [x] on node [n0] expects bindings of type [collection_type:{simple:INTEGER}].  Received []")),
        Arguments.of(
            listOf(INTEGER),
            list(constant(integer(1)), constant(string("a"))),
            CompileError.mismatchingTypes("n0", "x", "simple:STRING", "simple:INTEGER")),
        Arguments.of(
            INTEGER,
            BindingData.getDefaultInstance(),
            CompileError.mismatchingBindings("n0", "x", "simple:INTEGER", "")),
        Arguments.of(
            INTEGER,
            BindingData.newBuilder().setScalar(Scalar.getDefaultInstance()).build(),
            CompileError.unrecognizedValue("n0", "")),
        Arguments.of(
            Cases.enumOf("a", "b"),
            constant(string("c")),
            new CompileError(
                Code.ILLEGAL_ENUM_VALUE,
                "n0",
                "Input [x] on node [n0] is an Enum and expects value to be one of [[a b]].  Received [c]")),
        Arguments.of(
            unionOf(listOf(INTEGER), listOf(STRING)),
            list(),
            new CompileError(
                Code.AMBIGUOUS_BINDING_UNION_VALUE,
                "n0",
                "Input [x] on node [n0] expects bindings of union type [union_type:{variants:{collection_type:{simple:INTEGER}} variants:{collection_type:{simple:STRING}}}].  Received [collection:{}] which is ambiguous as both variants [collection_type:{simple:INTEGER}] and [collection_type:{simple:STRING}] match.")),
        Arguments.of(
            unionOf(INTEGER, STRING),
            list(),
            new CompileError(
                Code.INCOMPATIBLE_BINDING_UNION_VALUE,
                "n0",
                "Input [x] on node [n0] expects bindings of union type [union_type:{variants:{simple:INTEGER} variants:{simple:STRING}}].  Received [collection:{}] which does not match any of the variants.")));
  }

  @ParameterizedTest
  @MethodSource("unsound")
  void a_wrong_binding_is_named_with_what_was_expected_and_found(
      LiteralType wanted, BindingData binding, CompileError expected) {
    assertThat(errors(bound(wanted, bind("x", binding)))).containsExactly(expected);
  }

  @Test
  void a_field_that_a_dataclass_lacks_is_named() {
    Compiled<?> result = bound(INTEGER, bind("x", at(promise("", "point"), key("z"))));

    assertThat(errors(result))
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.code()).isEqualTo(Code.FIELD_NOT_FOUND);
              assertThat(error.description())
                  .startsWith("Variable [point] (type [")
                  .endsWith("doesn't have field [z].");
            });
  }

  @Test
  void an_input_that_the_task_does_not_have_is_refused() {
    Compiled<?> result =
        bound(INTEGER, bind("x", constant(integer(1))), bind("y", constant(integer(1))));

    assertThat(errors(result)).containsExactly(CompileError.variableNotFound("n0", "y"));
  }

  @Test
  void an_input_is_bound_once() {
    Compiled<?> result =
        bound(INTEGER, bind("x", constant(integer(1))), bind("x", constant(integer(2))));

    assertThat(errors(result)).containsExactly(CompileError.boundMoreThanOnce("n0", "x"));
  }

  @Test
  void an_input_without_binding_is_named() {
    assertThat(errors(bound(INTEGER))).containsExactly(CompileError.parameterNotBound("n0", "x"));
    assertThat(errors(bound(INTEGER, Binding.newBuilder().setVar("x").build())))
        .containsExactly(
            CompileError.parameterNotBound("n0", "x"), CompileError.valueRequired("n0", "Binding"));
  }

  @Test
  void an_optional_input_may_stay_unbound() {
    assertThat(errors(bound(unionOf(INTEGER, NONE)))).isEmpty();
    assertThat(errors(bound(unionOf(INTEGER, STRING))))
        .containsExactly(CompileError.parameterNotBound("n0", "x"));
  }

  @Test
  void an_output_that_no_node_has_is_named_on_its_node() {
    assertThat(errors(bound(INTEGER, bind("x", promise("", "ghost")))))
        .containsExactly(
            CompileError.parameterNotBound("n0", "x"),
            CompileError.variableNotFound("start-node", "ghost"));
  }

  @Test
  void variables_are_named_behind_the_readable_name_of_their_node() {
    var workflow =
        workflow("w", INPUTS, Map.of())
            .addNodes(
                taskNode("n0", "t", bind("x", promise("", "s")))
                    .setMetadata(NodeMetadata.newBuilder().setName("square")))
            .build();

    Compiled<?> result =
        WorkflowCompiler.compile(
            workflow, List.of(), List.of(task("t", Map.of("x", INTEGER), Map.of())), List.of());

    assertThat(errors(result))
        .containsExactly(
            CompileError.mismatchingVariables(
                "n0", "s", "simple:STRING", "square.x", "simple:INTEGER"));
  }

  @Test
  void every_output_of_a_workflow_must_be_bound() {
    var workflow =
        workflow("w", Map.of(), Map.of("out", INTEGER)).addNodes(taskNode("n0", "t")).build();

    Compiled<?> result =
        WorkflowCompiler.compile(
            workflow, List.of(), List.of(task("t", Map.of(), Map.of())), List.of());

    assertThat(errors(result)).containsExactly(CompileError.parameterNotBound("end-node", "out"));
  }

  private static Compiled<CompiledWorkflowClosure> bound(LiteralType wanted, Binding... bindings) {
    return WorkflowCompiler.compile(
        workflow("w", INPUTS, Map.of()).addNodes(taskNode("n0", "t", bindings)).build(),
        List.of(),
        List.of(task("t", Map.of("x", wanted), Map.of())),
        List.of());
  }

  private static BindingData at(BindingData promise, PromiseAttribute... path) {
    BindingData.Builder attribute = promise.toBuilder();
    attribute.getPromiseBuilder().addAllAttrPath(List.of(path));
    return attribute.build();
  }

  private static PromiseAttribute key(String name) {
    return PromiseAttribute.newBuilder().setStringValue(name).build();
  }

  private static PromiseAttribute index(int place) {
    return PromiseAttribute.newBuilder().setIntValue(place).build();
  }
}
