package dev.harrier.propeller.decide;

import com.google.protobuf.Duration;
import dev.harrier.spi.NodeKind;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.NodeRow;
import dev.harrier.spi.TimerRow;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Workflow.Node;
import java.time.Instant;

/** A subworkflow: its row opens a frame in which the nodes of its own graph run. */
record SubworkflowRule() implements NodeRule {
  @Override
  public void begin(Decision decision, Frame frame, int number, LiteralMap inputs) {
    var node =
        decision.put(
            NodeEdit.fresh(frame, number, NodeKind.SUBWORKFLOW, 0, inputs, decision.now())
                .phase(NodePhase.RUNNING));
    setTimeout(decision, node, frame.graph.node(number));
  }

  /** Sets the timer of a node whose author limited its time. */
  static void setTimeout(Decision decision, NodeRow node, Node spec) {
    var limit = spec.getMetadata().getTimeout();
    if (!limit.equals(Duration.getDefaultInstance())) {
      decision.set(
          new TimerRow(
              node.path(), TimerRow.Kind.NODE_TIMEOUT, node.attempt(), after(decision, limit)));
    }
  }

  static Instant after(Decision decision, Duration limit) {
    return decision.now().plusSeconds(limit.getSeconds()).plusNanos(limit.getNanos());
  }

  @Override
  public void stop(Decision decision, NodeRow node, String reason) {
    decision.clear(node.path(), TimerRow.Kind.NODE_TIMEOUT);
  }

  @Override
  public boolean handles(NodeKind kind) {
    return kind == NodeKind.SUBWORKFLOW;
  }
}
