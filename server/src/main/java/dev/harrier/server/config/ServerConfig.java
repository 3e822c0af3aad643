package dev.harrier.server.config;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Set;

/**
 * The ports and their limits.
 *
 * @param address to listen on; until there is TLS, only loopback
 * @param port of the API, 0 for any that is free
 * @param metricsPort of metrics and readiness, 0 for any that is free
 * @param callTimeout of a call whose client names no deadline
 * @param drainTimeout how long a stop waits for calls that are under way
 * @param callsMax served at once
 * @param requestBytesMax of one request of the API
 * @param answerBytesMax of one answer; pyflyte takes 20 MiB
 */
public record ServerConfig(
    String address,
    int port,
    int metricsPort,
    Duration callTimeout,
    Duration drainTimeout,
    int callsMax,
    long requestBytesMax,
    long answerBytesMax) {
  private static final int PORT_MAX = 65_535;
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");

  /** Port 30080 is where pyflyte looks if nothing is configured. */
  public static final ServerConfig DEFAULTS =
      new ServerConfig(
          "localhost",
          30_080,
          10_254,
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          2_048,
          10L << 20,
          20L << 20);

  public ServerConfig {
    requireNonNull(address, "address");
    requireNonNull(callTimeout, "callTimeout");
    requireNonNull(drainTimeout, "drainTimeout");
    if (!LOOPBACK.contains(address)) {
      throw new ConfigurationException(
          "server.address: expected localhost, 127.0.0.1 or ::1, found '%s'. Harrier serves no TLS yet, so it does not listen where others could read along."
              .formatted(address));
    }
    checkPort("server.port", port);
    checkPort("server.metricsPort", metricsPort);
    if (port != 0 && port == metricsPort) {
      throw new ConfigurationException(
          "server.metricsPort: expected another port than server.port, found %s for both"
              .formatted(port));
    }
    if (!callTimeout.isPositive() || drainTimeout.isNegative()) {
      throw new ConfigurationException(
          "server: expected callTimeout > 0 and drainTimeout >= 0, found %s and %s"
              .formatted(callTimeout, drainTimeout));
    }
    if (callsMax < 1) {
      throw new ConfigurationException(
          "server.callsMax: expected at least 1, found %s".formatted(callsMax));
    }
    if (requestBytesMax < 1 || answerBytesMax < 1 || answerBytesMax > Integer.MAX_VALUE) {
      throw new ConfigurationException(
          "server: expected requestBytesMax and answerBytesMax from 1 to %s, found %s and %s"
              .formatted(Integer.MAX_VALUE, requestBytesMax, answerBytesMax));
    }
  }

  private static void checkPort(String name, int port) {
    if (port < 0 || port > PORT_MAX) {
      throw new ConfigurationException(
          "%s: expected 0 to %s, found %s".formatted(name, PORT_MAX, port));
    }
  }
}
