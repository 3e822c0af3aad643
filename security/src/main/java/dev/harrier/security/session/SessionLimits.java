package dev.harrier.security.session;

import java.time.Duration;

/**
 * How long a session is good.
 *
 * @param idle without being used
 * @param absolute however much it is used
 * @param recheck after which the provider is asked whether it still vouches, if it gave the means
 */
public record SessionLimits(Duration idle, Duration absolute, Duration recheck) {
  /** Half a day, a week, five minutes. */
  public static final SessionLimits DEFAULTS =
      new SessionLimits(Duration.ofHours(12), Duration.ofDays(7), Duration.ofMinutes(5));

  public SessionLimits {
    if (!idle.isPositive() || !recheck.isPositive() || absolute.compareTo(idle) < 0) {
      throw new IllegalArgumentException(
          "sessions: expected 0 < idle <= absolute and recheck > 0, got %s, %s, %s"
              .formatted(idle, absolute, recheck));
    }
  }
}
