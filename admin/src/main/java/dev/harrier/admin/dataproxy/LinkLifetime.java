package dev.harrier.admin.dataproxy;

import com.google.protobuf.Duration;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.util.Optional;

/** How long a caller wants a signed link to be good for. */
final class LinkLifetime {
  private static final int NANOS_MAX = 999_999_999;

  private LinkLifetime() {}

  /**
   * What was asked for, or the longest that is allowed.
   *
   * @throws RejectedException if it is none, or too long
   */
  static java.time.Duration of(Optional<Duration> asked, java.time.Duration max) {
    if (asked.isEmpty()) {
      return max;
    }
    var seconds = asked.get().getSeconds();
    var nanos = asked.get().getNanos();
    // Seconds beyond the limit are told before the sum is made: it could overflow.
    if (seconds < 0 || nanos < 0 || nanos > NANOS_MAX || (seconds == 0 && nanos == 0)) {
      throw Rejection.invalid(
          "expiresIn is invalid: expected more than 0s, got %s seconds and %s nanoseconds",
          seconds, nanos);
    }
    if (seconds > max.getSeconds()
        || max.compareTo(java.time.Duration.ofSeconds(seconds, nanos)) < 0) {
      throw Rejection.invalid(
          "expiresIn [%ss] cannot exceed max allowed expiration [%ss]", seconds, max.getSeconds());
    }
    return java.time.Duration.ofSeconds(seconds, nanos);
  }
}
