package dev.harrier.security.secret;

import static java.util.Objects.requireNonNull;

import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.Rows;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.SecretId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which secrets are kept, and which projects may use one of another. Opens none. */
public final class SecretGrants {
  /** The most that one list holds; the next begins after the last number. */
  public static final int LISTED_MAX = 1_000;

  private final Database database;
  private final Clock clock;

  public SecretGrants(Database database, Clock clock) {
    this.database = requireNonNull(database, "database");
    this.clock = requireNonNull(clock, "clock");
  }

  /**
   * The secrets of a level and of what is below it, by number.
   *
   * @param after the number of the last one that is known; 0 at first
   * @return at most {@link #LISTED_MAX}
   */
  public List<KeptSecret> list(SecretLevel level, long after) {
    return database
        .api()
        .snapshot(
            "list secrets",
            connection -> {
              try (var statement =
                  connection.prepareStatement(
                      """
                      SELECT * FROM secret WHERE id > ? AND (project = ? OR ? = '')
                        AND (domain = ? OR ? = '') ORDER BY id LIMIT ?
                      """)) {
                Arguments.of(statement)
                    .number(after)
                    .text(level.project())
                    .text(level.project())
                    .text(level.domain())
                    .text(level.domain())
                    .number(LISTED_MAX);
                var found = new ArrayList<KeptSecret>();
                try (var rows = statement.executeQuery()) {
                  while (rows.next()) {
                    found.add(
                        new KeptSecret(
                            rows.getLong("id"),
                            StoredSecrets.level(rows),
                            StoredSecrets.id(rows),
                            Rows.instant(rows, "changed_at"),
                            Rows.text(rows, "changed_by"),
                            List.of()));
                  }
                }
                return withGrants(connection, found);
              }
            });
  }

  /**
   * Lets another project, or one of its domains, use a secret. Done twice it is done once.
   *
   * @throws dev.harrier.spi.RejectedException NOT_FOUND if there is none; INVALID_ARGUMENT for one
   *     that everybody may use; ALREADY_EXISTS if the place was granted another of the same name
   */
  public void grant(SecretLevel level, SecretId id, SecretLevel to, String principal) {
    if (level.project().isEmpty()) {
      throw Rejection.invalid(
          "The secret '%s' of the installation is for every project: expected one of a project",
          id);
    }
    if (to.project().isEmpty()) {
      throw Rejection.invalid("secret '%s': expected a project that may use it, found none", id);
    }
    var unused =
        database
            .api()
            .transaction("grant a secret", connection -> add(connection, level, id, to, principal));
  }

  /**
   * Takes a grant back.
   *
   * @return whether there was one
   */
  public boolean revoke(SecretLevel level, SecretId id, SecretLevel from) {
    return database
        .api()
        .run(
            "take back a grant of a secret",
            connection -> {
              try (var statement =
                  connection.prepareStatement(
                      "DELETE FROM secret_grant WHERE project = ? AND domain = ? AND secret_id IN"
                          + " (SELECT id FROM secret WHERE "
                          + StoredSecrets.OF_NAME
                          + ")")) {
                StoredSecrets.name(
                    Arguments.of(statement).text(from.project()).text(from.domain()), level, id);
                return statement.executeUpdate() > 0;
              }
            });
  }

  private boolean add(
      Connection connection, SecretLevel level, SecretId id, SecretLevel to, String principal)
      throws SQLException {
    var secret = number(connection, level, id);
    try (var statement =
        connection.prepareStatement(
            """
            INSERT INTO secret_grant (project, domain, group_name, key_name, group_version,
              secret_id, granted_at, granted_by)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (group_name, key_name, group_version, project, domain) DO UPDATE
            SET granted_at = secret_grant.granted_at
            WHERE secret_grant.secret_id = excluded.secret_id
            """)) {
      var arguments = Arguments.of(statement);
      StoredSecrets.name(arguments, to, id);
      arguments.number(secret).instant(clock.instant()).text(principal);
      if (statement.executeUpdate() == 0) {
        throw Rejection.alreadyExists(
            "Another secret '%s' is granted to %s already; take that grant back first.", id, to);
      }
      return true;
    }
  }

  private static long number(Connection connection, SecretLevel level, SecretId id)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "SELECT id FROM secret WHERE " + StoredSecrets.OF_NAME + " FOR SHARE")) {
      StoredSecrets.name(Arguments.of(statement), level, id);
      try (var rows = statement.executeQuery()) {
        if (!rows.next()) {
          throw Rejection.notFound("There is no secret '%s' of %s.", id, level);
        }
        return rows.getLong("id");
      }
    }
  }

  private static List<KeptSecret> withGrants(Connection connection, List<KeptSecret> secrets)
      throws SQLException {
    Map<Long, List<SecretLevel>> grants = new LinkedHashMap<>();
    try (var statement =
        connection.prepareStatement(
            "SELECT secret_id, project, domain FROM secret_grant WHERE secret_id = ANY (?)"
                + " ORDER BY project, domain")) {
      Arguments.of(statement).longs(secrets, KeptSecret::number);
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          grants
              .computeIfAbsent(rows.getLong("secret_id"), first -> new ArrayList<>())
              .add(StoredSecrets.level(rows));
        }
      }
    }
    return secrets.stream()
        .map(
            one ->
                new KeptSecret(
                    one.number(),
                    one.level(),
                    one.id(),
                    one.changedAt(),
                    one.changedBy(),
                    Optional.ofNullable(grants.get(one.number())).orElse(List.of())))
        .toList();
  }
}
