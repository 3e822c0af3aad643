package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * One attempt of a task node, whole, as the engine last wrote it.
 *
 * @param nodePath the node's
 * @param number 0-based
 * @param host where it runs, as its runtime named it; empty until it started
 * @param logUri where its output can be read; empty until it started
 * @param failure present once FAILED
 * @param released whether the runtime was told that the result is recorded, so that it may forget
 *     the attempt; until then taking the shard asks the runtime about it again
 * @param revision 1 for the inserted row, one more with each update
 */
public record AttemptRow(
    String nodePath,
    int number,
    AttemptPhase phase,
    Instant createdAt,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    Instant updatedAt,
    String host,
    String logUri,
    Optional<Failure> failure,
    boolean released,
    int revision) {
  public AttemptRow {
    requireNonNull(nodePath, "nodePath");
    requireNonNull(phase, "phase");
    requireNonNull(createdAt, "createdAt");
    requireNonNull(startedAt, "startedAt");
    requireNonNull(endedAt, "endedAt");
    requireNonNull(updatedAt, "updatedAt");
    requireNonNull(host, "host");
    requireNonNull(logUri, "logUri");
    requireNonNull(failure, "failure");
  }

  /** The same as its runtime was told to forget it, or not yet. */
  public AttemptRow withReleased(boolean newReleased) {
    return with(newReleased, revision);
  }

  /** The same as it is written next. */
  public AttemptRow withRevision(int newRevision) {
    return with(released, newRevision);
  }

  private AttemptRow with(boolean newReleased, int newRevision) {
    return new AttemptRow(
        nodePath,
        number,
        phase,
        createdAt,
        startedAt,
        endedAt,
        updatedAt,
        host,
        logUri,
        failure,
        newReleased,
        newRevision);
  }
}
