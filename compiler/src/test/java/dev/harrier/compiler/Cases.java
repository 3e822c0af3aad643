package dev.harrier.compiler;

import flyteidl.core.Compiler.CompiledTask;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Interface.TypedInterface;
import flyteidl.core.Interface.Variable;
import flyteidl.core.Interface.VariableMap;
import flyteidl.core.Literals.Binding;
import flyteidl.core.Literals.BindingData;
import flyteidl.core.Literals.BindingDataCollection;
import flyteidl.core.Literals.BindingDataMap;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralCollection;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Literals.Primitive;
import flyteidl.core.Literals.Scalar;
import flyteidl.core.Tasks.Container;
import flyteidl.core.Tasks.TaskTemplate;
import flyteidl.core.Types.BlobType;
import flyteidl.core.Types.EnumType;
import flyteidl.core.Types.LiteralType;
import flyteidl.core.Types.OutputReference;
import flyteidl.core.Types.SimpleType;
import flyteidl.core.Types.UnionType;
import flyteidl.core.Workflow.Node;
import flyteidl.core.Workflow.TaskNode;
import flyteidl.core.Workflow.WorkflowTemplate;
import java.util.List;
import java.util.Map;

/** Small messages to write compiler tests with. */
final class Cases {
  static final LiteralType INTEGER = simple(SimpleType.INTEGER);
  static final LiteralType STRING = simple(SimpleType.STRING);
  static final LiteralType BOOLEAN = simple(SimpleType.BOOLEAN);
  static final LiteralType NONE = simple(SimpleType.NONE);

  private Cases() {}

  static <T> T ok(Compiled<T> result) {
    return switch (result) {
      case Compiled.Ok<T>(T value) -> value;
      case Compiled.Failed<T> failed -> throw new AssertionError(failed.describe());
    };
  }

  static List<CompileError> errors(Compiled<?> result) {
    return result instanceof Compiled.Failed<?> failed ? failed.errors() : List.of();
  }

  static LiteralType simple(SimpleType type) {
    return LiteralType.newBuilder().setSimple(type).build();
  }

  static LiteralType listOf(LiteralType element) {
    return LiteralType.newBuilder().setCollectionType(element).build();
  }

  static LiteralType mapOf(LiteralType value) {
    return LiteralType.newBuilder().setMapValueType(value).build();
  }

  static LiteralType unionOf(LiteralType... variants) {
    return LiteralType.newBuilder()
        .setUnionType(UnionType.newBuilder().addAllVariants(List.of(variants)))
        .build();
  }

  static LiteralType enumOf(String... values) {
    return LiteralType.newBuilder()
        .setEnumType(EnumType.newBuilder().addAllValues(List.of(values)))
        .build();
  }

  static LiteralType blob(String format) {
    return LiteralType.newBuilder().setBlob(BlobType.newBuilder().setFormat(format)).build();
  }

  static Variable variable(LiteralType type) {
    return Variable.newBuilder().setType(type).build();
  }

  static VariableMap variables(Map<String, LiteralType> types) {
    VariableMap.Builder variables = VariableMap.newBuilder();
    types.forEach((name, type) -> variables.putVariables(name, variable(type)));
    return variables.build();
  }

  static TypedInterface signature(
      Map<String, LiteralType> inputs, Map<String, LiteralType> outputs) {
    return TypedInterface.newBuilder()
        .setInputs(variables(inputs))
        .setOutputs(variables(outputs))
        .build();
  }

  static Identifier id(ResourceType type, String name) {
    return Identifier.newBuilder()
        .setResourceType(type)
        .setProject("p")
        .setDomain("d")
        .setName(name)
        .setVersion("v")
        .build();
  }

  static Identifier taskId(String name) {
    return id(ResourceType.TASK, name);
  }

  static Identifier workflowId(String name) {
    return id(ResourceType.WORKFLOW, name);
  }

  static CompiledTask task(
      String name, Map<String, LiteralType> inputs, Map<String, LiteralType> outputs) {
    return CompiledTask.newBuilder()
        .setTemplate(
            TaskTemplate.newBuilder()
                .setId(taskId(name))
                .setType("python-task")
                .setInterface(signature(inputs, outputs))
                .setContainer(Container.newBuilder().setImage("image").addArgs("run")))
        .build();
  }

  static Node.Builder taskNode(String nodeId, String task, Binding... inputs) {
    return Node.newBuilder()
        .setId(nodeId)
        .setTaskNode(TaskNode.newBuilder().setReferenceId(taskId(task)))
        .addAllInputs(List.of(inputs));
  }

  static WorkflowTemplate.Builder workflow(
      String name, Map<String, LiteralType> inputs, Map<String, LiteralType> outputs) {
    return WorkflowTemplate.newBuilder()
        .setId(workflowId(name))
        .setInterface(signature(inputs, outputs));
  }

  static Binding bind(String input, BindingData data) {
    return Binding.newBuilder().setVar(input).setBinding(data).build();
  }

  static BindingData promise(String nodeId, String output) {
    return BindingData.newBuilder()
        .setPromise(OutputReference.newBuilder().setNodeId(nodeId).setVar(output))
        .build();
  }

  static BindingData constant(Literal literal) {
    return BindingData.newBuilder().setScalar(literal.getScalar()).build();
  }

  static BindingData list(BindingData... parts) {
    return BindingData.newBuilder()
        .setCollection(BindingDataCollection.newBuilder().addAllBindings(List.of(parts)))
        .build();
  }

  static BindingData map(Map<String, BindingData> parts) {
    return BindingData.newBuilder()
        .setMap(BindingDataMap.newBuilder().putAllBindings(parts))
        .build();
  }

  static Literal integer(long value) {
    return primitive(Primitive.newBuilder().setInteger(value));
  }

  static Literal string(String value) {
    return primitive(Primitive.newBuilder().setStringValue(value));
  }

  private static Literal primitive(Primitive.Builder primitive) {
    return Literal.newBuilder().setScalar(Scalar.newBuilder().setPrimitive(primitive)).build();
  }

  static Literal literals(Literal... elements) {
    return Literal.newBuilder()
        .setCollection(LiteralCollection.newBuilder().addAllLiterals(List.of(elements)))
        .build();
  }

  static Literal literalMap(Map<String, Literal> entries) {
    return Literal.newBuilder().setMap(LiteralMap.newBuilder().putAllLiterals(entries)).build();
  }
}
