package dev.harrier.propeller.decide;

import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionPhase;
import dev.harrier.spi.ExecutionRow;
import dev.harrier.spi.Failure;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.NodeRow;
import dev.harrier.spi.TimerRow;
import flyteidl.core.Literals.LiteralMap;
import java.util.Optional;

/** How nodes, frames and executions end. */
final class Endings {
  private Endings() {}

  /** A node is done. */
  static void complete(Decision decision, NodeRow node, LiteralMap outputs) {
    decision.put(new NodeEdit(node, decision.now()).succeeded(outputs));
  }

  /** A frame's end node is done. */
  static void frameSucceeded(Decision decision, Frame frame, LiteralMap outputs) {
    if (frame.parent.isEmpty()) {
      if (decision.state().row().phase() == ExecutionPhase.RUNNING) {
        finish(decision, ExecutionPhase.SUCCEEDED, Optional.of(outputs), Optional.empty());
      }
      return;
    }
    var node = decision.state().node(frame.parent).orElseThrow();
    decision.clear(node.path(), TimerRow.Kind.NODE_TIMEOUT);
    complete(decision, node, outputs);
  }

  /**
   * A node failed for good; so does the frame that it is in, once what runs there has been stopped
   * or is done.
   */
  static void fail(Decision decision, NodeRow node, NodePhase phase, Failure failure) {
    decision.put(new NodeEdit(node, decision.now()).failed(phase, failure));
    var state = decision.state();
    if (node.parent().isEmpty()) {
      var row = state.row();
      if (row.phase() == ExecutionPhase.RUNNING) {
        decision.put(
            row(
                decision,
                ExecutionPhase.FAILING,
                Optional.empty(),
                Optional.of(failure),
                row.abort()));
      }
      return;
    }
    var parent = state.node(node.parent()).orElseThrow();
    if (parent.phase() != NodePhase.FAILING) {
      decision.put(new NodeEdit(parent, decision.now()).failed(NodePhase.FAILING, failure));
    }
  }

  /** The execution comes to its end, and with it its timers; a parent is told. */
  static void finish(
      Decision decision,
      ExecutionPhase phase,
      Optional<LiteralMap> outputs,
      Optional<Failure> failure) {
    var state = decision.state();
    decision.put(row(decision, phase, outputs, failure, state.row().abort()));
    state.timers().forEach(timer -> decision.clear(timer.nodePath(), timer.kind()));
    state
        .record()
        .parent()
        .ifPresent(
            parent ->
                decision.post(
                    parent.execution().id(),
                    new Command.ChildEnded(
                        parent.nodePath(),
                        state.ref().id(),
                        phase,
                        outputs.orElse(LiteralMap.getDefaultInstance()),
                        failure)));
  }

  /** The execution's row with another phase. */
  static ExecutionRow row(
      Decision decision,
      ExecutionPhase phase,
      Optional<LiteralMap> outputs,
      Optional<Failure> failure,
      Optional<Command.Abort> abort) {
    var old = decision.state().row();
    var begun = phase != ExecutionPhase.QUEUED;
    return new ExecutionRow(
        phase,
        old.startedAt().or(() -> begun ? Optional.of(decision.now()) : Optional.empty()),
        phase.terminal() ? Optional.of(decision.now()) : Optional.empty(),
        decision.now(),
        outputs,
        failure,
        abort,
        old.revision());
  }
}
