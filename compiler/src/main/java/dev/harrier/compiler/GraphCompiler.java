package dev.harrier.compiler;

import dev.harrier.compiler.CompileError.Code;
import flyteidl.core.Compiler.CompiledWorkflow;
import flyteidl.core.Interface.TypedInterface;
import flyteidl.core.Workflow.Alias;
import flyteidl.core.Workflow.Node;
import flyteidl.core.Workflow.WorkflowTemplate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/**
 * Checks and closes the graph of one workflow; the workflows that it refers to are closed each by
 * its own.
 */
final class GraphCompiler {
  private final WorkflowTemplate template;
  private final Findings findings;
  private final Graph graph = new Graph();
  private final BindingChecks bindings = new BindingChecks(graph);
  private final Interfaces interfaces;

  private GraphCompiler(WorkflowTemplate template, Definitions definitions, Findings findings) {
    this.template = template;
    this.findings = findings;
    this.interfaces = new Interfaces(definitions, bindings, findings);
  }

  /** Compiles the graph; what it returns is of use only if nothing was added to the findings. */
  static CompiledWorkflow compile(
      WorkflowTemplate template, Definitions definitions, Findings findings) {
    return new GraphCompiler(template, definitions, findings).compile();
  }

  private CompiledWorkflow compile() {
    TypedInterface own = Interfaces.complete(template.getInterface());
    if (template.getNodesCount() == 0) {
      String id = ProtoText.of(template.getId());
      findings.add(
          new CompileError(
              Code.NO_NODES_FOUND, id, "Can't find any nodes in workflow [%s].".formatted(id)));
      return CompiledWorkflow.getDefaultInstance();
    }
    if (!Interfaces.sound(WorkflowCompiler.START_NODE_ID, own, findings)) {
      return CompiledWorkflow.getDefaultInstance();
    }
    NodeDraft end = addEnds(own);
    List<NodeDraft> nodes = addNodes();
    Optional<NodeDraft> failure = failureNode();
    deriveInterfaces(nodes);
    failure.ifPresent(interfaces::derive);

    nodes.forEach(this::checkNode);
    connect(end);
    failure.ifPresent(
        node -> {
          checkNode(node);
          connectInside(node);
          connectUpstreamOnly(node);
        });
    connectOrphans(nodes);
    checkPaths();
    return closed(own, failure);
  }

  /** The start node gives the workflow's inputs, the end node takes its outputs. */
  private NodeDraft addEnds(TypedInterface own) {
    Node start = Node.newBuilder().setId(WorkflowCompiler.START_NODE_ID).build();
    graph.add(
        NodeDraft.of(
            start,
            Interfaces.complete(TypedInterface.newBuilder().setOutputs(own.getInputs()).build())));
    Node end =
        Node.newBuilder()
            .setId(WorkflowCompiler.END_NODE_ID)
            .addAllInputs(template.getOutputsList())
            .build();
    NodeDraft endDraft =
        NodeDraft.of(
            end,
            Interfaces.complete(TypedInterface.newBuilder().setInputs(own.getOutputs()).build()));
    graph.add(endDraft);
    return endDraft;
  }

  private List<NodeDraft> addNodes() {
    List<NodeDraft> added = new ArrayList<>();
    for (Node node : template.getNodesList()) {
      if (node.getId().equals(WorkflowCompiler.START_NODE_ID)
          || node.getId().equals(WorkflowCompiler.END_NODE_ID)) {
        // A template that was closed before: both are made anew from the workflow's interface.
        continue;
      }
      checkId(node);
      NodeDraft draft = NodeDraft.of(node);
      if (graph.add(draft)) {
        added.add(draft);
      } else {
        findings.add(
            new CompileError(
                Code.DUPLICATE_NODE_ID,
                node.getId(),
                "Trying to insert two nodes with the same id."));
      }
    }
    return added;
  }

  private void checkId(Node node) {
    if (node.getId().isEmpty()) {
      findings.add(CompileError.valueRequired("<node>", "Id"));
    }
  }

  private Optional<NodeDraft> failureNode() {
    if (template.hasFailureNode()) {
      checkId(template.getFailureNode());
    }
    return template.hasFailureNode()
        ? Optional.of(NodeDraft.of(template.getFailureNode()))
        : Optional.empty();
  }

  /**
   * Nodes that declare their interface come first; those whose inputs are inferred follow in the
   * order of their promises.
   */
  private void deriveInterfaces(List<NodeDraft> nodes) {
    Map<String, NodeDraft> inferred = new LinkedHashMap<>();
    for (NodeDraft node : nodes) {
      if (node.inputsInferred()) {
        inferred.put(node.id(), node);
      } else {
        interfaces.derive(node);
      }
    }
    Map<String, Integer> open = new HashMap<>();
    Map<String, List<NodeDraft>> waiting = new HashMap<>();
    Deque<NodeDraft> ready = new ArrayDeque<>();
    for (NodeDraft node : inferred.values()) {
      Set<String> needed = new HashSet<>(node.promisedNodes());
      needed.retainAll(inferred.keySet());
      open.put(node.id(), needed.size());
      needed.forEach(id -> waiting.computeIfAbsent(id, key -> new ArrayList<>()).add(node));
      if (needed.isEmpty()) {
        ready.add(node);
      }
    }
    while (!ready.isEmpty()) {
      NodeDraft node = ready.remove();
      interfaces.derive(node);
      inferred.remove(node.id());
      for (NodeDraft next : waiting.getOrDefault(node.id(), List.of())) {
        if (open.merge(next.id(), -1, Integer::sum) == 0) {
          ready.add(next);
        }
      }
    }
    // What is left waits for itself, which is reported as a cycle; its own faults are reported
    // beside it.
    inferred.values().forEach(interfaces::derive);
  }

