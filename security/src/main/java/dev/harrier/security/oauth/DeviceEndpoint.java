package dev.harrier.security.oauth;

import static java.util.Objects.requireNonNull;

import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.Rows;
import dev.harrier.security.RemoteNetwork;
import dev.harrier.security.Secret;
import dev.harrier.security.session.Session;
import dev.harrier.security.token.OpaqueToken;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.spi.StoreUnavailableException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Logins of devices without a browser (RFC 8628): a short code is typed on another one. */
public final class DeviceEndpoint {
  private static final Duration LIFETIME = Duration.ofMinutes(10);
  private static final int INTERVAL_SECONDS = 2;
  private static final int SLOWER_BY_SECONDS = 5;

  /** Nobody proved anything yet when such a login begins; so there are not many at once. */
  private static final int AT_ONCE_MAX = 1_000;

  /**
   * Of one client from one network, so that no single one uses up those of all. The machine itself
   * is none: behind a proxy on it everybody comes from there.
   */
  private static final int AT_ONCE_FROM_NETWORK_MAX = 50;

  /** No vowels, so that no words come out, and nothing that looks like something else. */
  private static final String LETTERS = "BCDFGHJKLMNPQRSTVWXZ";

  private static final int USER_CODE_LETTERS = 8;

  private final ServerAddress server;
  private final ClientAuthentication authentication;
  private final Grants grants;
  private final RefreshTokens refreshTokens;
  private final Database database;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  DeviceEndpoint(
      ServerAddress server,
      ClientAuthentication authentication,
      Grants grants,
      RefreshTokens refreshTokens,
      Database database,
      Clock clock) {
    this.server = requireNonNull(server, "server");
    this.authentication = requireNonNull(authentication, "authentication");
    this.grants = requireNonNull(grants, "grants");
    this.refreshTokens = requireNonNull(refreshTokens, "refreshTokens");
    this.database = requireNonNull(database, "database");
    this.clock = requireNonNull(clock, "clock");
  }

  /**
   * Begins a login: answers the device's request.
   *
   * @param address where it comes from
   */
  public Answer begin(ClientProof shown, String form, String address) {
    try {
      var parameters = Parameters.parse(form);
      var client = authentication.client(shown, parameters);
      var scopes = Scopes.parse(parameters.get("scope").orElse(""));
      var deviceCode = OpaqueToken.make();
      var userCode = userCode();
      insert(new Origin(client.id(), address), scopes, deviceCode, userCode);
      var page = server.at(ServerAddress.DEVICE_PATH);
      var typed = userCode.substring(0, 4) + "-" + userCode.substring(4);
      var body = new LinkedHashMap<String, Object>();
      body.put("device_code", deviceCode.reveal());
      body.put("user_code", typed);
      body.put("verification_uri", page);
      body.put(
          "verification_uri_complete",
          page + "?user_code=" + URLEncoder.encode(typed, StandardCharsets.UTF_8));
      body.put("expires_in", LIFETIME.toSeconds());
      body.put("interval", INTERVAL_SECONDS);
      return Answer.ok(body);
    } catch (OauthException e) {
      return Answer.refusal(e);
    } catch (StoreUnavailableException e) {
      return Answer.unavailable();
    }
  }

  /**
   * A login that waits for its code to be typed.
   *
   * @param since when it was begun
   * @param address where it was begun
   */
  public record Waiting(String clientId, Instant since, String address) {}

  /** The login that waits for this code to be typed; empty if none does any more. */
  public Optional<Waiting> waiting(String typed) {
    return database
        .api()
        .run(
            "look at a device's login",
            connection -> {
              try (var statement =
                  connection.prepareStatement(
                      "SELECT client_id, expires_at, address FROM device_login WHERE user_code_digest = ?"
                          + " AND expires_at > ? AND subject IS NULL AND NOT denied")) {
                Arguments.of(statement).bytes(digest(typed)).instant(clock.instant());
                try (var rows = statement.executeQuery()) {
                  return rows.next()
                      ? Optional.of(
                          new Waiting(
                              Rows.text(rows, "client_id"),
                              Rows.instant(rows, "expires_at").minus(LIFETIME),
                              Rows.text(rows, "address")))
                      : Optional.<Waiting>empty();
                }
              }
            });
  }

