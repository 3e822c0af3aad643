package dev.harrier.propeller.decide;

import dev.harrier.spi.NodeKind;
import dev.harrier.spi.NodeRow;
import flyteidl.core.Literals.LiteralMap;

/**
 * The start node puts out the workflow's inputs, the end node its outputs; both are done at once.
 */
record BoundaryRule() implements NodeRule {
  @Override
  public void begin(Decision decision, Frame frame, int number, LiteralMap inputs) {
    var kind = frame.graph.kind(number);
    var stored = kind == NodeKind.START ? LiteralMap.getDefaultInstance() : inputs;
    var node =
        decision.put(
            NodeEdit.fresh(frame, number, kind, 0, LiteralMap.getDefaultInstance(), decision.now())
                .succeeded(stored));
    if (kind == NodeKind.END) {
      Endings.frameSucceeded(decision, frame, node.outputs().orElseThrow());
    }
  }

  @Override
  public void stop(Decision decision, NodeRow node, String reason) {
    throw new IllegalStateException("node %s: is over as soon as it begins".formatted(node.path()));
  }

  @Override
  public boolean handles(NodeKind kind) {
    return kind == NodeKind.START || kind == NodeKind.END;
  }
}
