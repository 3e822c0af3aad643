package dev.harrier.security.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.Rows;
import dev.harrier.security.Secret;
import dev.harrier.security.Strength;
import dev.harrier.security.Subjects;
import dev.harrier.security.session.Session;
import dev.harrier.security.token.OpaqueToken;
import dev.harrier.security.token.Standing;
import dev.harrier.security.token.TokenVerifier.VerifiedToken;
import dev.harrier.spi.Rejection;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What logins gave to clients: codes and refresh tokens, each good once. One that is shown a second
 * time was stolen, from either party; so all that came of its login ends.
 */
final class Grants {
  private static final Logger LOG = LoggerFactory.getLogger(Grants.class);

  /** In the long run a login is refreshed no more often than that. */
  private static final Duration REFRESH_STEP = Duration.ofSeconds(10);

  /** More than any client needs in a row: one that is refused once asks once. */
  private static final int REFRESHES_AT_ONCE_MAX = 30;

  private final Database database;
  private final Standing standing;
  private final Lifetimes lifetimes;
  private final Clock clock;

  Grants(Database database, Standing standing, Lifetimes lifetimes, Clock clock) {
    this.database = requireNonNull(database, "database");
    this.standing = requireNonNull(standing, "standing");
    this.lifetimes = requireNonNull(lifetimes, "lifetimes");
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
   * Who allows a client to act.
   *
   * @param sessionId of the browser where they are logged in; whoever ends it ends the grant
   */
  record Giver(String subject, String sessionId) {
    static Giver of(Session session) {
      return new Giver(session.principal(), session.id());
    }
  }

  /**
   * A grant that a client came for.
   *
   * @param refreshToken the next one, if the grant is to outlive its access token
   */
  record Redeemed(Grant grant, Optional<Secret> refreshToken) {}

  /** What a transaction found, and what it revoked for it. */
  private record Found(
      Optional<Redeemed> redeemed, Optional<OauthException> refusal, List<String> revoked) {
    static Found of(Redeemed redeemed) {
      return new Found(Optional.of(redeemed), Optional.empty(), List.of());
    }

    static Found refused(String refusal) {
      return refused(OauthException.invalidGrant(refusal));
    }

    static Found refused(OauthException refusal) {
      return new Found(Optional.empty(), Optional.of(refusal), List.of());
    }
  }

  /** Ends a login of which somebody shows what only another one can have. */
  private Found stolen(Connection connection, Grant grant, String shownBy, String sentence)
      throws SQLException {
    LOG.warn(
        "Login ended, perhaps stolen: {} grant={} subject={} client={} shown by client={}",
        sentence,
        grant.id(),
        grant.subject(),
        grant.clientId(),
        shownBy);
    return new Found(
        Optional.empty(),
        Optional.of(OauthException.invalidGrant(sentence)),
        standing.revokeGrant(connection, grant.id()));
  }

  /** A code for what a user has just allowed. */
  Secret code(
      String clientId, Giver giver, Set<String> scopes, String redirectUri, String challenge) {
    var code = OpaqueToken.make();
    var unused =
        database
            .api()
            .transaction(
                "make a code",
                connection -> {
                  var grant = insert(connection, clientId, giver, scopes);
                  try (var statement =
                      connection.prepareStatement(
                          "INSERT INTO authorization_code (digest, grant_id, redirect_uri, challenge, expires_at)"
                              + " VALUES (?, ?::uuid, ?, ?, ?)")) {
                    Arguments.of(statement)
                        .bytes(OpaqueToken.digest(code))
                        .text(grant.id())
                        .text(redirectUri)
                        .text(challenge)
                        .instant(clock.instant().plus(lifetimes.code()));
                    return statement.executeUpdate();
                  }
                });
    return code;
  }

  /**
   * Uses a code up.
   *
   * @param challenge of the verifier that the client shows
   */
  Redeemed redeemCode(Secret code, String clientId, String redirectUri, String challenge)
      throws OauthException {
    return settled(
        database
            .api()
            .transaction(
                "redeem a code",
                connection -> redeemCode(connection, code, clientId, redirectUri, challenge)));
  }

  private Found redeemCode(
      Connection connection, Secret code, String clientId, String redirectUri, String challenge)
      throws SQLException {
    var now = clock.instant();
    try (var statement =
        connection.prepareStatement(
            "SELECT g.id::text AS id, g.client_id, g.subject, g.scopes, g.acr, g.amr, g.ends_at, g.revoked_at,"
                + " c.redirect_uri, c.challenge, c.expires_at, c.used_at"
                + " FROM authorization_code c JOIN login_grant g ON g.id = c.grant_id"
                + " WHERE c.digest = ? FOR UPDATE OF c")) {
      Arguments.of(statement).bytes(OpaqueToken.digest(code));
      try (var row = statement.executeQuery()) {
        if (!row.next()) {
          return Found.refused("The code is unknown.");
        }
        var grant = read(row);
        if (Rows.optionalInstant(row, "used_at").isPresent()) {
          return stolen(
              connection,
              grant,
              clientId,
              "The code was used before; all that came of it has ended.");
        }
        use(connection, "UPDATE authorization_code SET used_at = ? WHERE digest = ?", code);
        if (!grant.clientId().equals(clientId)
            || !Rows.text(row, "redirect_uri").equals(redirectUri)
            || !same(Rows.text(row, "challenge"), challenge)) {
          // Whoever shows it is not whom it was made for; so it is good for nobody any more.
          return stolen(
              connection,
              grant,
              clientId,
              "The code was made for another client, redirect URI or verifier.");
        }
        if (!Rows.instant(row, "expires_at").isAfter(now) || over(row, grant, now)) {
          return Found.refused("The code is over.");
        }
        return Found.of(new Redeemed(grant, refreshToken(connection, grant)));
      }
    }
  }

  /** Uses a refresh token up; the next one comes with the answer. */
  Redeemed redeemRefreshToken(Secret token, String clientId) throws OauthException {
    return settled(
        database
            .api()
            .transaction(
                "redeem a refresh token",
                connection -> redeemRefreshToken(connection, token, clientId)));
  }

  private Found redeemRefreshToken(Connection connection, Secret token, String clientId)
      throws SQLException {
    var now = clock.instant();
    try (var statement =
        connection.prepareStatement(
            "SELECT g.id::text AS id, g.client_id, g.subject, g.scopes, g.acr, g.amr, g.ends_at, g.revoked_at,"
                + " r.expires_at, r.used_at"
                + " FROM refresh_token r JOIN login_grant g ON g.id = r.grant_id"
                + " WHERE r.digest = ? FOR UPDATE OF r")) {
      Arguments.of(statement).bytes(OpaqueToken.digest(token));
      try (var row = statement.executeQuery()) {
        if (!row.next()) {
          return Found.refused("The refresh token is unknown.");
        }
        var grant = read(row);
        if (Rows.optionalInstant(row, "used_at").isPresent()) {
          return stolen(
              connection,
              grant,
              clientId,
              "The refresh token was used before; all that came of its login has ended.");
        }
        if (!grant.clientId().equals(clientId)) {
          return stolen(
              connection,
              grant,
              clientId,
              "The refresh token is another client's; all that came of its login has ended.");
        }
        if (!Rows.instant(row, "expires_at").isAfter(now)
            || over(row, grant, now)
            || standing.ended(grant.subject(), List.of(grant.id()))) {
          return Found.refused("The refresh token is over, or was revoked.");
        }
        if (!pays(connection, grant, now)) {
          return Found.refused(
              new OauthException(
                  OauthException.UNAVAILABLE,
                  "This login is refreshed too often; wait for %s seconds."
                      .formatted(REFRESH_STEP.toSeconds())));
        }
        use(connection, "UPDATE refresh_token SET used_at = ? WHERE digest = ?", token);
        return Found.of(new Redeemed(grant, refreshToken(connection, grant)));
      }
    }
  }

  // A used token stays as long as its login; so a login that is refreshed in a loop must not get
  // one each time.
  private static boolean pays(Connection connection, Grant grant, Instant now) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "UPDATE login_grant SET refreshes_until = greatest(refreshes_until, ?)"
                + " + ? * interval '1 second' WHERE id = ?::uuid"
                + " AND (refreshes_until IS NULL OR refreshes_until <= ?)")) {
      Arguments.of(statement)
          .instant(now)
          .number(REFRESH_STEP.toSeconds())
          .text(grant.id())
          .instant(now.plus(REFRESH_STEP.multipliedBy(REFRESHES_AT_ONCE_MAX - 1L)));
      return statement.executeUpdate() == 1;
    }
  }

  /** A grant without a code: its client is there already. */
  Redeemed redeemNow(Connection connection, String clientId, Giver giver, Set<String> scopes)
      throws SQLException {
    var grant = insert(connection, clientId, giver, scopes);
    return new Redeemed(grant, refreshToken(connection, grant));
  }

  /** The grant that a refresh token came of, be the token used or over. */
  Optional<Grant> origin(Secret refreshToken) {
    return database
        .api()
        .run(
            "look where a refresh token came from",
            connection -> {
              try (var statement =
                  connection.prepareStatement(
                      "SELECT g.id::text AS id, g.client_id, g.subject, g.scopes, g.acr, g.amr, g.ends_at"
                          + " FROM refresh_token r JOIN login_grant g ON g.id = r.grant_id"
                          + " WHERE r.digest = ?")) {
                Arguments.of(statement).bytes(OpaqueToken.digest(refreshToken));
                try (var row = statement.executeQuery()) {
                  return row.next() ? Optional.of(read(row)) : Optional.<Grant>empty();
                }
              }
            });
  }

  /** The grant of a refresh token that could be used now. */
  Optional<Grant> find(Secret refreshToken) {
    var now = clock.instant();
    return database
        .api()
        .run(
            "look at a refresh token",
            connection -> {
              try (var statement =
                  connection.prepareStatement(
                      "SELECT g.id::text AS id, g.client_id, g.subject, g.scopes, g.acr, g.amr, g.ends_at, g.revoked_at"
                          + " FROM refresh_token r JOIN login_grant g ON g.id = r.grant_id"
                          + " WHERE r.digest = ? AND r.used_at IS NULL AND r.expires_at > ?")) {
                Arguments.of(statement).bytes(OpaqueToken.digest(refreshToken)).instant(now);
                try (var row = statement.executeQuery()) {
                  if (!row.next()) {
                    return Optional.<Grant>empty();
                  }
                  var grant = read(row);
                  return over(row, grant, now) ? Optional.<Grant>empty() : Optional.of(grant);
                }
              }
            });
  }

  /** Ends a grant with all that came of it. */
  void revoke(String grantId) {
    standing.end(
        database
            .api()
            .transaction(
                "revoke a grant", connection -> standing.revokeGrant(connection, grantId)));
  }

  /** Ends a token that came of no grant. */
  void revokeToken(VerifiedToken token) {
    standing.end(
        database
            .api()
            .transaction(
                "revoke a token",
                connection -> {
                  standing.revoke(connection, token.id(), token.expiresAt());
                  return List.of(token.id());
                }),
        token.expiresAt());
  }

  private Redeemed settled(Found found) throws OauthException {
    standing.end(found.revoked());
    if (found.refusal().isPresent()) {
      throw found.refusal().get();
    }
    return found.redeemed().orElseThrow();
  }

  private Grant insert(Connection connection, String clientId, Giver giver, Set<String> scopes)
      throws SQLException {
    var now = clock.instant();
    var lifetime =
        scopes.contains(Scopes.OFFLINE)
            ? lifetimes.login()
            : lifetimes.accessToken().plus(lifetimes.code());
    var subject = giver.subject();
    var endsAt = earlier(now.plus(lifetime), vouchedUntil(connection, giver));
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
          .text(giver.sessionId())
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

  private static Strength strength(ResultSet row) throws SQLException {
    return new Strength(Rows.optionalText(row, "acr"), Set.copyOf(Rows.texts(row, "amr")));
  }

  // Whether a provider vouches on is known no longer than the session lasts.
  private static Instant vouchedUntil(Connection connection, Giver giver) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "SELECT ends_at FROM browser_session WHERE id = ?::uuid AND provider IS NOT NULL")) {
      Arguments.of(statement).text(giver.sessionId());
      try (var rows = statement.executeQuery()) {
        return rows.next() ? Rows.instant(rows, "ends_at") : Instant.MAX;
      }
    }
  }

  private Optional<Secret> refreshToken(Connection connection, Grant grant) throws SQLException {
    if (!grant.scopes().contains(Scopes.OFFLINE)) {
      return Optional.empty();
    }
    var token = OpaqueToken.make();
    try (var statement =
        connection.prepareStatement(
            "INSERT INTO refresh_token (digest, grant_id, expires_at) VALUES (?, ?::uuid, ?)")) {
      Arguments.of(statement)
          .bytes(OpaqueToken.digest(token))
          .text(grant.id())
          .instant(earlier(clock.instant().plus(lifetimes.refreshToken()), grant.endsAt()));
      statement.executeUpdate();
    }
    return Optional.of(token);
  }

  private void use(Connection connection, String update, Secret used) throws SQLException {
    try (var statement = connection.prepareStatement(update)) {
      Arguments.of(statement).instant(clock.instant()).bytes(OpaqueToken.digest(used));
      statement.executeUpdate();
    }
  }

  /** How long an access token of the grant may live. */
  Duration accessLifetime(Grant grant) {
    var left = Duration.between(clock.instant(), grant.endsAt());
    return left.compareTo(lifetimes.accessToken()) < 0 ? left : lifetimes.accessToken();
  }

  private static boolean over(ResultSet row, Grant grant, Instant now) throws SQLException {
    return Rows.optionalInstant(row, "revoked_at").isPresent() || !grant.endsAt().isAfter(now);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(one.getBytes(UTF_8), other.getBytes(UTF_8));
  }

  private static Grant read(ResultSet row) throws SQLException {
    return new Grant(
        Rows.text(row, "id"),
        Rows.text(row, "client_id"),
        Rows.text(row, "subject"),
        Set.copyOf(Rows.texts(row, "scopes")),
        strength(row),
        Rows.instant(row, "ends_at"));
  }
}
