package dev.harrier.propeller.loop;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A moment on the monotonic clock, so that a wall clock set back puts nothing off. It has passed
 * when it is made. For one thread.
 */
final class Due {
  private final LongSupplier nanos;
  private long at;

  Due(LongSupplier nanos) {
    this.nanos = nanos;
    this.at = nanos.getAsLong();
  }

  /** Sets it to that long from now. */
  void in(Duration wait) {
    at = nanos.getAsLong() + wait.toNanos();
  }

  boolean passed() {
    return at - nanos.getAsLong() <= 0;
  }

  /** How long until it has passed; negative if it has. */
  Duration left() {
    return Duration.ofNanos(at - nanos.getAsLong());
  }
}
