package dev.harrier.security.secret;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.Rows;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretSource;
import dev.harrier.spi.SecretValue;
import dev.harrier.spi.StoreUnavailableException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The built-in store: values sealed in the database, which nothing but {@link #find} opens. */
public final class StoredSecrets implements SecretSource {
  /** Who retires a master key waits for those who are wrapping with it, in any process. */
  static final String LOCK_KEY = "hashtext('harrier-master-key')";

  /** A master key may be retired between the reading of a row and its unwrapping. */
  private static final int READINGS_MAX = 3;

  // What is closest wins: the domain's own, the project's own, what others granted, everybody's.
  private static final String FIND =
      """
      SELECT * FROM (
        SELECT s.*, CASE WHEN s.domain <> '' THEN 0 WHEN s.project <> '' THEN 1 ELSE 4 END AS far
        FROM secret s
        WHERE s.group_name = ? AND s.key_name = ? AND s.group_version = ?
          AND (s.project, s.domain) IN ((?, ?), (?, ''), ('', ''))
        UNION ALL
        SELECT s.*, CASE WHEN g.domain <> '' THEN 2 ELSE 3 END AS far
        FROM secret_grant g JOIN secret s ON s.id = g.secret_id
        WHERE g.group_name = ? AND g.key_name = ? AND g.group_version = ?
          AND (g.project, g.domain) IN ((?, ?), (?, ''))
      ) found ORDER BY far LIMIT 1
      """;

  private final Database database;
  private final Envelope envelope;
  private final Clock clock;

  public StoredSecrets(Database database, MasterKeys masters, Clock clock) {
    this.database = requireNonNull(database, "database");
    this.envelope = new Envelope(masters);
    this.clock = requireNonNull(clock, "clock");
  }

  @Override
  public Optional<SecretValue> find(SecretId id, ProjectDomain place) {
    for (var reading = 1; ; reading++) {
      var row = read(id, place);
      try {
        return row.map(found -> envelope.open(found.sealed(), found.level(), id));
      } catch (UnknownMasterKeyException retired) {
        if (reading == READINGS_MAX) {
          throw new StoreUnavailableException(String.valueOf(retired.getMessage()), retired);
        }
      }
    }
  }

  /** The names of the master keys that secrets are wrapped with; without secrets none. */
  public Set<String> masters() {
    return database
        .api()
        .run(
            "look for master keys of secrets",
            connection -> {
              var names = new TreeSet<String>();
              try (var statement =
                      connection.prepareStatement("SELECT DISTINCT master_key FROM secret");
                  var rows = statement.executeQuery()) {
                while (rows.next()) {
                  names.add(rows.getString(1));
                }
              }
              return names;
            });
  }

  /**
   * Keeps a secret, over the one that was there.
   *
   * @param principal who does
   */
  public void put(SecretLevel level, SecretId id, SecretValue value, String principal) {
    var unused =
        database
            .api()
            .transaction(
                "keep a secret",
                connection -> {
                  // Sealed under the lock: the key that wraps it is not retired meanwhile.
                  lockShared(connection);
                  return write(connection, level, id, envelope.seal(value, level, id), principal);
                });
  }

  /**
   * Forgets a secret, with all grants of it.
   *
   * @return whether there was one
   */
  public boolean remove(SecretLevel level, SecretId id) {
    return database
        .api()
        .run(
            "remove a secret",
            connection -> {
              try (var statement =
                  connection.prepareStatement("DELETE FROM secret WHERE " + OF_NAME)) {
                name(Arguments.of(statement), level, id);
                return statement.executeUpdate() > 0;
              }
            });
  }

  /** Finds the arguments of {@link #name}. */
  static final String OF_NAME =
      "project = ? AND domain = ? AND group_name = ? AND key_name = ? AND group_version = ?";

  static void name(Arguments arguments, SecretLevel level, SecretId id) throws SQLException {
    arguments
        .text(level.project())
        .text(level.domain())
        .text(id.group())
        .text(id.key())
        .text(id.version().orElse(""));
  }

  static void lockShared(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("SELECT pg_advisory_xact_lock_shared(" + LOCK_KEY + ")");
    }
  }

  private record Row(SecretLevel level, Envelope.Sealed sealed) {}

  private Optional<Row> read(SecretId id, ProjectDomain place) {
    return database
        .api()
        .run(
            "read a secret",
            connection -> {
              try (var statement = connection.prepareStatement(FIND)) {
                var version = id.version().orElse("");
                Arguments.of(statement)
                    .text(id.group())
                    .text(id.key())
                    .text(version)
                    .text(place.project())
                    .text(place.domain())
                    .text(place.project())
                    .text(id.group())
                    .text(id.key())
                    .text(version)
                    .text(place.project())
                    .text(place.domain())
                    .text(place.project());
                try (var rows = statement.executeQuery()) {
                  return rows.next() ? Optional.of(row(rows)) : Optional.<Row>empty();
                }
              }
            });
  }

  private static Row row(ResultSet rows) throws SQLException {
    return new Row(level(rows), new Envelope.Sealed(bytes(rows, "sealed"), wrapped(rows)));
  }

  private static ByteString bytes(ResultSet rows, String column) throws SQLException {
    return ByteString.copyFrom(rows.getBytes(column));
  }

  static SecretLevel level(ResultSet rows) throws SQLException {
    return new SecretLevel(Rows.text(rows, "project"), Rows.text(rows, "domain"));
  }

  static SecretId id(ResultSet rows) throws SQLException {
    return new SecretId(
        Rows.text(rows, "group_name"),
        Rows.text(rows, "key_name"),
        Optional.of(Rows.text(rows, "group_version")).filter(text -> !text.isEmpty()));
  }

  static MasterKeys.Wrapped wrapped(ResultSet rows) throws SQLException {
    return new MasterKeys.Wrapped(Rows.text(rows, "master_key"), bytes(rows, "data_key"));
  }

  private int write(
      Connection connection,
      SecretLevel level,
      SecretId id,
      Envelope.Sealed sealed,
      String principal)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            INSERT INTO secret (project, domain, group_name, key_name, group_version,
              sealed, data_key, master_key, changed_at, changed_by)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (group_name, key_name, group_version, project, domain) DO UPDATE
            SET sealed = excluded.sealed, data_key = excluded.data_key,
              master_key = excluded.master_key, changed_at = excluded.changed_at,
              changed_by = excluded.changed_by
            """)) {
      var arguments = Arguments.of(statement);
      name(arguments, level, id);
      arguments
          .bytes(sealed.value().toByteArray())
          .bytes(sealed.key().bytes().toByteArray())
          .text(sealed.key().master())
          .instant(clock.instant())
          .text(principal);
      return statement.executeUpdate();
    }
  }
}
