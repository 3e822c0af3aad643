package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

/** A timer with the execution that it belongs to. */
public record DueTimer(ExecutionRef ref, TimerRow timer) {
  public DueTimer {
    requireNonNull(ref, "ref");
    requireNonNull(timer, "timer");
  }
}
