package dev.harrier.admin.dataproxy;

import java.time.Duration;

/**
 * How long signed links may be good for.
 *
 * @param uploadLifetimeMax the longest for writing, and what a caller gets who does not ask
 * @param downloadLifetimeMax the same for reading
 */
public record DataProxySettings(Duration uploadLifetimeMax, Duration downloadLifetimeMax) {
  /** An hour each, as in Flyte. */
  public static final DataProxySettings DEFAULT =
      new DataProxySettings(Duration.ofHours(1), Duration.ofHours(1));

  public DataProxySettings {
    check(uploadLifetimeMax, "uploadLifetimeMax");
    check(downloadLifetimeMax, "downloadLifetimeMax");
  }

  private static void check(Duration lifetime, String name) {
    if (!lifetime.isPositive()) {
      throw new IllegalArgumentException(
          "%s: expected more than 0, got %s".formatted(name, lifetime));
    }
  }
}
