package dev.harrier.security.secret;

import static java.util.Objects.requireNonNull;

import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives all secrets a new master key while they are read and written. Cut off at any point it can
 * be begun again: until all rows are wrapped anew the old keys stay.
 */
public final class MasterKeyRotation {
  private static final Logger LOG = LoggerFactory.getLogger(MasterKeyRotation.class);

  /** Rows at once: who reads or writes one of them waits no longer than for these. */
  private static final int ROWS_MAX = 500;

  /**
   * Time at once. A key management service elsewhere is asked for each row, and the database ends a
   * transaction that does nothing for twenty seconds.
   */
  private static final Duration STEP_MAX = Duration.ofSeconds(2);

  private final Database database;
  private final MasterKeys masters;
  private final Envelope envelope;
  private final LongSupplier nanos;

  public MasterKeyRotation(Database database, MasterKeys masters) {
    this(database, masters, System::nanoTime);
  }

  /**
   * With a clock of one's own.
   *
   * @param nanos a monotonic clock
   */
  MasterKeyRotation(Database database, MasterKeys masters, LongSupplier nanos) {
    this.nanos = requireNonNull(nanos, "nanos");
    this.database = requireNonNull(database, "database");
    this.masters = requireNonNull(masters, "masters");
    this.envelope = new Envelope(masters);
  }

  /**
   * What came of a rotation.
   *
   * @param rewrapped secrets that the new key wraps now
   * @param unreadable secrets that no key opens, left as they are
   * @param keysKept master keys that are still needed, the new one included
   */
  public record Result(long rewrapped, long unreadable, int keysKept) {}

  /**
   * Makes a new key, where keys are ours to make, and wraps all secrets with the current one.
   *
   * @throws IOException if the keys cannot be written; the old ones are in force then
   */
  public Result rotate() throws IOException {
    if (masters instanceof MasterKeyFile file) {
      file.rotate();
    }
    var current = masters.current();
    var rewrapped = 0L;
    var unreadable = 0L;
    var after = 0L;
    while (true) {
      var from = after;
      var step =
          database
              .api()
              .transaction(
                  "wrap secrets with a new key", connection -> step(connection, current, from));
      if (step.last() == 0) {
        break;
      }
      rewrapped += step.rewrapped();
      unreadable += step.unreadable();
      after = step.last();
    }
    return new Result(rewrapped, unreadable, retire());
  }

  private record Step(long last, int rewrapped, int unreadable) {}

  private record Row(long number, MasterKeys.Wrapped key) {}

  private Step step(Connection connection, String current, long after) throws SQLException {
    StoredSecrets.lockShared(connection);
    var done = new ArrayList<Row>();
    var last = 0L;
    var unreadable = 0;
    var began = nanos.getAsLong();
    try (var statement =
        connection.prepareStatement(
            "SELECT * FROM secret WHERE id > ? AND master_key <> ? ORDER BY id LIMIT ?"
                + " FOR NO KEY UPDATE")) {
      Arguments.of(statement).number(after).text(current).number(ROWS_MAX);
      try (var rows = statement.executeQuery()) {
        while (nanos.getAsLong() - began < STEP_MAX.toNanos() && rows.next()) {
          last = rows.getLong("id");
          var level = StoredSecrets.level(rows);
          var id = StoredSecrets.id(rows);
          try {
            done.add(new Row(last, envelope.rewrap(StoredSecrets.wrapped(rows), level, id)));
          } catch (UnreadableSecretException | UnknownMasterKeyException lost) {
            unreadable++;
            LOG.error("The secret {} of {} keeps its old key: {}", id, level, lost.getMessage());
          }
        }
      }
    }
    update(connection, done);
    return new Step(last, done.size(), unreadable);
  }

  private static void update(Connection connection, List<Row> rows) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            UPDATE secret s SET data_key = n.data_key, master_key = n.master_key
            FROM unnest(?::bigint[], ?::bytea[], ?::text[]) AS n (id, data_key, master_key)
            WHERE s.id = n.id
            """)) {
      Arguments.of(statement)
          .longs(rows, Row::number)
          .bytes(rows, row -> row.key().bytes().toByteArray())
          .texts(rows, row -> row.key().master());
      statement.executeUpdate();
    }
  }

  /** Forgets the keys that nothing is wrapped with any more; how many are left. */
  private int retire() throws IOException {
    if (!(masters instanceof MasterKeyFile file)) {
      return 1;
    }
    try {
      return database
          .api()
          .transaction(
              "retire master keys",
              connection -> {
                var needed = new TreeSet<String>();
                try (var statement = connection.createStatement()) {
                  // Nobody is wrapping now, and nobody begins before this is over.
                  statement.execute("SELECT pg_advisory_xact_lock(" + StoredSecrets.LOCK_KEY + ")");
                  try (var rows =
                      statement.executeQuery("SELECT DISTINCT master_key FROM secret")) {
                    while (rows.next()) {
                      needed.add(rows.getString(1));
                    }
                  }
                }
                return retained(file, needed);
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static int retained(MasterKeyFile file, Set<String> needed) {
    try {
      file.retain(needed);
      return file.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
