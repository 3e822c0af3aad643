package dev.harrier.security.sweep;

import static java.util.Objects.requireNonNull;

import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.security.PeriodicTask;
import dev.harrier.security.token.SigningKeys;
import dev.harrier.spi.StoreUnavailableException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what is over, and keeps the signing keys fresh. Each kind of row goes by itself, so that
 * one that cannot go holds up no other, and in steps, however many there are.
 */
public final class Sweep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
  private static final Duration PAUSE = Duration.ofMinutes(5);

  /** Rows of a kind at once, so that no statement takes long or holds many locks. */
  private static final int ROWS_MAX = 1_000;

  // A login's codes and refresh tokens go before it: a single one may have hundreds of thousands,
  // too many to go with it in one statement.
  private static final List<String> STATEMENTS =
      List.of(
          "DELETE FROM refresh_token WHERE digest IN (SELECT r.digest FROM refresh_token r"
              + " JOIN login_grant g ON g.id = r.grant_id WHERE g.ends_at < ? LIMIT ?)",
          "DELETE FROM authorization_code WHERE digest IN (SELECT c.digest FROM authorization_code c"
              + " JOIN login_grant g ON g.id = c.grant_id WHERE g.ends_at < ? LIMIT ?)",
          "DELETE FROM login_grant WHERE id IN (SELECT g.id FROM login_grant g WHERE g.ends_at < ?"
              + " AND NOT EXISTS (SELECT 1 FROM refresh_token r WHERE r.grant_id = g.id) LIMIT ?)",
          "DELETE FROM browser_session WHERE ctid IN"
              + " (SELECT ctid FROM browser_session WHERE ends_at < ? LIMIT ?)",
          "DELETE FROM device_login WHERE ctid IN"
              + " (SELECT ctid FROM device_login WHERE expires_at < ? LIMIT ?)",
          "DELETE FROM password_link WHERE ctid IN"
              + " (SELECT ctid FROM password_link WHERE expires_at < ? LIMIT ?)",
          "DELETE FROM login_failure WHERE ctid IN (SELECT ctid FROM login_failure"
              + " WHERE last_at + interval '30 minutes' < ? LIMIT ?)",
          "DELETE FROM revocation WHERE ctid IN"
              + " (SELECT ctid FROM revocation WHERE until < ? LIMIT ?)",
          "DELETE FROM client_assertion WHERE ctid IN"
              + " (SELECT ctid FROM client_assertion WHERE expires_at < ? LIMIT ?)");

  private final Database database;
  private final SigningKeys keys;
  private final Clock clock;
  private final PeriodicTask sweeps = new PeriodicTask("harrier-login-sweep", PAUSE, this::sweep);

  public Sweep(Database database, SigningKeys keys, Clock clock) {
    this.database = requireNonNull(database, "database");
    this.keys = requireNonNull(keys, "keys");
    this.clock = requireNonNull(clock, "clock");
  }

  /** Sweeps every few minutes from now on. */
  public void start() {
    sweeps.startNow();
  }

  /** Sweeps once; how many rows went. What cannot be done now is logged, and tried again later. */
  int sweep() {
    try {
      keys.keepFresh();
    } catch (IOException | RuntimeException e) {
      LOG.error("The signing keys could not be kept fresh", e);
    }
    var now = clock.instant();
    return STATEMENTS.stream().mapToInt(statement -> removed(statement, now)).sum();
  }

  private int removed(String statement, Instant now) {
    var removed = 0;
    try {
      int last;
      do {
        last = removedAtOnce(statement, now);
        removed += last;
      } while (last == ROWS_MAX && !sweeps.closed());
    } catch (StoreUnavailableException e) {
      LOG.debug("What is over could not be removed", e);
    } catch (RuntimeException e) {
      LOG.error("What is over could not be removed", e);
    }
    return removed;
  }

  private int removedAtOnce(String statement, Instant now) {
    return database
        .api()
        .run(
            "remove what is over",
            connection -> {
              try (var delete = connection.prepareStatement(statement)) {
                Arguments.of(delete).instant(now).number(ROWS_MAX);
                return delete.executeUpdate();
              }
            });
  }

  @Override
  public void close() {
    sweeps.close();
  }
}
