package dev.harrier.security.token;

import static java.util.Objects.requireNonNull;

import dev.harrier.database.Arguments;
import dev.harrier.database.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Ends tokens before their time, within the transaction of whatever is the reason. What a method
 * returns is given to {@link AccountStatus#end} after the commit.
 */
public final class Revocations {
  private final Clock clock;

  Revocations(Clock clock) {
    this.clock = requireNonNull(clock, "clock");
  }

  /** By which of its columns a grant is found. */
  private enum Whose {
    SUBJECT("subject = ?"),
    CLIENT("client_id = ?"),
    SESSION("session_id = ?::uuid"),
    ID("id = ?::uuid");

    private final String condition;

    Whose(String condition) {
      this.condition = condition;
    }
  }

  /**
   * Ends a single token.
   *
   * @param until when it would have ended anyway: nobody need remember it for longer
   */
  public void token(Connection connection, String id, Instant until) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "INSERT INTO revocation (id, until) VALUES (?, ?) ON CONFLICT DO NOTHING")) {
      Arguments.of(statement).text(id).instant(until);
      statement.executeUpdate();
    }
  }

  /**
   * Ends all that somebody has here: all grants with all that came of them, the sessions of
   * browsers, and the logins of devices that nobody came for yet.
   *
   * @return the ids of the grants
   */
  public List<String> allOf(Connection connection, String subject) throws SQLException {
    try (var statement =
        connection.prepareStatement("DELETE FROM browser_session WHERE principal = ?")) {
      Arguments.of(statement).text(subject);
      statement.executeUpdate();
    }
    try (var statement =
        connection.prepareStatement("DELETE FROM device_login WHERE subject = ?")) {
      Arguments.of(statement).text(subject);
      statement.executeUpdate();
    }
    return grants(connection, Whose.SUBJECT, subject);
  }

  /** Ends all grants to a client. */
  public List<String> grantsTo(Connection connection, String clientId) throws SQLException {
    return grants(connection, Whose.CLIENT, clientId);
  }

  /** Ends all grants that came of sessions that were just removed; their ids are returned, too. */
  public List<String> grantsOfSessions(Connection connection, List<String> sessionIds)
      throws SQLException {
    var all = new ArrayList<>(sessionIds);
    for (var id : sessionIds) {
      all.addAll(grants(connection, Whose.SESSION, id));
    }
    return all;
  }

  /** Ends one grant. */
  public List<String> grant(Connection connection, String id) throws SQLException {
    return grants(connection, Whose.ID, id);
  }

  private List<String> grants(Connection connection, Whose whose, String id) throws SQLException {
    var ids = new ArrayList<String>();
    var now = clock.instant();
    try (var statement =
        connection.prepareStatement(
            "UPDATE login_grant SET revoked_at = ? WHERE "
                + whose.condition
                + " AND revoked_at IS NULL AND ends_at > ? RETURNING id::text AS id")) {
      Arguments.of(statement).instant(now).text(id).instant(now.minus(AccountStatus.KEPT));
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          ids.add(Rows.text(rows, "id"));
        }
      }
    }
    for (var one : ids) {
      token(connection, one, now.plus(AccountStatus.KEPT));
    }
    return ids;
  }
}
