package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import flyteidl.core.Literals.LiteralMap;
import java.time.Instant;
import java.util.Optional;

/**
 * One node of an execution, whole, as the engine last wrote it: what the API reads and what the
 * engine recovers from.
 *
 * @param path unique within the execution; see {@link NodeId#path}
 * @param parent path of the node that contains this one; empty at the top
 * @param specNodeId the node's id in its workflow
 * @param retryGroup attempt of the parent that this node belongs to, 0-based; 0 at the top
 * @param attempt number of the current attempt, 0-based; -1 before the first
 * @param inputs resolved when the node became ready; never changes
 * @param outputs present once SUCCEEDED
 * @param failure present while FAILING and once FAILED or TIMED_OUT
 * @param child the execution of a launch plan node, once admin has created it
 * @param state the engine's own, opaque and versioned
 * @param revision 1 for the inserted row, one more with each update; an update of another revision
 *     is refused
 */
public record NodeRow(
    String path,
    String parent,
    String specNodeId,
    NodeKind kind,
    int retryGroup,
    NodePhase phase,
    int attempt,
    Instant createdAt,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    Instant updatedAt,
    LiteralMap inputs,
    Optional<LiteralMap> outputs,
    Optional<Failure> failure,
    Optional<ExecutionId> child,
    ByteString state,
    int revision) {
  public NodeRow {
    requireNonNull(path, "path");
    requireNonNull(parent, "parent");
    requireNonNull(specNodeId, "specNodeId");
    requireNonNull(kind, "kind");
    requireNonNull(phase, "phase");
    requireNonNull(createdAt, "createdAt");
    requireNonNull(startedAt, "startedAt");
    requireNonNull(endedAt, "endedAt");
    requireNonNull(updatedAt, "updatedAt");
    requireNonNull(inputs, "inputs");
    requireNonNull(outputs, "outputs");
    requireNonNull(failure, "failure");
    requireNonNull(child, "child");
    requireNonNull(state, "state");
  }
}
