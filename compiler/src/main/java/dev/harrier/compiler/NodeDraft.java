package dev.harrier.compiler;

import flyteidl.core.Interface.TypedInterface;
import flyteidl.core.Interface.Variable;
import flyteidl.core.Literals.Binding;
import flyteidl.core.Literals.BindingData;
import flyteidl.core.Literals.BindingDataCollection;
import flyteidl.core.Literals.BindingDataMap;
import flyteidl.core.Workflow.Alias;
import flyteidl.core.Workflow.IfBlock;
import flyteidl.core.Workflow.IfElseBlock;
import flyteidl.core.Workflow.Node;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A node while its workflow is compiled: as the client wrote it, with the interface found for it.
 */
final class NodeDraft {
  private final String id;
  private final Node source;
  private final List<NodeDraft> cases;
  private Optional<TypedInterface> typedInterface = Optional.empty();

  private NodeDraft(String id, Node source) {
    this.id = id;
    this.source = source;
    this.cases = drafts(id, source);
  }

  static NodeDraft of(Node source) {
    return new NodeDraft(source.getId(), source);
  }

  /** A node that the compiler adds, with an interface known from the start. */
  static NodeDraft of(Node source, TypedInterface typedInterface) {
    NodeDraft draft = of(source);
    draft.typedInterface = Optional.of(typedInterface);
    return draft;
  }

  /**
   * The nodes inside a branch carry its id before their own, so that two branches can use the same
   * ids.
   */
  private static List<NodeDraft> drafts(String id, Node source) {
    return NodeTree.cases(source.getBranchNode().getIfElse()).stream()
        .map(inner -> inside(id, inner))
        .toList();
  }

  private static NodeDraft inside(String branchId, Node source) {
    return new NodeDraft(branchId + "-" + source.getId(), source);
  }

  String id() {
    return id;
  }

  Node source() {
    return source;
  }

  /** The nodes directly inside, if this is a branch, in the order of their conditions. */
  List<NodeDraft> cases() {
    return cases;
  }

  /**
   * Nothing until it is found, and nothing for good if it could not be, which then is among the
   * findings.
   */
  Optional<TypedInterface> typedInterface() {
    return typedInterface;
  }

  void typedInterface(TypedInterface found) {
    typedInterface = Optional.of(found);
  }

  /** The variable as errors name it: behind the node's readable name, if it has one. */
  String label(String variable) {
    return source.hasMetadata() ? source.getMetadata().getName() + "." + variable : variable;
  }

  /**
   * What other nodes can take from this one under a name: an output, renamed if it has an alias.
   */
  Optional<Variable> output(String name) {
    Map<String, Variable> outputs =
        typedInterface.map(found -> found.getOutputs().getVariablesMap()).orElse(Map.of());
    boolean renamed = false;
    for (Alias alias : source.getOutputAliasesList()) {
      if (alias.getAlias().equals(name)) {
        return Optional.ofNullable(outputs.get(alias.getVar()));
      }
      renamed |= alias.getVar().equals(name);
    }
    return renamed ? Optional.empty() : Optional.ofNullable(outputs.get(name));
  }

  /**
   * Whether the inputs' types follow from what is bound to them, for no task or workflow declares
   * them.
   */
  boolean inputsInferred() {
    return source.hasBranchNode() || source.getGateNode().hasApprove();
  }

  /** The ids of the nodes whose outputs this node or one inside it is bound to. */
  Collection<String> promisedNodes() {
    List<String> found = new ArrayList<>();
    collectPromises(found);
    return found;
  }

  private void collectPromises(List<String> found) {
    source.getInputsList().forEach(binding -> collectPromises(binding.getBinding(), found));
    cases.forEach(inner -> inner.collectPromises(found));
  }

  private static void collectPromises(BindingData binding, List<String> found) {
    switch (binding.getValueCase()) {
      case PROMISE -> found.add(orStart(binding.getPromise().getNodeId()));
      case COLLECTION ->
          binding.getCollection().getBindingsList().forEach(part -> collectPromises(part, found));
      case MAP ->
          binding.getMap().getBindingsMap().values().forEach(part -> collectPromises(part, found));
      case SCALAR, OFFLOADED_METADATA, VALUE_NOT_SET -> {
        // Nothing is promised here.
      }
    }
  }

  /**
   * The node as the engine runs it: final ids, upstream ids in order, each promise naming its node.
   */
  Node build() {
    Node.Builder node = source.toBuilder().setId(id).clearUpstreamNodeIds().clearInputs();
    source.getUpstreamNodeIdsList().stream().sorted().forEach(node::addUpstreamNodeIds);
    node.addAllInputs(closed(source.getInputsList()));
    if (source.hasBranchNode()) {
      buildCases(node.getBranchNodeBuilder().getIfElseBuilder());
    }
    return node.build();
  }

  private void buildCases(IfElseBlock.Builder ifElse) {
    Iterator<NodeDraft> next = cases.iterator();
    if (ifElse.getCase().hasThenNode()) {
      ifElse.getCaseBuilder().setThenNode(next.next().build());
    }
    for (IfBlock.Builder other : ifElse.getOtherBuilderList()) {
      if (other.hasThenNode()) {
        other.setThenNode(next.next().build());
      }
    }
    if (ifElse.hasElseNode()) {
      ifElse.setElseNode(next.next().build());
    }
  }

  /**
   * The bindings with the start node named where a client left out the node to mean the workflow's
   * inputs.
   */
  static List<Binding> closed(List<Binding> bindings) {
    return bindings.stream()
        .map(binding -> binding.toBuilder().setBinding(closed(binding.getBinding())).build())
        .toList();
  }

  private static BindingData closed(BindingData binding) {
    return switch (binding.getValueCase()) {
      case PROMISE -> {
        BindingData.Builder promise = binding.toBuilder();
        promise.getPromiseBuilder().setNodeId(orStart(binding.getPromise().getNodeId()));
        yield promise.build();
      }
      case COLLECTION -> {
        var parts = BindingDataCollection.newBuilder();
        binding.getCollection().getBindingsList().forEach(part -> parts.addBindings(closed(part)));
        yield binding.toBuilder().setCollection(parts).build();
      }
      case MAP -> {
        var parts = BindingDataMap.newBuilder();
        new TreeMap<>(binding.getMap().getBindingsMap())
            .forEach((key, part) -> parts.putBindings(key, closed(part)));
        yield binding.toBuilder().setMap(parts).build();
      }
      case SCALAR, OFFLOADED_METADATA, VALUE_NOT_SET -> binding;
    };
  }

  static String orStart(String nodeId) {
    return nodeId.isEmpty() ? WorkflowCompiler.START_NODE_ID : nodeId;
  }
}
