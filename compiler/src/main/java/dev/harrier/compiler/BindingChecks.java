package dev.harrier.compiler;

import dev.harrier.compiler.CompileError.Code;
import flyteidl.core.Interface.Variable;
import flyteidl.core.Interface.VariableMap;
import flyteidl.core.Literals.Binding;
import flyteidl.core.Literals.BindingData;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.Scalar;
import flyteidl.core.Types.LiteralType;
import flyteidl.core.Types.OutputReference;
import flyteidl.core.Types.PromiseAttribute;
import flyteidl.core.Types.SimpleType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks what is bound to the inputs of a node, or to the outputs of a workflow, and finds out of
 * which type it is.
 */
final class BindingChecks {
  /** A variable, and before it the place in a list if one element of it is meant: {@code [3].x}. */
  private static final Pattern VARIABLE =
      Pattern.compile("(\\[(?<index>\\d+)\\]\\.)?(?<name>\\w+)");

  private final Graph graph;

  BindingChecks(Graph graph) {
    this.graph = graph;
  }

  /** Where a binding leads to: one input of one node. */
  private record Input(NodeDraft node, String name) {
    String nodeId() {
      return node.id();
    }
  }

  /**
   * A binding that was found in order.
   *
   * @param type nothing if a node that it depends on has itself no known outputs, which is reported
   *     there
   * @param nodes the nodes that it takes outputs from
   */
  private record Bound(Optional<LiteralType> type, List<String> nodes) {}

  /**
   * The bindings of a node that were found in order.
   *
   * @param types the types of the bound values; the empty type where it could not be known
   * @param nodes the nodes that outputs are taken from
   */
  record Resolved(VariableMap types, Set<String> nodes) {}

  /**
   * Checks the bindings of a node against the inputs that it declares.
   *
   * @param declared nothing if any input will do, because the node's inputs are what is bound to
   *     them
   */
  Resolved check(
      NodeDraft node, List<Binding> bindings, Optional<VariableMap> declared, Findings findings) {
    VariableMap.Builder types = VariableMap.newBuilder();
    Set<String> nodes = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (Binding binding : bindings) {
      String name = binding.getVar();
      Optional<Variable> variable =
          declared.map(variables -> variables.getVariablesMap().get(name));
      if (declared.isPresent() && variable.isEmpty()) {
        findings.add(CompileError.variableNotFound(node.id(), name));
      } else if (!binding.hasBinding()) {
        findings.add(CompileError.valueRequired(node.id(), "Binding"));
      } else if (!names.add(name)) {
        findings.add(CompileError.boundMoreThanOnce(node.id(), name));
      } else {
        Optional<Bound> bound =
            bind(
                new Input(node, name),
                binding.getBinding(),
                variable.map(Variable::getType).filter(BindingChecks::known),
                findings);
        bound.ifPresent(found -> nodes.addAll(found.nodes()));
        types.putVariables(
            name,
            Variable.newBuilder()
                .setType(bound.flatMap(Bound::type).orElse(LiteralType.getDefaultInstance()))
                .build());
      }
    }
    declared.ifPresent(
        variables ->
            variables
                .getVariablesMap()
                .forEach(
                    (name, variable) -> {
                      if (!names.contains(name) && !LiteralTypes.optional(variable)) {
                        findings.add(CompileError.parameterNotBound(node.id(), name));
                      }
                    }));
    return new Resolved(types.build(), Set.copyOf(nodes));
  }

  private static boolean known(LiteralType type) {
    return !type.equals(LiteralType.getDefaultInstance());
  }

  private Optional<Bound> bind(
      Input input, BindingData binding, Optional<LiteralType> expected, Findings findings) {
    return switch (binding.getValueCase()) {
      case COLLECTION, MAP ->
          expected.isPresent() && expected.orElseThrow().hasUnionType()
              ? bindToUnion(input, binding, expected.orElseThrow(), findings)
              : bindParts(input, binding, expected, findings);
      case PROMISE -> bindPromise(input, binding.getPromise(), expected, findings);
      case SCALAR -> bindScalar(input, binding.getScalar(), expected, findings);
      case OFFLOADED_METADATA ->
          bindValue(
              input,
              LiteralTypes.of(
                  Literal.newBuilder()
                      .setOffloadedMetadata(binding.getOffloadedMetadata())
                      .build()),
              ProtoText.of(binding),
              expected,
              findings);
      case VALUE_NOT_SET -> {
        findings.add(
            CompileError.mismatchingBindings(input.nodeId(), input.name(), text(expected), ""));
        yield Optional.empty();
      }
    };
  }

