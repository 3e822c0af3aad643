package dev.harrier.server.config;

/**
 * How much one caller may ask for, so that one loop gone wild does not take the server from all.
 *
 * @param callsPerSecond of one user or client that logged in, over time
 * @param burst how many calls it may make at once after a pause
 * @param anonymousCallsPerSecond of all that did not log in from one address, over time
 * @param anonymousBurst how many of these at once after a pause
 * @param connections of one address at once; those of this machine are not counted
 */
public record CallerLimits(
    int callsPerSecond,
    int burst,
    int anonymousCallsPerSecond,
    int anonymousBurst,
    int connections) {
  /**
   * Hundreds of tasks that poll once a second under one login fit, and an office behind one
   * address.
   */
  public static final CallerLimits DEFAULTS = new CallerLimits(2_000, 10_000, 200, 2_000, 1_000);

  public CallerLimits {
    check("callsPerSecond", callsPerSecond);
    check("burst", burst);
    check("anonymousCallsPerSecond", anonymousCallsPerSecond);
    check("anonymousBurst", anonymousBurst);
    check("connections", connections);
  }

  private static void check(String name, int value) {
    if (value < 1) {
      throw new ConfigurationException(
          "server.callerLimits.%s: expected at least 1, found %s".formatted(name, value));
    }
  }
}
