package dev.harrier.server.safety;

import dev.harrier.database.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Whether this machine's clock can be right. Tokens, leases and certificates hang on it: behind,
 * and tokens that ended are good again; ahead, and nobody can log in.
 */
public final class ClockChecks {
  /** Files of a home on another machine's disk may be dated by that one's clock. */
  static final Duration FILES_AHEAD_MAX = Duration.ofMinutes(10);

  /** A minute is twice what a token's check forgives. */
  static final Duration DATABASE_OFF_MAX = Duration.ofMinutes(1);

  /** The year that this program was written in: no clock that is right shows less. */
  static final Instant WRITTEN = Instant.parse("2026-01-01T00:00:00Z");

  private ClockChecks() {}

  static void againstFiles(HomeFiles files, Instant now) throws IOException {
    if (now.isBefore(WRITTEN)) {
      throw new RefusedStartException(
          "The clock of this machine: expected a time after %s, when this program was written, found %s. Set the clock."
              .formatted(WRITTEN, now));
    }
    for (var file : files.dated()) {
      var written = Files.getLastModifiedTime(file).toInstant();
      if (written.isAfter(now.plus(FILES_AHEAD_MAX))) {
        throw new RefusedStartException(
            "The clock of this machine: expected a time after %s, when %s was written, found %s. Set the clock; if that file's time is what is wrong, 'touch %s'."
                .formatted(written, file, now, file));
      }
    }
  }

  /**
   * Refuses a database whose clock is far from this one.
   *
   * @throws RefusedStartException with both times
   */
  public static void againstDatabase(Database database, Clock clock) {
    var before = clock.instant();
    var there =
        database
            .api()
            .run(
                "ask the database for its time",
                connection -> {
                  try (var statement = connection.createStatement();
                      var rows =
                          statement.executeQuery(
                              "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")) {
                    rows.next();
                    return Instant.ofEpochMilli(rows.getLong(1));
                  }
                });
    compare(before, there, clock.instant());
  }

  static void compare(Instant before, Instant there, Instant after) {
    if (there.isBefore(before.minus(DATABASE_OFF_MAX))
        || there.isAfter(after.plus(DATABASE_OFF_MAX))) {
      throw new RefusedStartException(
          "The clocks of this machine and of the database: expected at most %s s between them, found %s here and %s there. Set them by NTP."
              .formatted(DATABASE_OFF_MAX.toSeconds(), after, there));
    }
  }
}
