package dev.harrier.security.oauth;

import static java.util.Objects.requireNonNull;

import dev.harrier.audit.Actor;
import dev.harrier.audit.AuditLog;
import dev.harrier.audit.AuditRecord;
import dev.harrier.audit.Event;
import dev.harrier.audit.Outcome;
import dev.harrier.audit.Source;
import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.Rows;
import dev.harrier.security.Secret;
import dev.harrier.security.Strength;
import dev.harrier.security.Subjects;
import dev.harrier.security.token.AccountStatus;
import dev.harrier.security.token.OpaqueToken;
import dev.harrier.security.token.TokenVerifier.VerifiedToken;
import dev.harrier.spi.Rejection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What logins gave to clients. Codes and refresh tokens are good once: one that is shown a second
 * time was stolen, from either party; so all that came of its login ends.
 */
final class Grants {
  private static final Logger LOG = LoggerFactory.getLogger(Grants.class);

  private final Database database;
  private final AccountStatus accountStatus;
  private final Lifetimes lifetimes;
  private final AuditLog log;
  private final Clock clock;

  /**
   * @param log that is told of logins that ended since somebody else may have them
   */
  Grants(
      Database database,
      AccountStatus accountStatus,
      Lifetimes lifetimes,
      AuditLog log,
      Clock clock) {
    this.database = requireNonNull(database, "database");
    this.accountStatus = requireNonNull(accountStatus, "accountStatus");
    this.lifetimes = requireNonNull(lifetimes, "lifetimes");
    this.log = requireNonNull(log, "log");
    this.clock = requireNonNull(clock, "clock");
  }

  /**
   * What one login gave to one client.
   *
   * @param strength of that login
   */
  record Grant(
      String id,
      String clientId,
      String subject,
      Set<String> scopes,
      Strength strength,
      Instant endsAt) {}

  /**
   * Makes a grant.
   *
   * @throws dev.harrier.spi.RejectedException UNAUTHENTICATED if its owner may not log in any more
   */
  Grant open(Connection connection, String clientId, ResourceOwner owner, Set<String> scopes)
      throws SQLException {
    var now = clock.instant();
    var lifetime =
        scopes.contains(Scopes.OFFLINE)
            ? lifetimes.login()
            : lifetimes.accessToken().plus(lifetimes.code());
    var subject = owner.subject();
    var endsAt = earlier(now.plus(lifetime), vouchedUntil(connection, owner));
    var id = UUID.randomUUID().toString();
    // A user who was disabled in this moment, or whose session was ended, by another password too,
    // gets nothing: the row is there only if they may. The login is as strong as the session's.
    try (var statement =
        connection.prepareStatement(
            "INSERT INTO login_grant (id, client_id, subject, scopes, acr, amr, created_at, ends_at,"
                + " session_id) SELECT ?::uuid, ?, ?, ?, s.acr, s.amr, ?, ?, s.id"
                + " FROM browser_session s WHERE s.id = ?::uuid AND s.principal = ? AND"
                + " (EXISTS (SELECT 1 FROM local_user WHERE name = ? AND disabled_at IS NULL FOR SHARE)"
                + " OR EXISTS (SELECT 1 FROM outside_person WHERE principal = ? AND disabled_at IS NULL"
                + " FOR SHARE)) FOR SHARE OF s RETURNING acr, amr")) {
      Arguments.of(statement)
          .text(id)
          .text(clientId)
          .text(subject)
          .textArray(scopes.stream().sorted().toList())
          .instant(now)
          .instant(endsAt)
          .text(owner.sessionId())
          .text(subject)
          .text(Subjects.userName(subject).orElse(""))
          .text(subject);
      try (var row = statement.executeQuery()) {
        if (!row.next()) {
          throw Rejection.unauthenticated("This user may not log in.");
        }
        return new Grant(id, clientId, subject, scopes, strength(row), endsAt);
      }
    }
  }

