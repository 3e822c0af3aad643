package dev.harrier.spi;

import java.util.EnumSet;
import java.util.Set;

/**
 * The life of an execution. ABORTING is not among them: it is projected on read from a requested
 * abort.
 */
public enum ExecutionPhase implements Phase<ExecutionPhase> {
  /** Created; the engine has not taken it up yet. Shown as UNDEFINED until it does. */
  QUEUED(1),
  RUNNING(2),
  /** A node failed for good; what still runs is being stopped or awaited. */
  FAILING(5),
  SUCCEEDED(4),
  FAILED(6),
  ABORTED(7),
  TIMED_OUT(8);

  private final int number;

  ExecutionPhase(int number) {
    this.number = number;
  }

  /**
   * The number of the phase in Flyte's {@code WorkflowExecution.Phase}, which is also what rows
   * hold.
   */
  @Override
  public int number() {
    return number;
  }

  /** The phase with that number. */
  public static ExecutionPhase of(int number) {
    for (var phase : values()) {
      if (phase.number == number) {
        return phase;
      }
    }
    throw new IllegalArgumentException("execution phase: no phase has the number " + number);
  }

  /** The phases that may directly follow. */
  @Override
  public Set<ExecutionPhase> next() {
    return switch (this) {
      case QUEUED -> EnumSet.of(RUNNING, FAILING, FAILED, ABORTED, TIMED_OUT);
      case RUNNING -> EnumSet.of(FAILING, SUCCEEDED, FAILED, ABORTED, TIMED_OUT);
      case FAILING -> EnumSet.of(FAILED, ABORTED, TIMED_OUT);
      case SUCCEEDED, FAILED, ABORTED, TIMED_OUT -> EnumSet.noneOf(ExecutionPhase.class);
    };
  }
}
