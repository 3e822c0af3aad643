package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

/**
 * An attempt that its runtime was not yet told to forget, with the execution that it belongs to.
 */
public record HeldAttempt(ExecutionRef ref, AttemptRow attempt) {
  public HeldAttempt {
    requireNonNull(ref, "ref");
    requireNonNull(attempt, "attempt");
  }

  /** The attempt's name. */
  public AttemptId id() {
    return new AttemptId(new NodeId(ref.id(), attempt.nodePath()), attempt.number());
  }
}