  /** Whether the login was still waiting, and is from now on whose who is logged in here. */
  public boolean allow(String typed, Session session) {
    return settle(
        typed,
        "subject = ?, session_id = ?::uuid",
        arguments -> arguments.text(session.principal()).text(session.id()));
  }

  /** Ends a login that nobody here began. */
  public boolean deny(String typed) {
    return settle(typed, "denied = ?", arguments -> arguments.truth(true));
  }

  private interface Decision {
    Arguments in(Arguments arguments) throws SQLException;
  }

  private boolean settle(String typed, String set, Decision decision) {
    return database
        .api()
        .run(
            "settle a device's login",
            connection -> {
              try (var statement =
                  connection.prepareStatement(
                      "UPDATE device_login SET "
                          + set
                          + " WHERE user_code_digest = ? AND expires_at > ? AND subject IS NULL"
                          + " AND NOT denied")) {
                decision.in(Arguments.of(statement)).bytes(digest(typed)).instant(clock.instant());
                return statement.executeUpdate() == 1;
              }
            });
  }

  /** What a poll found. */
  private record Poll(Optional<Redeemed> redeemed, String error, String sentence) {
    static Poll of(String error, String sentence) {
      return new Poll(Optional.empty(), error, sentence);
    }
  }

  /** The device asks whether its user is done. */
  Redeemed redeem(Secret deviceCode, String clientId) throws OauthException {
    var poll =
        database
            .api()
            .transaction(
                "ask for a device's login", connection -> poll(connection, deviceCode, clientId));
    return poll.redeemed().orElseThrow(() -> new OauthException(poll.error(), poll.sentence()));
  }

  private Poll poll(Connection connection, Secret deviceCode, String clientId) throws SQLException {
    var now = clock.instant();
    var digest = OpaqueToken.digest(deviceCode);
    try (var statement =
        connection.prepareStatement(
            "SELECT client_id, scopes, expires_at, next_poll_at, subject, session_id::text AS session_id, denied FROM device_login"
                + " WHERE digest = ? FOR UPDATE")) {
      Arguments.of(statement).bytes(digest);
      try (var row = statement.executeQuery()) {
        if (!row.next() || !Rows.text(row, "client_id").equals(clientId)) {
          return Poll.of("invalid_grant", "The device code is unknown, or was used.");
        }
        if (!Rows.instant(row, "expires_at").isAfter(now)) {
          return Poll.of("expired_token", "Nobody typed the code in time.");
        }
        if (row.getBoolean("denied")) {
          return Poll.of("access_denied", "The user did not allow it.");
        }
        var early = Rows.instant(row, "next_poll_at").isAfter(now);
        var subject = Rows.optionalText(row, "subject");
        var scopes = Set.copyOf(Rows.texts(row, "scopes"));
        if (early || subject.isEmpty()) {
          wait(connection, digest, early);
          return early
              ? Poll.of("slow_down", "Asked before the interval was over.")
              : Poll.of("authorization_pending", "Nobody typed the code yet.");
        }
        try (var delete =
            connection.prepareStatement("DELETE FROM device_login WHERE digest = ?")) {
          Arguments.of(delete).bytes(digest);
          delete.executeUpdate();
        }
        var owner = new ResourceOwner(subject.get(), Rows.text(row, "session_id"));
        var grant = grants.open(connection, clientId, owner, scopes);
        var redeemed = new Redeemed(grant, refreshTokens.issue(connection, grant));
        return new Poll(Optional.of(redeemed), "", "");
      }
    }
  }

