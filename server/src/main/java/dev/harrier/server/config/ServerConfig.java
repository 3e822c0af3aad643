package dev.harrier.server.config;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.WebAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The ports and their limits.
 *
 * @param address to listen on: {@code localhost}, or an address of this machine; one that others
 *     reach needs TLS
 * @param port of the API, 0 for any that is free
 * @param metricsPort of metrics and readiness, 0 for any that is free
 * @param callTimeout the longest that a call may take; a client may end its own before
 * @param drainTimeout how long a stop waits for calls that are under way
 * @param callsMax served at once
 * @param requestBytesMax of one request of the API
 * @param answerBytesMax of one answer; pyflyte takes 20 MiB
 * @param callerLimits how much one caller may ask for
 * @param url under which clients reach the server, without a path: it is in tokens and links;
 *     without it the address and port
 * @param internal the port that propellers of their own processes call
 * @param security TLS, and what browsers may do
 */
public record ServerConfig(
    String address,
    int port,
    int metricsPort,
    Duration callTimeout,
    Duration drainTimeout,
    int callsMax,
    long requestBytesMax,
    long answerBytesMax,
    CallerLimits callerLimits,
    Optional<String> url,
    InternalConfig internal,
    SecurityConfig security) {
  private static final int PORT_MAX = 65_535;
  private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::");
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
          20L << 20,
          CallerLimits.DEFAULTS,
          Optional.empty(),
          InternalConfig.DEFAULTS,
          SecurityConfig.DEFAULTS);

  public ServerConfig {
    requireNonNull(address, "address");
    requireNonNull(callTimeout, "callTimeout");
    requireNonNull(drainTimeout, "drainTimeout");
    requireNonNull(callerLimits, "callerLimits");
    requireNonNull(security, "security");
    requireNonNull(internal, "internal");
    checkAddress("server.address", address, security.secure());
    checkAddress("server.internal.address", internal.address(), security.secure());
    checkPort("server.internal.port", internal.port());
    url.ifPresent(text -> checkUrl(text, security.secure()));
    if (url.isEmpty() && WILDCARDS.contains(address)) {
      throw new ConfigurationException(
          "server.url: expected the address under which clients reach this server, e.g. https://flyte.example.org:%s, as it listens on all addresses (%s), found none"
              .formatted(port, address));
    }
    checkPort("server.security.redirectPort", security.redirectPort());
    if (security.redirectPort() != 0
        && (security.redirectPort() == port || security.redirectPort() == metricsPort)) {
      throw new ConfigurationException(
          "server.security.redirectPort: expected another port than server.port and server.metricsPort, found %s twice"
              .formatted(security.redirectPort()));
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

  /** Whether only this machine reaches the API. */
  public boolean onLoopback() {
    return LOOPBACK.contains(address);
  }

  /** Whether only this machine reaches the internal port, where there is one. */
  public boolean internalOnLoopback() {
    return LOOPBACK.contains(internal.address());
  }

  private static void checkAddress(String name, String address, boolean secure) {
    if (LOOPBACK.contains(address)) {
      return;
    }
    if (!secure) {
      throw new ConfigurationException(
          "%s: expected localhost, 127.0.0.1 or ::1, found '%s'. Where others could read along Harrier listens with TLS only: make a certificate with 'harrier tls init' and start with '--tls', or set server.security.secure and server.security.ssl."
              .formatted(name, address));
    }
    try {
      var unused = InetAddress.ofLiteral(address);
    } catch (IllegalArgumentException noDigits) {
      throw new ConfigurationException(
          "%s: expected localhost or an address in digits, e.g. 0.0.0.0 for all of this machine, found '%s'. The name that clients use belongs into server.url."
              .formatted(name, address));
    }
  }

  private static void checkUrl(String text, boolean secure) {
    var uri =
        WebAddress.parseOrigin(text)
            .orElseThrow(
                () ->
                    new ConfigurationException(
                        "server.url: expected https://name or https://name:port and nothing behind it, found '%s'"
                            .formatted(text)));
    var https = "https".equals(uri.getScheme());
    if (secure && !https) {
      throw new ConfigurationException(
          "server.url: expected https, as the server speaks TLS, found '%s'".formatted(text));
    }
    if (!https && !WebAddress.ofThisMachine(uri.getHost())) {
      throw new ConfigurationException(
          "server.url: expected https, with TLS here (server.security.secure) or in a proxy before it, found '%s': passwords and tokens would be sent there in the clear"
              .formatted(text));
    }
  }

  private static void checkPort(String name, int port) {
    if (port < 0 || port > PORT_MAX) {
      throw new ConfigurationException(
          "%s: expected 0 to %s, found %s".formatted(name, PORT_MAX, port));
    }
  }
}