  // Whether a provider vouches on is known no longer than the session lasts.
  private static Instant vouchedUntil(Connection connection, ResourceOwner owner)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "SELECT ends_at FROM browser_session WHERE id = ?::uuid AND provider IS NOT NULL")) {
      Arguments.of(statement).text(owner.sessionId());
      try (var rows = statement.executeQuery()) {
        return rows.next() ? Rows.instant(rows, "ends_at") : Instant.MAX;
      }
    }
  }

  Lifetimes lifetimes() {
    return lifetimes;
  }

  /** How long an access token of the grant may live. */
  Duration accessLifetime(Grant grant) {
    var left = Duration.between(clock.instant(), grant.endsAt());
    return left.compareTo(lifetimes.accessToken()) < 0 ? left : lifetimes.accessToken();
  }

  /** Ends a grant with all that came of it. */
  void revoke(String grantId) {
    accountStatus.end(
        database
            .api()
            .transaction(
                "revoke a grant",
                connection -> accountStatus.revocations().grant(connection, grantId)));
  }

  /** Ends a token that came of no grant. */
  void revokeToken(VerifiedToken token) {
    accountStatus.end(
        database
            .api()
            .transaction(
                "revoke a token",
                connection -> {
                  accountStatus.revocations().token(connection, token.id(), token.expiresAt());
                  return List.of(token.id());
                }),
        token.expiresAt());
  }

  /** Ends a login of which somebody shows what only another one can have. */
  Redemption stolen(Connection connection, Grant grant, String shownBy, String sentence)
      throws SQLException {
    LOG.warn(
        "Login ended, perhaps stolen: {} grant={} subject={} client={} shown by client={}",
        sentence,
        grant.id(),
        grant.subject(),
        grant.clientId(),
        shownBy);
    var details = new TreeMap<String, Object>();
    details.put("grant", grant.id());
    details.put("shown_by", shownBy);
    log.record(
        AuditRecord.of(
            Event.TOKEN_REUSED,
            Outcome.ALARM,
            new Actor(grant.subject(), "", Optional.of(grant.clientId()), List.of()),
            Source.HERE,
            details));
    return Redemption.refused(
        OauthException.invalidGrant(sentence),
        accountStatus.revocations().grant(connection, grant.id()));
  }

  /** What came of a transaction that is committed. */
  Redeemed settled(Redemption found) throws OauthException {
    accountStatus.end(found.revoked());
    if (found.refusal().isPresent()) {
      throw found.refusal().get();
    }
    return found.redeemed().orElseThrow();
  }

  /** What becomes of a code or token that was not used before. */
  interface Unused {
    /**
     * Judges it.
     *
     * @param row with the columns of its own table, too
     */
    Redemption shown(Grant grant, ResultSet row) throws SQLException;
  }

  /**
   * Looks at a code or token that a client shows, and lets nobody else look meanwhile.
   *
   * @param table where it is
   * @param what it is, for a sentence
   */
  Redemption redeem(
      Connection connection,
      String table,
      String what,
      Secret shown,
      String clientId,
      Unused unused)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "SELECT g.id::text AS id, g.client_id, g.subject, g.scopes, g.acr, g.amr, g.ends_at,"
                + " g.revoked_at, s.* FROM "
                + table
                + " s JOIN login_grant g ON g.id = s.grant_id WHERE s.digest = ? FOR UPDATE OF s")) {
      Arguments.of(statement).bytes(OpaqueToken.digest(shown));
      try (var row = statement.executeQuery()) {
        if (!row.next()) {
          return Redemption.refused(what + " is unknown.");
        }
        var grant = read(row);
        if (Rows.optionalInstant(row, "used_at").isPresent()) {
          return stolen(
              connection,
              grant,
              clientId,
              what + " was used before; all that came of its login has ended.");
        }
        return unused.shown(grant, row);
      }
    }
  }

  /** Makes a code or token good for nothing any more. */
  void useUp(Connection connection, String table, Secret shown) throws SQLException {
    try (var statement =
        connection.prepareStatement("UPDATE " + table + " SET used_at = ? WHERE digest = ?")) {
      Arguments.of(statement).instant(clock.instant()).bytes(OpaqueToken.digest(shown));
      statement.executeUpdate();
    }
  }

  /** Whether the code or token of a row has ended, or its grant has. */
  boolean over(Grant grant, ResultSet row) throws SQLException {
    var now = clock.instant();
    return !Rows.instant(row, "expires_at").isAfter(now)
        || Rows.optionalInstant(row, "revoked_at").isPresent()
        || !grant.endsAt().isAfter(now);
  }

  static Grant read(ResultSet row) throws SQLException {
    return new Grant(
        Rows.text(row, "id"),
        Rows.text(row, "client_id"),
        Rows.text(row, "subject"),
        Set.copyOf(Rows.texts(row, "scopes")),
        strength(row),
        Rows.instant(row, "ends_at"));
  }

  private static Strength strength(ResultSet row) throws SQLException {
    return new Strength(Rows.optionalText(row, "acr"), Set.copyOf(Rows.texts(row, "amr")));
  }

  static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
