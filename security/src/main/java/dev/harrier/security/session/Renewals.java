package dev.harrier.security.session;

import static java.util.Objects.requireNonNull;

import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.Rows;
import dev.harrier.security.Secret;
import dev.harrier.security.provider.Person;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * With what providers can be asked again whether they still vouch for who is logged in: their
 * refresh tokens, each sealed for its own session.
 */
final class Renewals {
  private static final String PURPOSE = "renewal";

  private final Database database;
  private final People people;
  private final AuthenticatedEncryption encryption;
  private final SessionLimits limits;
  private final Clock clock;

  Renewals(
      Database database,
      People people,
      AuthenticatedEncryption encryption,
      SessionLimits limits,
      Clock clock) {
    this.database = requireNonNull(database, "database");
    this.people = requireNonNull(people, "people");
    this.encryption = requireNonNull(encryption, "encryption");
    this.limits = requireNonNull(limits, "limits");
    this.clock = requireNonNull(clock, "clock");
  }

  /** What the row of a session holds of one. */
  byte[] sealed(String id, Secret renewal) {
    return encryption.encrypt(PURPOSE + id, renewal);
  }

  /** A session whose provider has not been asked for long. */
  record Due(String id, String principal, String provider, Secret renewal) {}

  /** Takes sessions to ask about; nobody else gets them until they are due again. */
  List<Due> takeDue(int max) {
    var now = clock.instant();
    return database
        .api()
        .run(
            "find sessions to ask providers about",
            connection -> {
              try (var statement =
                  connection.prepareStatement(
                      "UPDATE browser_session SET checked_at = ? WHERE id IN (SELECT id FROM browser_session"
                          + " WHERE renewal IS NOT NULL AND checked_at <= ? AND ends_at > ?"
                          // A program goes on by what it got, long after the browser is idle.
                          + " AND (used_at > ? OR EXISTS (SELECT 1 FROM login_grant g"
                          + " WHERE g.session_id = browser_session.id AND g.revoked_at IS NULL"
                          + " AND g.ends_at > ?))"
                          + " ORDER BY checked_at LIMIT ? FOR UPDATE SKIP LOCKED)"
                          + " RETURNING id::text AS id, principal, provider, renewal")) {
                Arguments.of(statement)
                    .instant(now)
                    .instant(now.minus(limits.recheck()))
                    .instant(now)
                    .instant(now.minus(limits.idle()))
                    .instant(now)
                    .number(max);
                var due = new ArrayList<Due>();
                try (var rows = statement.executeQuery()) {
                  while (rows.next()) {
                    var id = Rows.text(rows, "id");
                    // One sealed with a lost key cannot be asked about, and ends with its time.
                    var renewal = encryption.decrypt(PURPOSE + id, rows.getBytes("renewal"));
                    if (renewal.isPresent()) {
                      due.add(
                          new Due(
                              id,
                              Rows.text(rows, "principal"),
                              Rows.text(rows, "provider"),
                              renewal.get()));
                    }
                  }
                }
                return due;
              }
            });
  }

  /** Makes sessions due again at once: their provider did not answer. */
  void askAgain(List<String> ids) {
    var unused =
        database
            .api()
            .run(
                "put off asking providers about sessions",
                connection -> {
                  try (var statement =
                      connection.prepareStatement(
                          "UPDATE browser_session SET checked_at = ? WHERE id::text = ANY(?)")) {
                    Arguments.of(statement)
                        .instant(clock.instant().minus(limits.recheck()))
                        .textArray(ids);
                    return statement.executeUpdate();
                  }
                });
  }

  /** Keeps what a provider said of a session that goes on. */
  void renewed(String id, Optional<Person> person, Secret renewal) {
    var unused =
        database
            .api()
            .transaction(
                "keep what a provider said",
                connection -> {
                  if (person.isPresent()) {
                    people.keep(connection, person.get());
                  }
                  try (var statement =
                      connection.prepareStatement(
                          "UPDATE browser_session SET renewal = ? WHERE id = ?::uuid")) {
                    Arguments.of(statement).bytes(sealed(id, renewal)).text(id);
                    return statement.executeUpdate();
                  }
                });
  }
}
