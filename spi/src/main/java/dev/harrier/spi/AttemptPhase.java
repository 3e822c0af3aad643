package dev.harrier.spi;

import java.util.EnumSet;
import java.util.Set;

/** The life of one attempt of a task. */
public enum AttemptPhase implements Phase<AttemptPhase> {
  QUEUED(1),
  RUNNING(2),
  SUCCEEDED(3),
  ABORTED(4),
  FAILED(5);

  private final int number;

  AttemptPhase(int number) {
    this.number = number;
  }

  /**
   * The number of the phase in Flyte's {@code TaskExecution.Phase}, which is also what rows hold.
   */
  @Override
  public int number() {
    return number;
  }

  /** The phase with that number. */
  public static AttemptPhase of(int number) {
    for (var phase : values()) {
      if (phase.number == number) {
        return phase;
      }
    }
    throw new IllegalArgumentException("attempt phase: no phase has the number " + number);
  }

  /** The phases that may directly follow. */
  @Override
  public Set<AttemptPhase> next() {
    return switch (this) {
      case QUEUED -> EnumSet.of(RUNNING, SUCCEEDED, FAILED, ABORTED);
      case RUNNING -> EnumSet.of(SUCCEEDED, FAILED, ABORTED);
      case SUCCEEDED, ABORTED, FAILED -> EnumSet.noneOf(AttemptPhase.class);
    };
  }
}
