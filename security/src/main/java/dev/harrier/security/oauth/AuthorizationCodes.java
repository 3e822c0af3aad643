package dev.harrier.security.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.Rows;
import dev.harrier.security.Secret;
import dev.harrier.security.token.OpaqueToken;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Set;

/** Codes that browsers carry from a user to a client, each good once and for a minute. */
final class AuthorizationCodes {
  private static final String TABLE = "authorization_code";

  private final Database database;
  private final Grants grants;
  private final RefreshTokens refreshTokens;
  private final Lifetimes lifetimes;
  private final Clock clock;

  AuthorizationCodes(
      Database database,
      Grants grants,
      RefreshTokens refreshTokens,
      Lifetimes lifetimes,
      Clock clock) {
    this.database = requireNonNull(database, "database");
    this.grants = requireNonNull(grants, "grants");
    this.refreshTokens = requireNonNull(refreshTokens, "refreshTokens");
    this.lifetimes = requireNonNull(lifetimes, "lifetimes");
    this.clock = requireNonNull(clock, "clock");
  }

  /** A code for what a user has just allowed. */
  Secret make(
      String clientId,
      ResourceOwner owner,
      Set<String> scopes,
      String redirectUri,
      String challenge) {
    var code = OpaqueToken.make();
    var unused =
        database
            .api()
            .transaction(
                "make a code",
                connection -> {
                  var grant = grants.open(connection, clientId, owner, scopes);
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
  Redeemed redeem(Secret code, String clientId, String redirectUri, String challenge)
      throws OauthException {
    return grants.settled(
        database
            .api()
            .transaction(
                "redeem a code",
                connection -> redeem(connection, code, clientId, redirectUri, challenge)));
  }

  private Redemption redeem(
      Connection connection, Secret code, String clientId, String redirectUri, String challenge)
      throws SQLException {
    return grants.redeem(
        connection,
        TABLE,
        "The code",
        code,
        clientId,
        (grant, row) -> {
          grants.useUp(connection, TABLE, code);
          if (!grant.clientId().equals(clientId)
              || !Rows.text(row, "redirect_uri").equals(redirectUri)
              || !same(Rows.text(row, "challenge"), challenge)) {
            // Whoever shows it is not whom it was made for; so it is good for nobody any more.
            return grants.stolen(
                connection,
                grant,
                clientId,
                "The code was made for another client, redirect URI or verifier.");
          }
          if (grants.over(grant, row)) {
            return Redemption.refused("The code is over.");
          }
          return Redemption.of(new Redeemed(grant, refreshTokens.issue(connection, grant)));
        });
  }

  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(one.getBytes(UTF_8), other.getBytes(UTF_8));
  }
}
