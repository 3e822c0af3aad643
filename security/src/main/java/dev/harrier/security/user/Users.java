package dev.harrier.security.user;

import static java.util.Objects.requireNonNull;

import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.Rows;
import dev.harrier.security.Subjects;
import dev.harrier.security.token.AccountStatus;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The users of this installation, as they are stored. */
public final class Users {
  /** A team's users, not a public's: all of them are kept in memory by those who check tokens. */
  private static final int USERS_MAX = 10_000;

  private static final String COLUMNS = "name, administrator, created_at, password_at, disabled_at";

  private final Database database;
  private final AccountStatus accountStatus;
  private final Clock clock;

  public Users(Database database, AccountStatus accountStatus, Clock clock) {
    this.database = requireNonNull(database, "database");
    this.accountStatus = requireNonNull(accountStatus, "accountStatus");
    this.clock = requireNonNull(clock, "clock");
  }

  /**
   * Adds a user, who has no password yet.
   *
   * @throws RejectedException INVALID_ARGUMENT for a name that is none, ALREADY_EXISTS, also if the
   *     one of that name is disabled
   */
  public User add(String name, boolean administrator) {
    checkName(name);
    var user = new User(name, administrator, clock.instant(), Optional.empty(), Optional.empty());
    var added = database.api().transaction("add the user", connection -> insert(connection, user));
    if (!added) {
      throw Rejection.alreadyExists(
          "There is a user '%s' already; names are not given twice.", name);
    }
    accountStatus.refreshIfPossible();
    return user;
  }

  /** All users by name. */
  public List<User> list() {
    return database
        .api()
        .run(
            "list the users",
            connection -> {
              try (var statement =
                  connection.prepareStatement(
                      "SELECT " + COLUMNS + " FROM local_user ORDER BY name")) {
                var users = new ArrayList<User>();
                try (var rows = statement.executeQuery()) {
                  while (rows.next()) {
                    users.add(read(rows));
                  }
                }
                return users;
              }
            });
  }

  /**
   * Disables a user, whose tokens all end with it, or lets one in again, who must log in anew.
   *
   * @throws RejectedException NOT_FOUND; FAILED_PRECONDITION if no administrator would be left
   */
  public void setDisabled(String name, boolean disabled) {
    var now = clock.instant();
    var revoked =
        database
            .api()
            .transaction(
                "disable or enable the user",
                connection -> {
                  lock(connection);
                  var user = find(connection, name).orElseThrow(() -> unknown(name));
                  if (disabled && user.administrator() && !anotherAdministrator(connection, name)) {
                    throw Rejection.failedPrecondition(
                        "'%s' is the last administrator who can log in. Add another first.", name);
                  }
                  try (var statement =
                      connection.prepareStatement(
                          "UPDATE local_user SET disabled_at = CASE WHEN ? THEN coalesce(disabled_at, ?) END"
                              + " WHERE name = ?")) {
                    Arguments.of(statement).truth(disabled).instant(now).text(name);
                    statement.executeUpdate();
                  }
                  return disabled
                      ? accountStatus.revocations().allOf(connection, Subjects.user(name))
                      : List.<String>of();
                });
    accountStatus.end(revoked);
    accountStatus.refreshIfPossible();
  }

  /** A user, also a disabled one. */
  public Optional<User> find(String name) {
    return database.api().run("read the user", connection -> find(connection, name));
  }

  static Optional<User> find(Connection connection, String name) throws SQLException {
    try (var statement =
        connection.prepareStatement("SELECT " + COLUMNS + " FROM local_user WHERE name = ?")) {
      Arguments.of(statement).text(name);
      try (var rows = statement.executeQuery()) {
        return rows.next() ? Optional.of(read(rows)) : Optional.empty();
      }
    }
  }

  /** A user with the hash of the password that they had in the same moment. */
  record Protected(User user, String hash) {}

  /** The user of this name, if there is one who may log in by password. */
  Optional<Protected> withPassword(String name) {
    return database
        .api()
        .run(
            "read the user's password",
            connection -> {
              try (var statement =
                  connection.prepareStatement(
                      "SELECT "
                          + COLUMNS
                          + ", password FROM local_user"
                          + " WHERE name = ? AND disabled_at IS NULL AND password IS NOT NULL")) {
                Arguments.of(statement).text(name);
                try (var rows = statement.executeQuery()) {
                  return rows.next()
                      ? Optional.of(new Protected(read(rows), Rows.text(rows, "password")))
                      : Optional.<Protected>empty();
                }
              }
            });
  }

  static void checkName(String name) {
    if (!User.isName(name)) {
      throw Rejection.invalid("user: expected a name of %s, found '%s'", User.NAME_FORM, name);
    }
  }

  /** Whether a user was added; false if the name is taken. */
  static boolean insert(Connection connection, User user) throws SQLException {
    lock(connection);
    try (var count = connection.prepareStatement("SELECT count(*) AS users FROM local_user");
        var row = count.executeQuery()) {
      if (row.next() && row.getInt("users") >= USERS_MAX) {
        throw Rejection.exhausted("There are %s users, which is the most there can be.", USERS_MAX);
      }
    }
    try (var statement =
        connection.prepareStatement(
            "INSERT INTO local_user (name, administrator, created_at) VALUES (?, ?, ?)"
                + " ON CONFLICT DO NOTHING")) {
      Arguments.of(statement)
          .text(user.name())
          .truth(user.administrator())
          .instant(user.createdAt());
      return statement.executeUpdate() == 1;
    }
  }

  // Who counts administrators and acts on it must see what another one like it has done.
  static void lock(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("LOCK TABLE local_user IN SHARE ROW EXCLUSIVE MODE");
    }
  }

  static boolean anotherAdministrator(Connection connection, String thanName) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "SELECT 1 FROM local_user WHERE administrator AND disabled_at IS NULL"
                + " AND password IS NOT NULL AND name <> ? LIMIT 1")) {
      Arguments.of(statement).text(thanName);
      try (var rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  static RejectedException unknown(String name) {
    return Rejection.notFound("There is no user '%s'.", name);
  }

  private static User read(ResultSet row) throws SQLException {
    Instant createdAt = Rows.instant(row, "created_at");
    return new User(
        Rows.text(row, "name"),
        row.getBoolean("administrator"),
        createdAt,
        Rows.optionalInstant(row, "password_at"),
        Rows.optionalInstant(row, "disabled_at"));
  }
}
