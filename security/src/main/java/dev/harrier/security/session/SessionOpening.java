package dev.harrier.security.session;

import static java.util.Objects.requireNonNull;

import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.Rows;
import dev.harrier.security.Secret;
import dev.harrier.security.Strength;
import dev.harrier.security.provider.ProviderLogin;
import dev.harrier.security.token.AccountStatus;
import dev.harrier.security.token.OpaqueToken;
import dev.harrier.security.user.User;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Opens sessions: for whom, in place of which, and how many one person may have. */
final class SessionOpening {
  /** More browsers than anybody has; the oldest give way. */
  private static final int OF_ONE_MAX = 50;

  private static final int AGENT_CHARACTERS_MAX = 200;

  private final Database database;
  private final AccountStatus accountStatus;
  private final People people;
  private final Renewals renewals;
  private final SessionLimits limits;
  private final Clock clock;

  SessionOpening(
      Database database,
      AccountStatus accountStatus,
      People people,
      Renewals renewals,
      SessionLimits limits,
      Clock clock) {
    this.database = requireNonNull(database, "database");
    this.accountStatus = requireNonNull(accountStatus, "accountStatus");
    this.people = requireNonNull(people, "people");
    this.renewals = requireNonNull(renewals, "renewals");
    this.limits = requireNonNull(limits, "limits");
    this.clock = requireNonNull(clock, "clock");
  }

  /**
   * Opens a session for a user of this installation who has just proven who they are.
   *
   * @param user as they were when they proved it
   * @throws RejectedException UNAUTHENTICATED if they were disabled, or chose another password,
   *     since
   */
  Sessions.Opened of(User user, Sessions.Browser browser) {
    return open(
        browser,
        connection -> {
          requireUnchanged(connection, user);
          return insert(
              connection,
              user.subject(),
              Optional.empty(),
              Strength.PASSWORD,
              Optional.empty(),
              browser);
        });
  }

  /**
   * Opens a session for somebody for whom a provider has just vouched.
   *
   * @param login that came to its end there
   * @throws RejectedException UNAUTHENTICATED if they are disabled here
   */
  Sessions.Opened of(ProviderLogin.Ended login, String provider, Sessions.Browser browser) {
    return open(
        browser,
        connection -> {
          people.keep(connection, login.person());
          return insert(
              connection,
              login.person().principal(),
              Optional.of(provider),
              login.strength(),
              login.renewal(),
              browser);
        });
  }

  private interface Insertion {
    Sessions.Opened in(Connection connection) throws SQLException;
  }

  // Who logs in gets another cookie, always: one that somebody put there before is worth nothing.
  private Sessions.Opened open(Sessions.Browser browser, Insertion insertion) {
    var ended = new ArrayList<String>();
    var opening =
        database
            .api()
            .transaction(
                "open a session",
                connection -> {
                  var opened = insertion.in(connection);
                  if (browser.formerCookie().isPresent()) {
                    replace(connection, browser.formerCookie().get(), opened.session());
                  }
                  ended.addAll(removeOldest(connection, opened.session()));
                  return opened;
                });
    accountStatus.end(ended);
    return opening;
  }

  private Sessions.Opened insert(
      Connection connection,
      String principal,
      Optional<String> provider,
      Strength strength,
      Optional<Secret> renewal,
      Sessions.Browser browser)
      throws SQLException {
    var now = clock.instant();
    var cookie = OpaqueToken.make();
    var session =
        new Session(
            UUID.randomUUID().toString(),
            principal,
            provider,
            strength,
            printable(browser.agent()),
            browser.address(),
            now,
            now,
            now.plus(limits.absolute()));
    try (var statement =
        connection.prepareStatement(
            "INSERT INTO browser_session (id, digest, principal, provider, acr, amr, agent, address,"
                + " created_at, used_at, ends_at, checked_at, renewal)"
                + " VALUES (?::uuid, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      var arguments =
          Arguments.of(statement)
              .text(session.id())
              .bytes(OpaqueToken.digest(cookie))
              .text(principal)
              .optionalText(provider)
              .optionalText(strength.context())
              .textArray(strength.methods().stream().sorted().toList())
              .text(session.agent())
              .text(session.address())
              .instant(now)
              .instant(now)
              .instant(session.endsAt())
              .instant(now);
      if (renewal.isPresent()) {
        arguments.bytes(renewals.sealed(session.id(), renewal.get()));
      } else {
        arguments.noBytes();
      }
      statement.executeUpdate();
    }
    return new Sessions.Opened(session, cookie);
  }

  // Whoever knew the old password must not come in behind the one who changes it.
  private static void requireUnchanged(Connection connection, User user) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "SELECT password_at FROM local_user WHERE name = ? AND disabled_at IS NULL FOR SHARE")) {
      Arguments.of(statement).text(user.name());
      try (var rows = statement.executeQuery()) {
        if (!rows.next() || !Rows.optionalInstant(rows, "password_at").equals(user.passwordAt())) {
          throw Rejection.unauthenticated("This user may not log in.");
        }
      }
    }
  }

  // What programs got by it goes on: somebody logs in again, nobody logs out.
  private static void replace(Connection connection, Secret former, Session by)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "WITH gone AS (DELETE FROM browser_session WHERE digest = ? RETURNING id)"
                + " UPDATE login_grant SET session_id = ?::uuid FROM gone"
                + " WHERE session_id = gone.id AND subject = ?")) {
      Arguments.of(statement).bytes(OpaqueToken.digest(former)).text(by.id()).text(by.principal());
      statement.executeUpdate();
    }
  }

  // With all that came of them: nobody could end it any more, or ask a provider about it.
  private List<String> removeOldest(Connection connection, Session newest) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "DELETE FROM browser_session WHERE id IN (SELECT id FROM browser_session"
                + " WHERE principal = ? AND id <> ?::uuid ORDER BY created_at DESC OFFSET ?)"
                + " RETURNING id::text AS id")) {
      Arguments.of(statement).text(newest.principal()).text(newest.id()).number(OF_ONE_MAX - 1);
      return accountStatus
          .revocations()
          .grantsOfSessions(connection, Sessions.ids(statement.executeQuery()));
    }
  }

  private static String printable(String agent) {
    var text = agent.replaceAll("[^\\x20-\\x7e]", "?");
    return text.length() <= AGENT_CHARACTERS_MAX ? text : text.substring(0, AGENT_CHARACTERS_MAX);
  }
}
