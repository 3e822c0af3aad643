package dev.harrier.database;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How to reach a database, and how much of it to use.
 *
 * @param jdbcUrl without user and password
 * @param user empty if the URL or the machine says it
 * @param password empty if none is asked for
 * @param properties of the driver, over those in the URL
 * @param apiConnections of the pool that answers calls, at most
 * @param engineConnections of the pool that the journal uses, at most
 * @param statementTimeout after which the server gives a statement up
 * @param idleInTransactionTimeout after which the server ends a connection that holds a transaction
 *     open and does nothing
 */
public record DatabaseSettings(
    String jdbcUrl,
    String user,
    String password,
    Map<String, String> properties,
    int apiConnections,
    int engineConnections,
    Duration statementTimeout,
    Duration idleInTransactionTimeout) {
  /** Connections for calls unless told otherwise. */
  public static final int API_CONNECTIONS = 16;

  /** Connections for the journal unless told otherwise. */
  public static final int ENGINE_CONNECTIONS = 8;

  /** Statement timeout unless told otherwise. */
  public static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(20);

  /** Timeout of an idle transaction unless told otherwise. */
  public static final Duration IDLE_IN_TRANSACTION_TIMEOUT = Duration.ofSeconds(20);

  /** The server and database without what follows, which may hold more than a place. */
  String place() {
    return jdbcUrl.split("\\?", 2)[0];
  }

  public DatabaseSettings {
    requireNonNull(jdbcUrl, "jdbcUrl");
    requireNonNull(user, "user");
    requireNonNull(password, "password");
    properties = Map.copyOf(properties);
    if (apiConnections < 1 || engineConnections < 1) {
      throw new IllegalArgumentException(
          "connections of the database: expected at least 1 for calls and for the engine, got %d and %d"
              .formatted(apiConnections, engineConnections));
    }
    if (!statementTimeout.isPositive() || !idleInTransactionTimeout.isPositive()) {
      throw new IllegalArgumentException(
          "timeouts of the database: expected more than 0, got %s and %s"
              .formatted(statementTimeout, idleInTransactionTimeout));
    }
  }

  /** With the limits unless told otherwise. */
  public static DatabaseSettings of(
      String jdbcUrl, String user, String password, Map<String, String> properties) {
    return new DatabaseSettings(
        jdbcUrl,
        user,
        password,
        properties,
        API_CONNECTIONS,
        ENGINE_CONNECTIONS,
        STATEMENT_TIMEOUT,
        IDLE_IN_TRANSACTION_TIMEOUT);
  }

  /**
   * Reads a URL as people write it: {@code postgresql://user:password@host:port/database?sslmode=…}
   * or its {@code jdbc:} form. Away from this machine the server must prove its name unless the URL
   * has an {@code sslmode} of its own.
   *
   * @throws IllegalArgumentException that says what is wrong with it
   */
  public static DatabaseSettings parse(String url) {
    var plain = url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url;
    URI uri;
    try {
      uri = URI.create(plain);
    } catch (IllegalArgumentException broken) {
      // The URL may hold a password, so neither it nor the parser's text may be shown.
      throw new IllegalArgumentException(
          "database URL: expected postgresql://user:password@host:port/database, got something that"
              + " is no URL");
    }
    var scheme = Optional.ofNullable(uri.getScheme()).orElse("");
    if ((!scheme.equals("postgresql") && !scheme.equals("postgres"))
        || uri.getHost() == null
        || Optional.ofNullable(uri.getPath()).orElse("").length() < 2) {
      throw new IllegalArgumentException(
          "database URL: expected postgresql://user:password@host:port/database, got the scheme"
              + " '%s', the host '%s' and the database '%s'"
                  .formatted(scheme, uri.getHost(), uri.getPath()));
    }
    var properties = new HashMap<String, String>();
    for (var pair : Optional.ofNullable(uri.getRawQuery()).orElse("").split("&", -1)) {
      var equals = pair.indexOf('=');
      if (equals > 0) {
        properties.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
      }
    }
    if (!isLoopback(uri.getHost())) {
      properties.putIfAbsent("sslmode", "verify-full");
    }
    var userInfo = Optional.ofNullable(uri.getRawUserInfo()).orElse("");
    var colon = userInfo.indexOf(':');
    var user = colon < 0 ? decode(userInfo) : decode(userInfo.substring(0, colon));
    var password = colon < 0 ? "" : decode(userInfo.substring(colon + 1));
    var port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return of(
        "jdbc:postgresql://" + uri.getHost() + port + uri.getRawPath(),
        Optional.ofNullable(properties.remove("user")).orElse(user),
        Optional.ofNullable(properties.remove("password")).orElse(password),
        properties);
  }

  private static boolean isLoopback(String host) {
    var name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost") || name.startsWith("127.") || name.equals("[::1]");
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "DatabaseSettings[%s, user=%s]".formatted(jdbcUrl, user);
  }
}
