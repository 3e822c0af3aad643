package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A point in time at which the engine looks at a node again.
 *
 * @param nodePath the node's; empty for the whole execution
 * @param kind one timer of each kind per node
 * @param attempt the attempt that it was set for; a timer of an older attempt is dropped
 */
public record TimerRow(String nodePath, Kind kind, int attempt, Instant dueAt) {
  public TimerRow {
    requireNonNull(nodePath, "nodePath");
    requireNonNull(kind, "kind");
    requireNonNull(dueAt, "dueAt");
  }

  /** What the timer is for. Rows hold the name. */
  public enum Kind {
    /** The execution's own time limit. */
    EXECUTION_TIMEOUT,
    /** The time limit of a subworkflow or launch plan node; tasks have theirs for each attempt. */
    NODE_TIMEOUT,
    /** One attempt's limit. */
    ATTEMPT_TIMEOUT,
    /** The next attempt may begin. */
    RETRY
  }
}
