package dev.harrier.audit.sink;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long a receiver has been behind a log that grows: remembers how far the log was at one
 * moment, until the receiver is there.
 */
final class Lag {
  private final LongSupplier nanos;
  private long target;
  private long targetNanos;

  Lag(LongSupplier nanos) {
    this.nanos = requireNonNull(nanos, "nanos");
    this.targetNanos = nanos.getAsLong();
  }

  /**
   * Since when at least a record waits; zero if none does.
   *
   * @param written the last record of the log
   * @param delivered the last one that the receiver has
   */
  synchronized Duration of(long written, long delivered) {
    var now = nanos.getAsLong();
    if (delivered >= target) {
      target = written;
      targetNanos = now;
    }
    return delivered >= written ? Duration.ZERO : Duration.ofNanos(now - targetNanos);
  }
}
