package dev.harrier.security.token;

import static java.util.Objects.requireNonNull;

import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.Rows;
import dev.harrier.security.PeriodicTask;
import dev.harrier.security.Subjects;
import dev.harrier.spi.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What became of callers and their tokens since these were made: which ended early, who is
 * disabled, who administers. Kept in memory; what another process did is known a second later.
 * While the database cannot be asked, that is not known; so after a minute no token is taken.
 */
public final class AccountStatus implements Endings, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AccountStatus.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Longer than any access token lives. */
  static final Duration KEPT = TokenIssuer.LIFETIME_MAX.plus(Duration.ofMinutes(5));

  private static final String ENDED = "ended";
  private static final String DISABLED = "disabled";
  private static final String ADMINISTRATOR = "administrator";

  /** How long tokens are taken while nobody knows what other processes revoked meanwhile. */
  static final Duration UNKNOWN_MAX = Duration.ofMinutes(1);

  /** What was done elsewhere is not known since then. */
  private record Failure(Instant since, RuntimeException cause) {}

  private record Snapshot(Set<String> ended, Set<String> disabled, Set<String> administrators) {}

  private final Database database;
  private final Clock clock;
  private final Revocations revocations;
  private final PeriodicTask refreshes =
      new PeriodicTask("harrier-account-status", PAUSE, this::refreshIfPossible);

  // What this process ended itself: a refresh that began before the commit would not know it.
  private final Map<String, Instant> endedHere = new ConcurrentHashMap<>();
  private volatile Optional<Failure> failing = Optional.empty();
  private volatile Instant readAt = Instant.MIN;
  private volatile Snapshot snapshot = new Snapshot(Set.of(), Set.of(), Set.of());

  public AccountStatus(Database database, Clock clock) {
    this.database = requireNonNull(database, "database");
    this.clock = requireNonNull(clock, "clock");
    this.revocations = new Revocations(clock);
  }

  /** What ends tokens in others' transactions; it takes effect here by {@link #end}. */
  public Revocations revocations() {
    return revocations;
  }

  /** Reads once, and from then on each second. */
  public void start() {
    refresh();
    refreshes.start();
  }

  /**
   * @throws StoreUnavailableException if nobody knows for too long what other processes ended
   */
  @Override
  public boolean ended(String subject, List<String> ids) {
    var unknown = failing;
    if (unknown.isPresent() && unknown.get().since().plus(UNKNOWN_MAX).isBefore(clock.instant())) {
      throw new StoreUnavailableException(
          "Which tokens were revoked is not known since %s.".formatted(unknown.get().since()),
          unknown.get().cause());
    }
    var seen = snapshot;
    if (seen.disabled().contains(subject)) {
      return true;
    }
    for (var id : ids) {
      if (seen.ended().contains(id) || endedHere.containsKey(id)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the policy that comes with the program lets this subject do everything. */
  public boolean administers(String subject) {
    var seen = snapshot;
    return seen.administrators().contains(subject) && !seen.disabled().contains(subject);
  }

  /** All of those. */
  public Set<String> administrators() {
    var seen = snapshot;
    var all = new HashSet<>(seen.administrators());
    all.removeAll(seen.disabled());
    return all;
  }

  /** Takes in what was just committed here. */
  public void end(List<String> ids) {
    end(ids, clock.instant().plus(KEPT));
  }

  /**
   * The same of tokens whose end is known.
   *
   * @param until when they would have ended anyway
   */
  public void end(List<String> ids, Instant until) {
    ids.forEach(id -> endedHere.put(id, until));
  }

  /** Reads what others did. */
  public synchronized void refresh() {
    var now = clock.instant();
    snapshot = database.api().run("read who may still call", connection -> read(connection, now));
    readAt = now;
    failing = Optional.empty();
    endedHere.values().removeIf(until -> until.isBefore(now));
  }

  /**
   * Reads what was just committed, without a word if it cannot be read now: what was committed
   * holds, and is read within the next seconds.
   */
  public void refreshIfPossible() {
    try {
      refresh();
    } catch (RuntimeException e) {
      if (failing.isEmpty()) {
        // What was known stays known for a while, so that a database that restarts ends no call.
        LOG.warn(
            "Which tokens were revoked could not be read; from {} on no token is taken",
            readAt.plus(UNKNOWN_MAX),
            e);
        failing = Optional.of(new Failure(readAt, e));
      }
    }
  }

  private static Snapshot read(Connection connection, Instant now) throws SQLException {
    var ended = new HashSet<String>();
    var disabled = new HashSet<String>();
    var administrators = new HashSet<String>();
    try (var statement =
        connection.prepareStatement(
            """
            SELECT 'ended' AS what, id AS whom FROM revocation WHERE until > ?
            UNION ALL SELECT 'disabled', ? || name FROM local_user WHERE disabled_at IS NOT NULL
            UNION ALL SELECT 'disabled', principal FROM outside_person WHERE disabled_at IS NOT NULL
            UNION ALL SELECT 'disabled', ? || id FROM oauth_client WHERE disabled_at IS NOT NULL
            UNION ALL SELECT 'administrator', ? || name FROM local_user WHERE administrator
            UNION ALL SELECT 'administrator', ? || id FROM oauth_client WHERE administrator
            """)) {
      Arguments.of(statement)
          .instant(now)
          .text(Subjects.user(""))
          .text(Subjects.client(""))
          .text(Subjects.user(""))
          .text(Subjects.client(""));
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          var whom = Rows.text(rows, "whom");
          switch (Rows.text(rows, "what")) {
            case ENDED -> ended.add(whom);
            case DISABLED -> disabled.add(whom);
            case ADMINISTRATOR -> administrators.add(whom);
            default -> throw new IllegalStateException("a kind of row that was not asked for");
          }
        }
      }
    }
    return new Snapshot(ended, disabled, administrators);
  }

  @Override
  public void close() {
    refreshes.close();
  }
}
