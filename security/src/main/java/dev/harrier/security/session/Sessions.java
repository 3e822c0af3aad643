package dev.harrier.security.session;

import static java.util.Objects.requireNonNull;

import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.Rows;
import dev.harrier.security.Caller;
import dev.harrier.security.Secret;
import dev.harrier.security.Strength;
import dev.harrier.security.provider.ProviderLogin;
import dev.harrier.security.token.AccountStatus;
import dev.harrier.security.token.OpaqueToken;
import dev.harrier.security.user.User;
import dev.harrier.spi.RejectedException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** The sessions of browsers, as they are stored: a session is what its row says, nothing else. */
public final class Sessions {
  /** How exact it is known when a session was last used: not every request writes. */
  private static final Duration USED_STEP = Duration.ofMinutes(1);

  private static final int LISTED_MAX = 1_000;

  private static final String COLUMNS =
      "id::text AS id, principal, provider, acr, amr, agent, address, created_at, used_at, ends_at";

  private final Database database;
  private final AccountStatus accountStatus;
  private final People people;
  private final Renewals renewals;
  private final SessionOpening opening;
  private final SessionLimits limits;
  private final Clock clock;

  public Sessions(
      Database database,
      AccountStatus accountStatus,
      People people,
      AuthenticatedEncryption encryption,
      SessionLimits limits,
      Clock clock) {
    this.database = requireNonNull(database, "database");
    this.accountStatus = requireNonNull(accountStatus, "accountStatus");
    this.people = requireNonNull(people, "people");
    this.renewals = new Renewals(database, people, encryption, limits, clock);
    this.limits = requireNonNull(limits, "limits");
    this.clock = requireNonNull(clock, "clock");
    this.opening = new SessionOpening(database, accountStatus, people, renewals, limits, clock);
  }

  /** What is kept to ask providers again. */
  Renewals renewals() {
    return renewals;
  }

  /** The browser that logs in. */
  public record Browser(String agent, String address, Optional<Secret> formerCookie) {}

  /** A session that was just opened, and what its cookie holds. */
  public record Opened(Session session, Secret cookie) {
    /** How long the browser keeps the cookie. */
    public Duration lifetime() {
      return Duration.between(session.createdAt(), session.endsAt());
    }
  }

  /**
   * Opens a session for a user of this installation who has just proven who they are.
   *
   * @param user as they were when they proved it
   * @throws RejectedException UNAUTHENTICATED if they were disabled, or chose another password,
   *     since
   */
  public Opened openFor(User user, Browser browser) {
    return opening.of(user, browser);
  }

  /**
   * Opens a session for somebody for whom a provider has just vouched.
   *
   * @param login that came to its end there
   * @throws RejectedException UNAUTHENTICATED if they are disabled here
   */
  public Opened openFor(ProviderLogin.Ended login, String provider, Browser browser) {
    return opening.of(login, provider, browser);
  }

  /** The session of a cookie, if it is good; it counts as used. */
  public Optional<Session> find(Secret cookie) {
    var now = clock.instant();
    return database
        .api()
        .run("find a session", connection -> find(connection, cookie, now))
        .filter(session -> !accountStatus.ended(session.principal(), List.of(session.id())));
  }

  /** Whoever a session stands for, as a caller. */
  public Optional<Caller> caller(Session session, String ownIssuer) {
    var caller =
        session.provider().isEmpty()
            ? Optional.of(Caller.of(ownIssuer, session.principal()))
            : people
                .find(session.principal())
                .map(person -> person.caller(Optional.empty(), Set.of()));
    return caller.map(one -> one.after(session.strength()));
  }

  /** Somebody's sessions that are good, the last one opened first. */
  public List<Session> of(String principal) {
    return list(Optional.of(principal));
  }

  /** Everybody's, the last one opened first, up to a thousand. */
  public List<Session> all() {
    return list(Optional.empty());
  }

  /** Whose session this is, be it over or not; empty if there is none of this id. */
  public Optional<String> owner(String id) {
    if (!isId(id)) {
      return Optional.empty();
    }
    return database
        .api()
        .run(
            "find a session's owner",
            connection -> {
              try (var statement =
                  connection.prepareStatement(
                      "SELECT principal FROM browser_session WHERE id = ?::uuid")) {
                Arguments.of(statement).text(id);
                try (var rows = statement.executeQuery()) {
                  return rows.next()
                      ? Optional.of(Rows.text(rows, "principal"))
                      : Optional.<String>empty();
                }
              }
            });
  }

  /**
   * Ends a session with all that came of it.
   *
   * @param owner whose it must be; empty if anybody's may be ended
   * @return whether there was such a session
   */
  public boolean end(String id, Optional<String> owner) {
    if (!isId(id)) {
      return false;
    }
    var ended =
        database
            .api()
            .transaction(
                "end a session",
                connection -> {
                  try (var statement =
                      connection.prepareStatement(
                          "DELETE FROM browser_session WHERE id = ?::uuid"
                              + " AND (?::text IS NULL OR principal = ?) RETURNING id::text AS id")) {
                    Arguments.of(statement).text(id).optionalText(owner).optionalText(owner);
                    return accountStatus
                        .revocations()
                        .grantsOfSessions(connection, ids(statement.executeQuery()));
                  }
                });
    accountStatus.end(ended);
    return !ended.isEmpty();
  }

