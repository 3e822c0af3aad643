package dev.harrier.propeller.decide;

import dev.harrier.propeller.graph.WorkflowGraph;

/**
 * One run of a workflow's graph within an execution: the workflow itself, or a subworkflow under
 * its node.
 */
final class Frame {
  /** Path of the subworkflow's node; empty for the workflow itself. */
  final String parent;

  final int retryGroup;
  final WorkflowGraph graph;

  /** For each node, how many upstream nodes are not done yet. */
  final int[] waiting;

  /** Nodes with a row in a phase that is not terminal. */
  int open;

  Frame(String parent, int retryGroup, WorkflowGraph graph) {
    this.parent = parent;
    this.retryGroup = retryGroup;
    this.graph = graph;
    this.waiting = graph.upstreamCounts();
  }

  /** The path of one of its nodes, as clients know it. */
  String path(String specNodeId) {
    return parent.isEmpty() ? specNodeId : parent + "-" + retryGroup + "-" + specNodeId;
  }

  String path(int number) {
    return path(graph.node(number).getId());
  }
}