  private void checkNode(NodeDraft node) {
    checkAliases(node);
    if (node.source().hasBranchNode()) {
      new BranchChecks(findings).check(node);
      node.cases().forEach(this::checkNode);
    }
  }

  private void checkAliases(NodeDraft node) {
    Set<String> renamed = new HashSet<>();
    for (Alias alias : node.source().getOutputAliasesList()) {
      if (!renamed.add(alias.getVar())) {
        findings.add(
            new CompileError(
                Code.DUPLICATE_ALIAS,
                node.id(),
                "Duplicate alias [%s] found. An output alias can only be used once in the Workflow."
                    .formatted(alias.getAlias())));
      }
      boolean exists =
          node.typedInterface()
              .map(found -> found.getOutputs().containsVariables(alias.getVar()))
              .orElse(true);
      if (!exists) {
        findings.add(CompileError.parameterNotBound(node.id(), alias.getAlias()));
      }
    }
  }

  private void connect(NodeDraft end) {
    for (NodeDraft node : graph.nodes()) {
      for (String id : node.source().getUpstreamNodeIdsList()) {
        String upstream = NodeDraft.orStart(id);
        if (graph.node(upstream).isEmpty()) {
          findings.add(CompileError.nodeNotFound(node.id(), upstream));
        } else {
          graph.connect(upstream, node.id());
        }
      }
      if (!node.id().equals(WorkflowCompiler.START_NODE_ID)) {
        checkBindings(node).nodes().forEach(upstream -> graph.connect(upstream, node.id()));
      }
      connectInside(node);
      if (node != end) {
        node.cases().stream()
            .flatMap(inner -> inner.promisedNodes().stream())
            .forEach(upstream -> graph.connectHidden(upstream, node.id()));
      }
    }
  }

  private void connectInside(NodeDraft node) {
    for (NodeDraft inner : node.cases()) {
      connectUpstreamOnly(inner);
      connectInside(inner);
    }
  }

  private void connectUpstreamOnly(NodeDraft node) {
    checkBindings(node).nodes().forEach(upstream -> graph.connectUpstreamOnly(upstream, node.id()));
  }

  private BindingChecks.Resolved checkBindings(NodeDraft node) {
    return bindings.check(
        node,
        node.source().getInputsList(),
        node.inputsInferred()
            ? Optional.empty()
            : node.typedInterface().map(TypedInterface::getInputs),
        findings);
  }

  /**
   * A node that waits for nothing starts with the workflow, and the workflow ends only after the
   * nodes that nothing waits for.
   */
  private void connectOrphans(List<NodeDraft> nodes) {
    for (NodeDraft node : nodes) {
      if (!graph.hasUpstream(node.id())) {
        graph.connect(WorkflowCompiler.START_NODE_ID, node.id());
      }
      if (!graph.hasDownstream(node.id())) {
        graph.connect(node.id(), WorkflowCompiler.END_NODE_ID);
      }
    }
  }

  private void checkPaths() {
    Optional<List<String>> cycle = graph.cycleFrom(WorkflowCompiler.START_NODE_ID);
    if (cycle.isEmpty()) {
      SortedSet<String> unreachable = graph.unreachable();
      // Nodes that wait only for each other are out of reach; the cycle is the cause to name.
      cycle = graph.cycleAmong(unreachable);
      if (!unreachable.isEmpty()) {
        findings.add(
            new CompileError(
                Code.UNREACHABLE_NODES,
                WorkflowCompiler.START_NODE_ID,
                "The Workflow contain unreachable nodes [%s]."
                    .formatted(String.join(",", unreachable))));
      }
    }
    cycle.ifPresent(
        path ->
            findings.add(
                new CompileError(
                    Code.CYCLE_DETECTED,
                    WorkflowCompiler.START_NODE_ID,
                    "A cycle has been detected while traversing the Workflow [%s]."
                        .formatted(String.join(">", path)))));
  }

  private CompiledWorkflow closed(TypedInterface own, Optional<NodeDraft> failure) {
    WorkflowTemplate.Builder closed =
        template.toBuilder()
            .setInterface(own)
            .clearNodes()
            .clearOutputs()
            .addAllOutputs(NodeDraft.closed(template.getOutputsList()));
    graph.nodes().forEach(node -> closed.addNodes(node.build()));
    failure.ifPresent(node -> closed.setFailureNode(node.build()));
    return CompiledWorkflow.newBuilder()
        .setTemplate(closed)
        .setConnections(graph.connections())
        .build();
  }
}