  private void wait(Connection connection, byte[] digest, boolean early) throws SQLException {
    // A tenth of a second less than asked for: a client that waits exactly must not be slowed.
    try (var statement =
        connection.prepareStatement(
            "UPDATE device_login SET interval_seconds = interval_seconds + ?,"
                + " next_poll_at = ?::timestamptz + (interval_seconds + ?) * interval '1 second'"
                + " - interval '100 milliseconds' WHERE digest = ?")) {
      var slower = early ? SLOWER_BY_SECONDS : 0;
      Arguments.of(statement).number(slower).instant(clock.instant()).number(slower).bytes(digest);
      statement.executeUpdate();
    }
  }

  private record Origin(String clientId, String address) {}

  private void insert(Origin origin, Set<String> scopes, Secret deviceCode, String userCode)
      throws OauthException {
    var now = clock.instant();
    var inserted =
        database
            .api()
            .transaction(
                "begin a device's login",
                connection -> {
                  giveWay(connection, origin, now);
                  try (var statement =
                      connection.prepareStatement(
                          "INSERT INTO device_login (digest, user_code_digest, client_id, scopes, expires_at,"
                              + " interval_seconds, next_poll_at, address) SELECT ?, ?, ?, ?, ?, ?, ?, ?"
                              + " WHERE (SELECT count(*) FROM device_login WHERE expires_at > ?) < ?"
                              + " ON CONFLICT DO NOTHING")) {
                    Arguments.of(statement)
                        .bytes(OpaqueToken.digest(deviceCode))
                        .bytes(digest(userCode))
                        .text(origin.clientId())
                        .textArray(scopes.stream().sorted().toList())
                        .instant(now.plus(LIFETIME))
                        .number(INTERVAL_SECONDS)
                        .instant(now)
                        .text(origin.address())
                        .instant(now)
                        .number(AT_ONCE_MAX);
                    return statement.executeUpdate();
                  }
                });
    if (inserted == 0) {
      throw new OauthException(
          OauthException.UNAVAILABLE, "Too many logins of devices are under way; try again.");
    }
  }

  /**
   * Makes room for one more: the oldest that nobody allowed yet give way, at first those of the
   * same client and network, then those of whoever has the most. To refuse the newcomer would let
   * anybody keep all others from logging in.
   */
  private static void giveWay(Connection connection, Origin origin, Instant now)
      throws SQLException {
    var network = RemoteNetwork.of(origin.address());
    if (!network.loopback()) {
      try (var statement =
          connection.prepareStatement(
              "DELETE FROM device_login WHERE digest IN (SELECT digest FROM device_login"
                  + " WHERE expires_at > ? AND subject IS NULL AND client_id = ?"
                  + " AND starts_with(address || '/', ?) ORDER BY expires_at DESC OFFSET ?)")) {
        Arguments.of(statement)
            .instant(now)
            .text(origin.clientId())
            .text(network.prefix())
            .number(AT_ONCE_FROM_NETWORK_MAX - 1);
        statement.executeUpdate();
      }
    }
    try (var statement =
        connection.prepareStatement(
            "DELETE FROM device_login WHERE digest IN (SELECT digest FROM"
                + " (SELECT digest, expires_at, subject, count(*) OVER () AS of_all,"
                + " count(*) OVER (PARTITION BY address, client_id) AS of_one FROM device_login"
                + " WHERE expires_at > ?) AS waiting WHERE subject IS NULL AND of_all >= ?"
                + " ORDER BY of_one DESC, expires_at LIMIT 1)")) {
      Arguments.of(statement).instant(now).number(AT_ONCE_MAX);
      statement.executeUpdate();
    }
  }

  private String userCode() {
    var code = new StringBuilder();
    for (var letter = 0; letter < USER_CODE_LETTERS; letter++) {
      code.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return code.toString();
  }

  // Case, blanks and dashes are how people type, and no part of the code.
  private static byte[] digest(String typed) {
    var letters = typed.toUpperCase(Locale.ROOT).replaceAll("[^A-Z]", "");
    return OpaqueToken.digest(new Secret("user code " + letters));
  }
}
