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
    return asked.isEmpty() ? max : checked(asked.get(), max);
  }

  private static java.time.Duration checked(Duration asked, java.time.Duration max) {
    var seconds = asked.getSeconds();
    var nanos = asked.getNanos();
    if (seconds < 0 || nanos < 0 || nanos > NANOS_MAX || (seconds == 0 && nanos == 0)) {
      throw Rejection.invalid(
          "expiresIn is invalid: expected more than 0s, got %s seconds and %s nanoseconds",
          seconds, nanos);
    }
    var lifetime = java.time.Duration.ofSeconds(seconds, nanos);
    if (lifetime.compareTo(max) > 0) {
      throw Rejection.invalid(
          "expiresIn [%s] cannot exceed max allowed expiration [%s]", lifetime, max);
    }
    return lifetime;
  }
}
