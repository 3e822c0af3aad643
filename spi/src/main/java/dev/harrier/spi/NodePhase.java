package dev.harrier.spi;

import java.util.EnumSet;
import java.util.Set;

/** The life of a node; a node without a row has not been reached. */
public enum NodePhase implements Phase<NodePhase> {
  /** Ready: its upstream nodes are done. It waits for parallelism, a slot or its next attempt. */
  QUEUED(1),
  RUNNING(2),
  SUCCEEDED(3),
  /** Failed for good, while nodes below it are still being stopped. */
  FAILING(4),
  FAILED(5),
  ABORTED(6),
  SKIPPED(7),
  TIMED_OUT(8);

  private final int number;

  NodePhase(int number) {
    this.number = number;
  }

  /**
   * The number of the phase in Flyte's {@code NodeExecution.Phase}, which is also what rows hold.
   */
  @Override
  public int number() {
    return number;
  }

  /** The phase with that number. */
  public static NodePhase of(int number) {
    for (var phase : values()) {
      if (phase.number == number) {
        return phase;
      }
    }
    throw new IllegalArgumentException("node phase: no phase has the number " + number);
  }

  /** The phases that may directly follow; a node that retries goes back to QUEUED. */
  @Override
  public Set<NodePhase> next() {
    return switch (this) {
      case QUEUED -> EnumSet.of(RUNNING, SUCCEEDED, FAILING, FAILED, ABORTED, SKIPPED, TIMED_OUT);
      case RUNNING -> EnumSet.of(QUEUED, SUCCEEDED, FAILING, FAILED, ABORTED, TIMED_OUT);
      case FAILING -> EnumSet.of(FAILED, ABORTED, TIMED_OUT);
      case SUCCEEDED, FAILED, ABORTED, SKIPPED, TIMED_OUT -> EnumSet.noneOf(NodePhase.class);
    };
  }
}