  /** Ends the session of a cookie with all that came of it. */
  public void end(Secret cookie) {
    accountStatus.end(
        database
            .api()
            .transaction(
                "end a session",
                connection -> {
                  try (var statement =
                      connection.prepareStatement(
                          "DELETE FROM browser_session WHERE digest = ? RETURNING id::text AS id")) {
                    Arguments.of(statement).bytes(OpaqueToken.digest(cookie));
                    return accountStatus
                        .revocations()
                        .grantsOfSessions(connection, ids(statement.executeQuery()));
                  }
                }));
  }

  /**
   * Ends the sessions of outside providers that are none of these, with all that came of them.
   *
   * @return how many
   */
  int endOfOthersThan(List<ProviderLogin> providers) {
    // By name and issuer: another provider may have got a former one's name.
    var kept = providers.stream().map(one -> one.name() + " " + one.issuer()).toList();
    var count = new AtomicInteger();
    accountStatus.end(
        database
            .api()
            .transaction(
                "end sessions of former providers",
                connection -> {
                  try (var statement =
                      connection.prepareStatement(
                          "DELETE FROM browser_session s WHERE provider IS NOT NULL"
                              + " AND NOT EXISTS (SELECT 1 FROM outside_person p"
                              + " WHERE p.principal = s.principal"
                              + " AND s.provider || ' ' || p.issuer = ANY(?))"
                              + " RETURNING id::text AS id")) {
                    Arguments.of(statement).textArray(kept);
                    var removed = ids(statement.executeQuery());
                    count.set(removed.size());
                    return accountStatus.revocations().grantsOfSessions(connection, removed);
                  }
                }));
    return count.get();
  }

  /** Ends all sessions of somebody, and all that they allowed programs to do. */
  public void endAllOf(String principal) {
    accountStatus.end(
        database
            .api()
            .transaction(
                "end somebody's sessions",
                connection -> accountStatus.revocations().allOf(connection, principal)));
  }

  private Optional<Session> find(Connection connection, Secret cookie, Instant now)
      throws SQLException {
    Session found;
    try (var statement =
        connection.prepareStatement(
            "SELECT "
                + COLUMNS
                + " FROM browser_session"
                + " WHERE digest = ? AND ends_at > ? AND used_at > ?")) {
      Arguments.of(statement)
          .bytes(OpaqueToken.digest(cookie))
          .instant(now)
          .instant(now.minus(limits.idle()));
      try (var rows = statement.executeQuery()) {
        if (!rows.next()) {
          return Optional.empty();
        }
        found = read(rows);
      }
    }
    if (found.usedAt().plus(USED_STEP).isBefore(now)) {
      try (var statement =
          connection.prepareStatement(
              "UPDATE browser_session SET used_at = ? WHERE id = ?::uuid AND used_at < ?")) {
        Arguments.of(statement).instant(now).text(found.id()).instant(now);
        statement.executeUpdate();
      }
    }
    return Optional.of(found);
  }

  private List<Session> list(Optional<String> principal) {
    var now = clock.instant();
    return database
        .api()
        .run(
            "list sessions",
            connection -> {
              try (var statement =
                  connection.prepareStatement(
                      "SELECT "
                          + COLUMNS
                          + " FROM browser_session WHERE ends_at > ? AND used_at > ?"
                          + " AND (?::text IS NULL OR principal = ?)"
                          + " ORDER BY created_at DESC LIMIT ?")) {
                Arguments.of(statement)
                    .instant(now)
                    .instant(now.minus(limits.idle()))
                    .optionalText(principal)
                    .optionalText(principal)
                    .number(LISTED_MAX);
                var sessions = new ArrayList<Session>();
                try (var rows = statement.executeQuery()) {
                  while (rows.next()) {
                    sessions.add(read(rows));
                  }
                }
                return sessions;
              }
            });
  }

  static List<String> ids(ResultSet removed) throws SQLException {
    var ids = new ArrayList<String>();
    try (removed) {
      while (removed.next()) {
        ids.add(Rows.text(removed, "id"));
      }
    }
    return ids;
  }

  private static boolean isId(String id) {
    return id.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  }

  private static Session read(ResultSet row) throws SQLException {
    return new Session(
        Rows.text(row, "id"),
        Rows.text(row, "principal"),
        Rows.optionalText(row, "provider"),
        new Strength(Rows.optionalText(row, "acr"), Set.copyOf(Rows.texts(row, "amr"))),
        Rows.text(row, "agent"),
        Rows.text(row, "address"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "used_at"),
        Rows.instant(row, "ends_at"));
  }
}
