package dev.harrier.security.user;

import static java.util.Objects.requireNonNull;

import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.Rows;
import dev.harrier.security.Secret;
import dev.harrier.security.Subjects;
import dev.harrier.security.token.AccountStatus;
import dev.harrier.security.token.OpaqueToken;
import dev.harrier.spi.RejectedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Links with which a user chooses a password, each good once. The one for nobody in particular
 * makes the first administrator, as long as there is none.
 */
public final class PasswordLinks {
  /** How long a link is good. */
  public static final Duration LIFETIME = Duration.ofHours(24);

  private final Database database;
  private final AccountStatus accountStatus;
  private final PasswordHash hashes;
  private final Clock clock;

  /** The one that hashes, here and at logins: its bound on hashes at once is the program's. */
  PasswordHash hashes() {
    return hashes;
  }

  public PasswordLinks(Database database, AccountStatus accountStatus, Clock clock) {
    this.database = requireNonNull(database, "database");
    this.accountStatus = requireNonNull(accountStatus, "accountStatus");
    this.hashes = new PasswordHash();
    this.clock = requireNonNull(clock, "clock");
  }

  /** What a link is good for. */
  public sealed interface Purpose {
    /** A new password of this user. */
    record Password(User user) implements Purpose {}

    /** The first administrator, who chooses a name as well. */
    record FirstAdministrator() implements Purpose {}
  }

  /** What came of a chosen password. */
  public sealed interface Outcome {
    /**
     * It is the user's from now on.
     *
     * @param first whether the link made this user, the first administrator
     */
    record Chosen(String name, boolean first) implements Outcome {}

    /** Not this one; the link stays good. */
    record Objection(String sentence) implements Outcome {}

    /** The link is used, over, or was never one. */
    record NoLink() implements Outcome {}
  }

  /**
   * A link's secret for a user; an older one of the same user ends.
   *
   * @throws RejectedException NOT_FOUND
   */
  public Secret forUser(String name) {
    return database
        .api()
        .transaction(
            "make a link for a password",
            connection -> {
              if (Users.find(connection, name).isEmpty()) {
                throw Users.unknown(name);
              }
              try (var statement =
                  connection.prepareStatement("DELETE FROM password_link WHERE user_name = ?")) {
                Arguments.of(statement).text(name);
                statement.executeUpdate();
              }
              return insert(connection, Optional.of(name));
            });
  }

  /** A link's secret for the first administrator, unless there is one; older such links end. */
  public Optional<Secret> forFirstAdministrator() {
    return database
        .api()
        .transaction(
            "make the link of the first administrator",
            connection -> {
              Users.lock(connection);
              try (var statement =
                  connection.prepareStatement(
                      "DELETE FROM password_link WHERE user_name IS NULL")) {
                statement.executeUpdate();
              }
              return Users.anotherAdministrator(connection, "")
                  ? Optional.<Secret>empty()
                  : Optional.of(insert(connection, Optional.empty()));
            });
  }

  /** What a link is good for; looking does not use it up. */
  public Optional<Purpose> look(Secret link) {
    return database
        .api()
        .run("look at a link", connection -> look(connection, link, clock.instant()));
  }

  /**
   * Uses a link up.
   *
   * @param typedName the name that the first administrator chose; else of no matter
   */
  public Outcome choose(Secret link, String typedName, Secret password) {
    var purpose = look(link);
    if (purpose.isEmpty()) {
      return new Outcome.NoLink();
    }
    var name =
        switch (purpose.get()) {
          case Purpose.Password(User user) -> user.name();
          case Purpose.FirstAdministrator first -> User.typed(typedName);
        };
    var objection =
        User.isName(name)
            ? PasswordRules.objection(name, password)
            : Optional.of("A name is " + User.NAME_FORM + ".");
    if (objection.isPresent()) {
      return new Outcome.Objection(objection.get());
    }
    // Outside of the transaction: it takes long on purpose.
    var hashed = hashes.hash(password);
    var revoked = new ArrayList<String>();
    var outcome =
        database
            .api()
            .transaction(
                "set a password", connection -> use(connection, link, name, hashed, revoked));
    accountStatus.end(revoked);
    accountStatus.refreshIfPossible();
    return outcome;
  }

  private Outcome use(
      Connection connection, Secret link, String name, String hashed, List<String> revoked)
      throws SQLException {
    Users.lock(connection);
    var now = clock.instant();
    // Looked at again: it may have been used while the password was hashed.
    var purpose = look(connection, link, now);
    if (purpose.isEmpty()) {
      return new Outcome.NoLink();
    }
    switch (purpose.get()) {
      case Purpose.Password password -> {}
      case Purpose.FirstAdministrator first -> {
        if (Users.find(connection, name).isPresent()) {
          return new Outcome.Objection("There is a user of this name already.");
        }
        var unused =
            Users.insert(connection, new User(name, true, now, Optional.empty(), Optional.empty()));
      }
    }
    try (var statement =
        connection.prepareStatement("DELETE FROM password_link WHERE digest = ?")) {
      Arguments.of(statement).bytes(OpaqueToken.digest(link));
      statement.executeUpdate();
    }
    try (var statement =
        connection.prepareStatement(
            "UPDATE local_user SET password = ?, password_at = ? WHERE name = ?")) {
      Arguments.of(statement).text(hashed).instant(now).text(name);
      statement.executeUpdate();
    }
    // Else who guessed at the old one keeps the user out of the new one.
    LoginDelays.forget(connection, name);
    // Whoever knew the old password must not go on with what it opened.
    revoked.addAll(accountStatus.revocations().allOf(connection, Subjects.user(name)));
    return new Outcome.Chosen(name, purpose.get() instanceof Purpose.FirstAdministrator);
  }

  private Secret insert(Connection connection, Optional<String> name) throws SQLException {
    var link = OpaqueToken.make();
    try (var statement =
        connection.prepareStatement(
            "INSERT INTO password_link (digest, user_name, expires_at) VALUES (?, ?, ?)")) {
      Arguments.of(statement)
          .bytes(OpaqueToken.digest(link))
          .optionalText(name)
          .instant(clock.instant().plus(LIFETIME));
      statement.executeUpdate();
    }
    return link;
  }

  private static Optional<Purpose> look(Connection connection, Secret link, Instant now)
      throws SQLException {
    Optional<String> name;
    try (var statement =
        connection.prepareStatement(
            "SELECT user_name FROM password_link WHERE digest = ? AND expires_at > ?")) {
      Arguments.of(statement).bytes(OpaqueToken.digest(link)).instant(now);
      try (var rows = statement.executeQuery()) {
        if (!rows.next()) {
          return Optional.empty();
        }
        name = Rows.optionalText(rows, "user_name");
      }
    }
    if (name.isPresent()) {
      return Users.find(connection, name.get())
          .filter(user -> user.disabledAt().isEmpty())
          .map(Purpose.Password::new);
    }
    return Users.anotherAdministrator(connection, "")
        ? Optional.empty()
        : Optional.of(new Purpose.FirstAdministrator());
  }
}
