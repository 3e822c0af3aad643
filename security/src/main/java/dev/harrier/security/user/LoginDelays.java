package dev.harrier.security.user;

import static java.util.Objects.requireNonNull;

import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.Rows;
import dev.harrier.security.RemoteNetwork;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes those wait who guess: after some failures each further one doubles the wait, for the user
 * who was guessed and for the address that it came from.
 *
 * <p>Who goes on guessing can keep a user waiting for as long as they do, since the end of a wait
 * is whose that asks first. So a browser in which that user was logged in before counts for itself
 * alone: what strangers do elsewhere is no matter there. A new link for a password forgets what was
 * guessed, and makes the browser that follows it a known one.
 *
 * <p>Of an address of IPv6 its first half counts, which is what one party has. Addresses of this
 * very machine do not count: all its users, and all who come by a proxy on it, share them.
 *
 * <p>A guess counts before it is looked at, so that many at once are not looked at for free.
 */
public final class LoginDelays {
  private static final int FREE_PER_USER = 5;
  private static final int FREE_PER_ADDRESS = 20;
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  /** Failures so long ago are forgotten. */
  private static final Duration MEMORY = Duration.ofMinutes(30);

  private final Database database;
  private final Clock clock;

  public LoginDelays(Database database, Clock clock) {
    this.database = requireNonNull(database, "database");
    this.clock = requireNonNull(clock, "clock");
  }

  private record Key(String text, int free) {
    static Key code(String principal) {
      return new Key("code:" + principal, FREE_PER_USER);
    }

    static Key user(String name) {
      return new Key("user:" + name, FREE_PER_USER);
    }
  }

  /**
   * Where a guess comes from.
   *
   * @param browser the id of one in which the guessed user was logged in before
   */
  public record Origin(String address, Optional<String> browser) {
    public Origin {
      requireNonNull(address, "address");
      requireNonNull(browser, "browser");
    }

    /** One of which no more is known than its address. */
    public static Origin of(String address) {
      return new Origin(address, Optional.empty());
    }
  }

  /**
   * Counts a guess, and says how long to wait until there may be one; empty if it may be now. A
   * guess that must wait does not count.
   *
   * @param user whose password or code is guessed; empty if it names nobody
   */
  public Optional<Duration> take(Optional<String> user, Origin origin) {
    return take(keys(user, origin));
  }

  private Optional<Duration> take(List<Key> keys) {
    // As fine as the database keeps it: rounded up there, it would lie ahead of itself.
    var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    return database
        .api()
        .transaction(
            "count a login",
            connection -> {
              // In one order for all, so that two logins never wait for each other.
              for (var key : keys) {
                var until = waitUntil(connection, key, now);
                if (until.isAfter(now)) {
                  connection.rollback();
                  return Optional.of(Duration.between(now, until));
                }
              }
              return Optional.<Duration>empty();
            });
  }

  /**
   * Counts a guess at a code of a device, and says how long to wait as {@link #take} does.
   *
   * @param principal who guesses; they are logged in
   */
  public Optional<Duration> takeCode(String principal) {
    return take(List.of(Key.code(principal)));
  }

  /**
   * Forgets the guess just counted of somebody who knew a code, and no other: it may be their own.
   */
  public void forgiveCode(String principal) {
    var unused =
        database
            .api()
            .transaction(
                "forget a guessed code",
                connection -> {
                  forgiveOne(connection, Key.code(principal));
                  return true;
                });
  }

  /** Forgets the failures of a user who proved to be who they said, and the one just counted. */
  public void forgive(String user, Origin origin) {
    var unused =
        database
            .api()
            .transaction(
                "forget failed logins",
                connection -> {
                  for (var key : keys(Optional.of(user), origin)) {
                    if (key.free() == FREE_PER_ADDRESS) {
                      forgiveOne(connection, key);
                    } else {
                      forget(connection, key);
                    }
                  }
                  return true;
                });
  }

  /** Forgets all guesses at a user, in the transaction that gave them another password. */
  static void forget(Connection connection, String user) throws SQLException {
    forget(connection, Key.user(user));
  }

  private static void forget(Connection connection, Key key) throws SQLException {
    try (var statement = connection.prepareStatement("DELETE FROM login_failure WHERE key = ?")) {
      Arguments.of(statement).text(key.text());
      statement.executeUpdate();
    }
  }

  private static void forgiveOne(Connection connection, Key key) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "UPDATE login_failure SET failures = greatest(failures - 1, 0) WHERE key = ?")) {
      Arguments.of(statement).text(key.text());
      statement.executeUpdate();
    }
  }

  private static List<Key> keys(Optional<String> user, Origin origin) {
    if (user.isPresent() && origin.browser().isPresent()) {
      return List.of(new Key("browser:" + origin.browser().get(), FREE_PER_USER));
    }
    var keys = new ArrayList<Key>();
    var network = RemoteNetwork.of(origin.address());
    if (!network.loopback()) {
      keys.add(new Key("address:" + network.prefix(), FREE_PER_ADDRESS));
    }
    user.map(Key::user).ifPresent(keys::add);
    return keys;
  }

  // The row is locked by the first statement, so guesses at once come one after the other.
  private static Instant waitUntil(Connection connection, Key key, Instant now)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "INSERT INTO login_failure (key, failures, last_at, wait_until) VALUES (?, 0, ?, ?)"
                + " ON CONFLICT (key) DO UPDATE SET failures ="
                + " CASE WHEN login_failure.last_at < ? THEN 0 ELSE login_failure.failures END"
                + " RETURNING failures, wait_until")) {
      Arguments.of(statement).text(key.text()).instant(now).instant(now).instant(now.minus(MEMORY));
      try (var row = statement.executeQuery()) {
        if (!row.next()) {
          throw new IllegalStateException("an upsert returned no row");
        }
        var until = Rows.instant(row, "wait_until");
        if (until.isAfter(now)) {
          return until;
        }
        var failures = row.getInt("failures") + 1;
        count(connection, key, failures, now);
        return now;
      }
    }
  }

  private static void count(Connection connection, Key key, int failures, Instant now)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "UPDATE login_failure SET failures = ?, last_at = ?, wait_until = ? WHERE key = ?")) {
      Arguments.of(statement)
          .number(failures)
          .instant(now)
          .instant(now.plus(delay(failures - key.free())))
          .text(key.text());
      statement.executeUpdate();
    }
  }

  /** The wait after so many failures over the free ones. */
  static Duration delay(int over) {
    if (over < 0) {
      return Duration.ZERO;
    }
    var doubled = FIRST.multipliedBy(1L << Math.min(over, 20));
    return doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
  }
}
