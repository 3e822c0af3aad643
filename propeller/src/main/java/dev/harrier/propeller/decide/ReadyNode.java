package dev.harrier.propeller.decide;

import java.util.Comparator;

/**
 * A node whose upstream nodes are done and that has no row yet. Ordered as the graph has them, so
 * that a state read from rows starts the same node next.
 */
record ReadyNode(String frame, int number) implements Comparable<ReadyNode> {
  private static final Comparator<ReadyNode> ORDER =
      Comparator.comparing(ReadyNode::frame).thenComparing(ReadyNode::number);

  @Override
  public int compareTo(ReadyNode other) {
    return ORDER.compare(this, other);
  }
}
