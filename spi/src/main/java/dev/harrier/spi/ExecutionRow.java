package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

import flyteidl.core.Literals.LiteralMap;
import java.time.Instant;
import java.util.Optional;

/**
 * The engine's columns of an execution; admin writes the others.
 *
 * @param outputs present once SUCCEEDED
 * @param failure present while FAILING and once FAILED or TIMED_OUT
 * @param abort present from the moment that the engine took up an abort
 * @param revision 0 for the row that admin inserted, one more with each of the engine's updates
 */
public record ExecutionRow(
    ExecutionPhase phase,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    Instant updatedAt,
    Optional<LiteralMap> outputs,
    Optional<Failure> failure,
    Optional<Command.Abort> abort,
    int revision) {
  public ExecutionRow {
    requireNonNull(phase, "phase");
    requireNonNull(startedAt, "startedAt");
    requireNonNull(endedAt, "endedAt");
    requireNonNull(updatedAt, "updatedAt");
    requireNonNull(outputs, "outputs");
    requireNonNull(failure, "failure");
    requireNonNull(abort, "abort");
  }
}