  /**
   * A list or map built from bindings must suit exactly one variant; scalars and promises are left
   * to the casting rules.
   */
  private Optional<Bound> bindToUnion(
      Input input, BindingData binding, LiteralType union, Findings findings) {
    Optional<LiteralType> match = Optional.empty();
    Optional<Bound> result = Optional.empty();
    for (LiteralType variant : union.getUnionType().getVariantsList()) {
      Findings attempt = new Findings();
      Optional<Bound> bound = bind(input, binding, Optional.of(variant), attempt);
      if (bound.isEmpty() || !attempt.isEmpty()) {
        continue;
      }
      if (match.isPresent()) {
        findings.add(
            new CompileError(
                Code.AMBIGUOUS_BINDING_UNION_VALUE,
                input.nodeId(),
                "Input [%s] on node [%s] expects bindings of union type [%s].  Received [%s] which is ambiguous as both variants [%s] and [%s] match."
                    .formatted(
                        input.name(),
                        input.nodeId(),
                        ProtoText.of(union),
                        ProtoText.of(binding),
                        text(match),
                        ProtoText.of(variant))));
        return Optional.empty();
      }
      match = Optional.of(variant);
      result = bound;
    }
    if (result.isEmpty()) {
      findings.add(
          new CompileError(
              Code.INCOMPATIBLE_BINDING_UNION_VALUE,
              input.nodeId(),
              "Input [%s] on node [%s] expects bindings of union type [%s].  Received [%s] which does not match any of the variants."
                  .formatted(
                      input.name(), input.nodeId(), ProtoText.of(union), ProtoText.of(binding))));
    }
    return result;
  }

  private Optional<Bound> bindParts(
      Input input, BindingData binding, Optional<LiteralType> expected, Findings findings) {
    boolean list = binding.hasCollection();
    if (expected.isPresent()
        && !(list
            ? expected.orElseThrow().hasCollectionType()
            : expected.orElseThrow().hasMapValueType())) {
      findings.add(
          CompileError.mismatchingBindings(
              input.nodeId(),
              input.name(),
              text(expected),
              list ? ProtoText.of(binding.getCollection()) : ProtoText.of(binding.getMap())));
      return Optional.empty();
    }
    Optional<LiteralType> expectedPart =
        expected.map(type -> list ? type.getCollectionType() : type.getMapValueType());
    Collection<BindingData> parts =
        list
            ? binding.getCollection().getBindingsList()
            : new TreeMap<>(binding.getMap().getBindingsMap()).values();
    LiteralType type = LiteralTypes.simple(SimpleType.NONE);
    List<String> nodes = new ArrayList<>();
    boolean sound = true;
    for (BindingData part : parts) {
      Optional<Bound> bound = bind(input, part, expectedPart, findings);
      sound &= bound.isPresent();
      nodes.addAll(bound.map(Bound::nodes).orElse(List.of()));
      type = bound.flatMap(Bound::type).orElse(type);
    }
    LiteralType.Builder whole = LiteralType.newBuilder();
    LiteralType bound =
        (list ? whole.setCollectionType(type) : whole.setMapValueType(type)).build();
    return sound ? Optional.of(new Bound(Optional.of(bound), nodes)) : Optional.empty();
  }

  private Optional<Bound> bindScalar(
      Input input, Scalar scalar, Optional<LiteralType> expected, Findings findings) {
    Optional<Bound> bound =
        bindValue(input, LiteralTypes.of(scalar), ProtoText.of(scalar), expected, findings);
    if (bound.isEmpty() || expected.isEmpty() || !expected.orElseThrow().hasEnumType()) {
      return bound;
    }
    String value = scalar.getPrimitive().getStringValue();
    List<String> values = expected.orElseThrow().getEnumType().getValuesList();
    if (values.contains(value)) {
      return bound;
    }
    findings.add(
        new CompileError(
            Code.ILLEGAL_ENUM_VALUE,
            input.nodeId(),
            "Input [%s] on node [%s] is an Enum and expects value to be one of [%s].  Received [%s]"
                .formatted(
                    input.name(), input.nodeId(), "[" + String.join(" ", values) + "]", value)));
    return Optional.empty();
  }

