package dev.harrier.security.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.security.TestClock;
import dev.harrier.security.token.SigningKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(TestDatabase.class)
final class SweepTest {
  private final TestClock clock = new TestClock();
  private final Database database;
  private final String name = UUID.randomUUID().toString();

  SweepTest(Database database) {
    this.database = database;
  }

  @Test
  void a_login_goes_with_all_its_tokens_however_many_there_are() {
    insert(
        "INSERT INTO login_grant (id, client_id, subject, scopes, created_at, ends_at)"
            + " VALUES ('"
            + name
            + "', 'flytectl', 'user:x', '{}', ?, ?)");
    insert(
        "INSERT INTO refresh_token (digest, grant_id, expires_at, used_at)"
            + " SELECT sha256(convert_to('"
            + name
            + "' || n, 'UTF8')), '"
            + name
            + "', ?, ? FROM generate_series(1, 2500) n");

    assertThat(swept(SigningKeys.generate())).isGreaterThan(2_500);

    assertThat(count("login_grant WHERE id = '" + name + "'")).isZero();
    assertThat(count("refresh_token WHERE grant_id = '" + name + "'")).isZero();
  }

  @Test
  void as_many_go_at_once_as_are_over() {
    insertAssertions(3_100);

    swept(SigningKeys.generate());

    assertThat(count("client_assertion WHERE client_id = '" + name + "'")).isZero();
  }

  @Test
  void keys_that_cannot_be_written_hold_up_nothing(@TempDir Path folder) throws Exception {
    var file = folder.resolve("keys").resolve("signing-key.json");
    var keys = SigningKeys.open(file, clock);
    Files.delete(file);
    Files.createDirectories(file.resolve("in-the-way"));
    insertAssertions(1);

    swept(keys);

    assertThat(count("client_assertion WHERE client_id = '" + name + "'")).isZero();
  }

  private int swept(SigningKeys keys) {
    clock.forward(Duration.ofDays(40));
    try (var sweep = new Sweep(database, keys, clock)) {
      return sweep.sweep();
    }
  }

  private void insertAssertions(int count) {
    insert(
        "INSERT INTO client_assertion (client_id, assertion_id, expires_at) SELECT '"
            + name
            + "', n::text, greatest(?, ?) FROM generate_series(1, "
            + count
            + ") n");
  }

  private void insert(String sql) {
    var unused =
        database
            .api()
            .run(
                "fill a table",
                connection -> {
                  try (var statement = connection.prepareStatement(sql)) {
                    Arguments.of(statement).instant(clock.instant()).instant(clock.instant());
                    return statement.executeUpdate();
                  }
                });
  }

  private int count(String from) {
    return database
        .api()
        .run(
            "count rows",
            connection -> {
              try (var statement =
                      connection.prepareStatement("SELECT count(*) AS rows FROM " + from);
                  var row = statement.executeQuery()) {
                return row.next() ? row.getInt("rows") : -1;
              }
            });
  }
}
