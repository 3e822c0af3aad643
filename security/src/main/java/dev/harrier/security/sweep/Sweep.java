package dev.harrier.security.oauth;

import static java.util.Objects.requireNonNull;

import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.security.token.SigningKeys;
import dev.harrier.spi.StoreUnavailableException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes what is over, and keeps the signing keys fresh. */
public final class Sweep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
  private static final Duration PAUSE = Duration.ofMinutes(5);

  /** Rows of a kind at once, so that no sweep holds many locks. */
  private static final int ROWS_MAX = 1_000;

  // Codes and refresh tokens go with their grant.
  private static final List<String> STATEMENTS =
      List.of(
          "DELETE FROM login_grant WHERE ctid IN"
              + " (SELECT ctid FROM login_grant WHERE ends_at < ? LIMIT ?)",
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
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("harrier-login-sweep").factory());

  public Sweep(Database database, SigningKeys keys, Clock clock) {
    this.database = requireNonNull(database, "database");
    this.keys = requireNonNull(keys, "keys");
    this.clock = requireNonNull(clock, "clock");
  }

  /** Sweeps every few minutes from now on. */
  public void start() {
    var unused =
        timer.scheduleWithFixedDelay(this::sweepIfPossible, 0, PAUSE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Sweeps once; how many rows went. */
  int sweep() throws IOException {
    keys.keepFresh();
    var now = clock.instant();
    var removed = 0;
    for (var statement : STATEMENTS) {
      removed +=
          database
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
    return removed;
  }

  private void sweepIfPossible() {
    try {
      var unused = sweep();
    } catch (StoreUnavailableException e) {
      LOG.debug("What is over could not be removed", e);
    } catch (IOException | RuntimeException e) {
      LOG.error("What is over could not be removed", e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
