package dev.harrier.security.oauth;

import static java.util.Objects.requireNonNull;

import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.security.Secret;
import dev.harrier.security.token.AccountStatus;
import dev.harrier.security.token.OpaqueToken;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Tokens with which clients get new access tokens, each good once: the next comes with the answer.
 */
final class RefreshTokens {
  private static final String TABLE = "refresh_token";

  /** In the long run a login is refreshed no more often than that. */
  private static final Duration REFRESH_STEP = Duration.ofSeconds(10);

  /** More than any client needs in a row: one that is refused once asks once. */
  private static final int REFRESHES_AT_ONCE_MAX = 30;

  private final Database database;
  private final Grants grants;
  private final AccountStatus accountStatus;
  private final Lifetimes lifetimes;
  private final Clock clock;

  RefreshTokens(
      Database database,
      Grants grants,
      AccountStatus accountStatus,
      Lifetimes lifetimes,
      Clock clock) {
    this.database = requireNonNull(database, "database");
    this.grants = requireNonNull(grants, "grants");
    this.accountStatus = requireNonNull(accountStatus, "accountStatus");
    this.lifetimes = requireNonNull(lifetimes, "lifetimes");
    this.clock = requireNonNull(clock, "clock");
  }

  /** The first one of a grant, if it is to outlive its access token. */
  Optional<Secret> issue(Connection connection, Grants.Grant grant) throws SQLException {
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
          .instant(Grants.earlier(clock.instant().plus(lifetimes.refreshToken()), grant.endsAt()));
      statement.executeUpdate();
    }
    return Optional.of(token);
  }

  /** Uses a refresh token up; the next one comes with the answer. */
  Redeemed redeem(Secret token, String clientId) throws OauthException {
    return grants.settled(
        database
            .api()
            .transaction(
                "redeem a refresh token", connection -> redeem(connection, token, clientId)));
  }

  private Redemption redeem(Connection connection, Secret token, String clientId)
      throws SQLException {
    return grants.redeem(
        connection,
        TABLE,
        "The refresh token",
        token,
        clientId,
        (grant, row) -> {
          if (!grant.clientId().equals(clientId)) {
            return grants.stolen(
                connection,
                grant,
                clientId,
                "The refresh token is another client's; all that came of its login has ended.");
          }
          if (grants.over(grant, row)
              || accountStatus.ended(grant.subject(), List.of(grant.id()))) {
            return Redemption.refused("The refresh token is over, or was revoked.");
          }
          if (!pays(connection, grant, clock.instant())) {
            return Redemption.refused(
                new OauthException(
                    OauthException.UNAVAILABLE,
                    "This login is refreshed too often; wait for %s seconds."
                        .formatted(REFRESH_STEP.toSeconds())),
                List.of());
          }
          grants.useUp(connection, TABLE, token);
          return Redemption.of(new Redeemed(grant, issue(connection, grant)));
        });
  }

  // A used token stays as long as its login; so a login that is refreshed in a loop must not get
  // one each time.
  private static boolean pays(Connection connection, Grants.Grant grant, Instant now)
      throws SQLException {
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

  /** The grant that a refresh token came of, be the token used or over. */
  Optional<Grants.Grant> origin(Secret refreshToken) {
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
                  return row.next()
                      ? Optional.of(Grants.read(row))
                      : Optional.<Grants.Grant>empty();
                }
              }
            });
  }

  /** The grant of a refresh token that could be used now. */
  Optional<Grants.Grant> find(Secret refreshToken) {
    return database
        .api()
        .run(
            "look at a refresh token",
            connection -> {
              try (var statement =
                  connection.prepareStatement(
                      "SELECT g.id::text AS id, g.client_id, g.subject, g.scopes, g.acr, g.amr, g.ends_at, g.revoked_at,"
                          + " r.expires_at FROM refresh_token r JOIN login_grant g ON g.id = r.grant_id"
                          + " WHERE r.digest = ? AND r.used_at IS NULL")) {
                Arguments.of(statement).bytes(OpaqueToken.digest(refreshToken));
                try (var row = statement.executeQuery()) {
                  if (!row.next()) {
                    return Optional.<Grants.Grant>empty();
                  }
                  var grant = Grants.read(row);
                  return grants.over(grant, row)
                      ? Optional.<Grants.Grant>empty()
                      : Optional.of(grant);
                }
              }
            });
  }
}
