package dev.harrier.propeller.decide;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.harrier.idl.engine.v1.NodeState;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.Failure;
import dev.harrier.spi.NodeKind;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.NodeRow;
import flyteidl.core.Literals.LiteralMap;
import java.time.Instant;
import java.util.Optional;

/** A node's row on its way to the next one; times follow from the phase. */
final class NodeEdit {
  private final NodeRow from;
  private final Instant now;
  private NodePhase phase;
  private int attempt;
  private Optional<LiteralMap> outputs;
  private Optional<Failure> failure;
  private Optional<ExecutionId> child;
  private ByteString state;

  NodeEdit(NodeRow from, Instant now) {
    this.from = from;
    this.now = now;
    this.phase = from.phase();
    this.attempt = from.attempt();
    this.outputs = from.outputs();
    this.failure = from.failure();
    this.child = from.child();
    this.state = from.state();
  }

  /** A node that was not reached before. */
  static NodeEdit fresh(
      Frame frame, int number, NodeKind kind, int attempt, LiteralMap inputs, Instant now) {
    var row =
        new NodeRow(
            frame.path(number),
            frame.parent,
            frame.graph.node(number).getId(),
            kind,
            frame.retryGroup,
            NodePhase.QUEUED,
            attempt,
            now,
            Optional.empty(),
            Optional.empty(),
            now,
            inputs,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            ByteString.EMPTY,
            1);
    return new NodeEdit(row, now);
  }

  NodeEdit phase(NodePhase next) {
    phase = next;
    return this;
  }

  NodeEdit attempt(int number) {
    attempt = number;
    return this;
  }

  NodeEdit succeeded(LiteralMap values) {
    phase = NodePhase.SUCCEEDED;
    outputs = Optional.of(values);
    return this;
  }

  NodeEdit failed(NodePhase next, Failure why) {
    phase = next;
    failure = Optional.of(why);
    return this;
  }

  NodeEdit child(ExecutionId id) {
    child = Optional.of(id);
    return this;
  }

  NodeEdit state(NodeState next) {
    state = next.toByteString();
    return this;
  }

  NodeRow row() {
    var begun = phase != NodePhase.QUEUED && phase != NodePhase.SKIPPED;
    var startedAt = from.startedAt().or(() -> begun ? Optional.of(now) : Optional.empty());
    var endedAt = phase.terminal() ? Optional.of(now) : Optional.<Instant>empty();
    return new NodeRow(
        from.path(),
        from.parent(),
        from.specNodeId(),
        from.kind(),
        from.retryGroup(),
        phase,
        attempt,
        from.createdAt(),
        startedAt,
        endedAt,
        now,
        from.inputs(),
        outputs,
        failure,
        child,
        state,
        from.revision());
  }

  /** The engine's own part of a row. */
  static NodeState state(NodeRow row) {
    if (row.state().isEmpty()) {
      return NodeState.newBuilder().setVersion(1).build();
    }
    try {
      return NodeState.parseFrom(row.state());
    } catch (InvalidProtocolBufferException broken) {
      throw new IllegalStateException(
          "node %s: its engine state is broken".formatted(row.path()), broken);
    }
  }
}
