package dev.harrier.security.session;

import static java.util.Objects.requireNonNull;

import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.Rows;
import dev.harrier.security.provider.Person;
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
import java.util.Set;

/** The people of outside providers who logged in here, as they were then. */
public final class People {
  private static final int LISTED_MAX = 10_000;

  private final Database database;
  private final AccountStatus accountStatus;
  private final Clock clock;

  public People(Database database, AccountStatus accountStatus, Clock clock) {
    this.database = requireNonNull(database, "database");
    this.accountStatus = requireNonNull(accountStatus, "accountStatus");
    this.clock = requireNonNull(clock, "clock");
  }

  /** Somebody who was here. */
  public record Known(Person person, Instant seenAt, boolean disabled) {}

  /**
   * Keeps what a provider says of somebody who logs in.
   *
   * @throws RejectedException UNAUTHENTICATED if they are disabled here
   */
  void keep(Connection connection, Person person) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "INSERT INTO outside_person (principal, issuer, subject, groups, name, email, seen_at)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (principal) DO UPDATE"
                + " SET groups = excluded.groups, name = excluded.name, email = excluded.email,"
                + " seen_at = excluded.seen_at WHERE outside_person.disabled_at IS NULL")) {
      Arguments.of(statement)
          .text(person.principal())
          .text(person.issuer())
          .text(person.subject())
          .textArray(person.groups().stream().sorted().toList())
          .text(person.name())
          .text(person.email())
          .instant(clock.instant());
      if (statement.executeUpdate() == 0) {
        throw Rejection.unauthenticated("This user may not log in.");
      }
    }
  }

  /** The one of this principal. */
  public Optional<Person> find(String principal) {
    return database
        .api()
        .run(
            "read somebody of a provider",
            connection -> {
              try (var statement =
                  connection.prepareStatement(
                      "SELECT issuer, subject, groups, name, email FROM outside_person WHERE principal = ?")) {
                Arguments.of(statement).text(principal);
                try (var rows = statement.executeQuery()) {
                  return rows.next() ? Optional.of(read(rows)) : Optional.<Person>empty();
                }
              }
            });
  }

  /** All of them by principal, up to ten thousand. */
  public List<Known> list() {
    return database
        .api()
        .run(
            "list the people of providers",
            connection -> {
              try (var statement =
                  connection.prepareStatement(
                      "SELECT issuer, subject, groups, name, email, seen_at, disabled_at"
                          + " FROM outside_person ORDER BY principal LIMIT ?")) {
                Arguments.of(statement).number(LISTED_MAX);
                var people = new ArrayList<Known>();
                try (var rows = statement.executeQuery()) {
                  while (rows.next()) {
                    people.add(
                        new Known(
                            read(rows),
                            Rows.instant(rows, "seen_at"),
                            Rows.optionalInstant(rows, "disabled_at").isPresent()));
                  }
                }
                return people;
              }
            });
  }

  /**
   * Disables somebody, whose sessions and tokens all end with it, or lets them in again.
   *
   * @throws RejectedException NOT_FOUND if nobody of this principal was ever here
   */
  public void setDisabled(String principal, boolean disabled) {
    var revoked =
        database
            .api()
            .transaction(
                "disable or enable somebody of a provider",
                connection -> {
                  try (var statement =
                      connection.prepareStatement(
                          "UPDATE outside_person SET disabled_at = CASE WHEN ? THEN coalesce(disabled_at, ?) END"
                              + " WHERE principal = ?")) {
                    Arguments.of(statement)
                        .truth(disabled)
                        .instant(clock.instant())
                        .text(principal);
                    if (statement.executeUpdate() == 0) {
                      throw Rejection.notFound("Nobody of the name '%s' was ever here.", principal);
                    }
                  }
                  return disabled
                      ? accountStatus.revocations().allOf(connection, principal)
                      : List.<String>of();
                });
    accountStatus.end(revoked);
    accountStatus.refreshIfPossible();
  }

  static Person read(ResultSet row) throws SQLException {
    return new Person(
        Rows.text(row, "issuer"),
        Rows.text(row, "subject"),
        Set.copyOf(Rows.texts(row, "groups")),
        Rows.text(row, "name"),
        Rows.text(row, "email"));
  }
}
