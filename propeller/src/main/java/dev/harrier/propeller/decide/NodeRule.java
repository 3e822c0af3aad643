package dev.harrier.propeller.decide;

import dev.harrier.spi.NodeKind;
import dev.harrier.spi.NodeRow;
import flyteidl.core.Literals.LiteralMap;

/**
 * What a kind of node does when it is reached, and when it must stop. One rule for each kind; retry
 * and timeouts of attempts are rules that the task's rule calls.
 *
 * <p>To add a kind: a rule here, its line in {@link Decider#rule}, its capability in
 * ExecutionGraph's list of what is run. The simulation proves it once its random graphs hold such a
 * node.
 */
sealed interface NodeRule permits BoundaryRule, TaskRule, SubworkflowRule, LaunchPlanRule {

  /** The node's upstream nodes are done and its inputs are resolved; it has no row yet. */
  void begin(Decision decision, Frame frame, int number, LiteralMap inputs);

  /**
   * What runs for the node is to be stopped; its own row is written by the caller. Nodes inside it
   * have been stopped before.
   */
  void stop(Decision decision, NodeRow node, String reason);

  /** The kinds that it is for. */
  boolean handles(NodeKind kind);
}
