package dev.harrier.security.user;

import static java.util.Objects.requireNonNull;

import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Makes those wait who guess: after some failures each further one doubles the wait, for the user
 * who was guessed and for the address that it came from. A wait has an end, so that nobody can lock
 * another out for good.
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

  private record Key(String text, int free) {}

  /**
   * Counts a guess, and says how long to wait until there may be one; empty if it may be now. A
   * guess that must wait does not count.
   *
   * @param user whose password or code is guessed; empty if it names nobody
   * @param address where it comes from
   */
  public Optional<Duration> take(Optional<String> user, String address) {
    // As fine as the database keeps it: rounded up there, it would lie ahead of itself.
    var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    return database
        .api()
        .transaction(
            "count a login",
            connection -> {
              // In one order for all, so that two logins never wait for each other.
              for (var key : keys(user, address)) {
                var until = waitUntil(connection, key, now);
                if (until.isAfter(now)) {
                  connection.rollback();
                  return Optional.of(Duration.between(now, until));
                }
              }
              return Optional.<Duration>empty();
            });
  }

  /** Forgets the failures of a user who proved to be who they said, and the one just counted. */
  public void forgive(Optional<String> user, String address) {
    var unused =
        database
            .api()
            .transaction(
                "forget failed logins",
                connection -> {
                  try (var statement =
                      connection.prepareStatement(
                          "UPDATE login_failure SET failures = greatest(failures - 1, 0)"
                              + " WHERE key = ?")) {
                    Arguments.of(statement).text("address:" + address);
                    statement.executeUpdate();
                  }
                  if (user.isPresent()) {
                    try (var statement =
                        connection.prepareStatement("DELETE FROM login_failure WHERE key = ?")) {
                      Arguments.of(statement).text("user:" + user.get());
                      statement.executeUpdate();
                    }
                  }
                  return true;
                });
  }

  private static List<Key> keys(Optional<String> user, String address) {
    var byAddress = new Key("address:" + address, FREE_PER_ADDRESS);
    return user.map(name -> List.of(byAddress, new Key("user:" + name, FREE_PER_USER)))
        .orElse(List.of(byAddress));
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
