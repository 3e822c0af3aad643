package dev.harrier.propeller.graph;

import dev.harrier.compiler.NodeTree;
import dev.harrier.spi.NodeKind;
import flyteidl.core.Compiler.CompiledWorkflow;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Literals.Binding;
import flyteidl.core.Workflow.Node;
import flyteidl.core.Workflow.WorkflowMetadata.OnFailurePolicy;
import flyteidl.core.Workflow.WorkflowTemplate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One workflow's nodes, numbered, with who waits for whom.
 *
 * <p>The start node has no upstream; every node without an upstream waits for the start node, and
 * the end node waits for every node without a downstream.
 */
public final class WorkflowGraph {
  /** The id of the node that stands for the workflow's inputs. */
  public static final String START = "start-node";

  /** The id of the node that stands for the workflow's outputs. */
  public static final String END = "end-node";

  private final WorkflowTemplate template;
  private final List<Node> nodes;
  private final Map<String, Integer> numbers;
  private final int[][] downstream;
  private final int[] upstreamCounts;

  private record Edge(String from, String to) {}

  private WorkflowGraph(
      WorkflowTemplate template,
      List<Node> nodes,
      Map<String, Integer> numbers,
      int[][] downstream,
      int[] upstreamCounts) {
    this.template = template;
    this.nodes = nodes;
    this.numbers = numbers;
    this.downstream = downstream;
    this.upstreamCounts = upstreamCounts;
  }

  /**
   * Numbers the nodes of a compiled workflow.
   *
   * @throws IllegalStateException if the closure names a node that it does not hold: the compiler
   *     let it pass
   */
  public static WorkflowGraph of(CompiledWorkflow compiled) {
    var template = compiled.getTemplate();
    var nodes = withBoundaries(template);
    var numbers = new HashMap<String, Integer>();
    for (var number = 0; number < nodes.size(); number++) {
      numbers.put(nodes.get(number).getId(), number);
    }
    var nested = nested(template, numbers.keySet());
    var upstream = new ArrayList<TreeSet<Integer>>();
    nodes.forEach(node -> upstream.add(new TreeSet<>()));
    var edges = new ArrayList<Edge>();
    var connections = compiled.getConnections();
    connections
        .getUpstreamMap()
        .forEach((id, above) -> above.getIdsList().forEach(from -> edges.add(new Edge(from, id))));
    connections
        .getDownstreamMap()
        .forEach((id, below) -> below.getIdsList().forEach(to -> edges.add(new Edge(id, to))));
    for (var edge : edges) {
      if (!nested.contains(edge.from()) && !nested.contains(edge.to())) {
        upstream
            .get(number(numbers, template, edge.to()))
            .add(number(numbers, template, edge.from()));
      }
    }
    closeEnds(upstream, number(numbers, template, START), number(numbers, template, END));
    return new WorkflowGraph(
        template,
        List.copyOf(nodes),
        Map.copyOf(numbers),
        downstreamOf(upstream),
        upstream.stream().mapToInt(Set::size).toArray());
  }

  /**
   * The ids of the nodes that are inside of another. That one waits for all that they need, so
   * their own connections do not bear on the order here.
   */
  private static Set<String> nested(WorkflowTemplate template, Set<String> own) {
    var ids = new HashSet<String>();
    NodeTree.forEach(template, node -> ids.add(node.getId()));
    ids.removeAll(own);
    return ids;
  }

  private static List<Node> withBoundaries(WorkflowTemplate template) {
    var nodes = new ArrayList<Node>();
    var hasStart = template.getNodesList().stream().anyMatch(node -> node.getId().equals(START));
    var hasEnd = template.getNodesList().stream().anyMatch(node -> node.getId().equals(END));
    if (!hasStart) {
      nodes.add(Node.newBuilder().setId(START).build());
    }
    nodes.addAll(template.getNodesList());
    if (!hasEnd) {
      nodes.add(Node.newBuilder().setId(END).addAllInputs(template.getOutputsList()).build());
    }
    return nodes;
  }

  private static void closeEnds(List<? extends Set<Integer>> upstream, int start, int end) {
    var hasDownstream = new boolean[upstream.size()];
    for (var number = 0; number < upstream.size(); number++) {
      if (number != start && upstream.get(number).isEmpty() && number != end) {
        upstream.get(number).add(start);
      }
      upstream.get(number).forEach(above -> hasDownstream[above] = true);
    }
    upstream.get(start).clear();
    for (var number = 0; number < upstream.size(); number++) {
      if (number != end && (!hasDownstream[number] || upstream.size() == 2)) {
        upstream.get(end).add(number);
      }
    }
  }

  private static int[][] downstreamOf(List<? extends Set<Integer>> upstream) {
    var lists = new ArrayList<List<Integer>>();
    upstream.forEach(above -> lists.add(new ArrayList<>()));
    for (var number = 0; number < upstream.size(); number++) {
      for (var above : upstream.get(number)) {
        lists.get(above).add(number);
      }
    }
    return lists.stream()
        .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
        .toArray(int[][]::new);
  }

  private static int number(Map<String, Integer> numbers, WorkflowTemplate template, String id) {
    var number = numbers.get(id);
    if (number == null) {
      throw new IllegalStateException(
          "workflow %s: its connections name node '%s', which it does not have"
              .formatted(template.getId().getName(), id));
    }
    return number;
  }

  /** How many nodes, the boundaries included. */
  public int size() {
    return nodes.size();
  }

  /** The node of that number. */
  public Node node(int number) {
    return nodes.get(number);
  }

  /**
   * The number of the node with that id.
   *
   * @throws IllegalStateException if there is none
   */
  public int number(String id) {
    return number(numbers, template, id);
  }

  /** The nodes that wait for this one, ascending; not to be written. */
  public int[] downstream(int number) {
    return downstream[number];
  }

  /** For each node, how many others it waits for; the caller's own copy. */
  public int[] upstreamCounts() {
    return Arrays.copyOf(upstreamCounts, upstreamCounts.length);
  }

  /** The workflow's id. */
  public Identifier id() {
    return template.getId();
  }

  /** Whether other nodes go on after one has failed for good. */
  public boolean finishesWhatCanRun() {
    return template.getMetadata().getOnFailure()
        == OnFailurePolicy.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE;
  }

  /** The bindings whose values are a node's inputs; the workflow's outputs for the end node. */
  public List<Binding> bindings(int number) {
    var node = nodes.get(number);
    if (node.getId().equals(END) && node.getInputsCount() == 0) {
      return template.getOutputsList();
    }
    return node.getInputsList();
  }

  /** What a node is. */
  public NodeKind kind(int number) {
    var node = nodes.get(number);
    if (node.getId().equals(START)) {
      return NodeKind.START;
    }
    if (node.getId().equals(END)) {
      return NodeKind.END;
    }
    return switch (node.getTargetCase()) {
      case TASK_NODE -> NodeKind.TASK;
      case WORKFLOW_NODE ->
          node.getWorkflowNode().hasLaunchplanRef() ? NodeKind.LAUNCH_PLAN : NodeKind.SUBWORKFLOW;
      case BRANCH_NODE -> NodeKind.BRANCH;
      case GATE_NODE -> NodeKind.GATE;
      case ARRAY_NODE -> NodeKind.ARRAY;
      case TARGET_NOT_SET ->
          throw new IllegalStateException(
              "workflow %s: node '%s' has no target"
                  .formatted(template.getId().getName(), node.getId()));
    };
  }

  /** Whether the workflow names a node that runs when it fails. */
  public boolean hasFailureNode() {
    return template.hasFailureNode();
  }
}