  private static Optional<Bound> bindValue(
      Input input,
      Optional<LiteralType> found,
      String value,
      Optional<LiteralType> expected,
      Findings findings) {
    if (found.isEmpty()) {
      findings.add(CompileError.unrecognizedValue(input.nodeId(), value));
      return Optional.empty();
    }
    if (expected.isPresent()
        && !LiteralTypes.castable(found.orElseThrow(), expected.orElseThrow())) {
      findings.add(
          CompileError.mismatchingTypes(
              input.nodeId(),
              input.name(),
              LiteralTypes.describe(found.orElseThrow()),
              text(expected)));
      return Optional.empty();
    }
    return Optional.of(new Bound(found, List.of()));
  }

  private Optional<Bound> bindPromise(
      Input input, OutputReference promise, Optional<LiteralType> expected, Findings findings) {
    String nodeId = NodeDraft.orStart(promise.getNodeId());
    Optional<NodeDraft> upstream = graph.node(nodeId);
    if (upstream.isEmpty()) {
      findings.add(CompileError.nodeNotFound(nodeId, nodeId));
      findings.add(CompileError.parameterNotBound(input.nodeId(), input.name()));
      return Optional.empty();
    }
    Matcher variable = VARIABLE.matcher(promise.getVar());
    if (!variable.matches()) {
      findings.add(
          new CompileError(
              Code.SYNTAX_ERROR,
              input.nodeId(),
              "Failed to parse element [%s].".formatted(promise.getVar())));
      return Optional.empty();
    }
    List<String> nodes = List.of(nodeId);
    NodeDraft provider = upstream.orElseThrow();
    if (provider.typedInterface().isEmpty()) {
      // Why it has none is reported on that node; there is nothing to add here.
      return Optional.of(new Bound(Optional.empty(), nodes));
    }
    String name = variable.group("name");
    Optional<LiteralType> output = provider.output(name).map(Variable::getType);
    if (output.isEmpty()) {
      findings.add(CompileError.variableNotFound(nodeId, name));
      findings.add(CompileError.parameterNotBound(input.nodeId(), input.name()));
      return Optional.empty();
    }
    return typeOf(
            input,
            promise,
            provider,
            variable.group("index") != null,
            output.orElseThrow(),
            expected,
            findings)
        .map(type -> new Bound(Optional.of(type), nodes));
  }

  /**
   * The type of what a promise takes from an output: the whole, an element, or what its attribute
   * path leads to.
   */
  private static Optional<LiteralType> typeOf(
      Input input,
      OutputReference promise,
      NodeDraft provider,
      boolean element,
      LiteralType output,
      Optional<LiteralType> expected,
      Findings findings) {
    if (!known(output)) {
      return Optional.of(output);
    }
    LiteralType type = output;
    boolean sound = true;
    if (element) {
      sound = output.hasCollectionType();
      type = sound ? output.getCollectionType() : output;
    }
    for (PromiseAttribute attribute : promise.getAttrPathList()) {
      Optional<LiteralType> next = attribute(type, attribute);
      if (next.isEmpty()) {
        findings.add(
            new CompileError(
                Code.FIELD_NOT_FOUND,
                input.nodeId(),
                "Variable [%s] (type [%s]) doesn't have field [%s]."
                    .formatted(promise.getVar(), ProtoText.of(type), attribute.getStringValue())));
        return Optional.empty();
      }
      type = next.orElseThrow();
    }
    if (!sound || (expected.isPresent() && !LiteralTypes.castable(type, expected.orElseThrow()))) {
      findings.add(
          CompileError.mismatchingVariables(
              input.nodeId(),
              provider.label(promise.getVar()),
              LiteralTypes.describe(type),
              input.node().label(input.name()),
              text(expected)));
      return Optional.empty();
    }
    return Optional.of(type);
  }

  /**
   * One step of an attribute path; a struct without a schema is taken as it is, nothing if a schema
   * lacks the field.
   */
  private static Optional<LiteralType> attribute(LiteralType type, PromiseAttribute attribute) {
    if (type.hasCollectionType()) {
      return Optional.of(type.getCollectionType());
    }
    if (type.hasMapValueType()) {
      return Optional.of(type.getMapValueType());
    }
    Map<String, LiteralType> fields = type.getStructure().getDataclassTypeMap();
    if (fields.isEmpty()) {
      return Optional.of(type);
    }
    return Optional.ofNullable(fields.get(attribute.getStringValue()));
  }

  private static String text(Optional<LiteralType> type) {
    return type.map(LiteralTypes::describe).orElse("None");
  }
}
