package dev.harrier.security.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.security.TestClock;
import dev.harrier.security.client.Clients;
import dev.harrier.security.user.Users;
import dev.harrier.spi.StoreUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestDatabase.class)
final class AccountStatusTest {
  private final TestClock clock = new TestClock();
  private final Database database;
  private final AccountStatus accountStatus;

  AccountStatusTest(Database database) {
    this.database = database;
    accountStatus = new AccountStatus(database, clock);
  }

  @Test
  void no_token_is_taken_while_nobody_knows_for_long_which_were_revoked() {
    accountStatus.refresh();
    run("ALTER TABLE revocation RENAME TO revocation_away");
    try {
      clock.forward(Duration.ofSeconds(5));
      accountStatus.refreshIfPossible();

      assertThat(accountStatus.ended("user:x", List.of("t"))).isFalse();
      clock.forward(AccountStatus.UNKNOWN_MAX);
      accountStatus.refreshIfPossible();
      assertThatThrownBy(() -> accountStatus.ended("user:x", List.of("t")))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("not known since");
    } finally {
      run("ALTER TABLE revocation_away RENAME TO revocation");
    }

    accountStatus.refreshIfPossible();
    assertThat(accountStatus.ended("user:x", List.of("t"))).isFalse();
  }

  @Test
  void what_was_committed_is_answered_though_nobody_can_read_it_back_at_once() {
    var id = "c" + UUID.randomUUID();
    var name = "u" + UUID.randomUUID();
    accountStatus.refresh();
    run("ALTER TABLE revocation RENAME TO revocation_away");
    try {
      assertThat(new Users(database, accountStatus, clock).add(name, true).name()).isEqualTo(name);
      assertThat(
              new Clients(database, accountStatus, clock)
                  .addWithSecret(id, true, List.of())
                  .reveal())
          .isNotEmpty();
    } finally {
      run("ALTER TABLE revocation_away RENAME TO revocation");
    }

    accountStatus.refreshIfPossible();
    assertThat(accountStatus.administers("user:" + name)).isTrue();
    assertThat(accountStatus.administers("sa:" + id)).isTrue();
  }

  private void run(String sql) {
    var unused =
        database
            .api()
            .run(
                "change the schema",
                connection -> {
                  try (var statement = connection.createStatement()) {
                    return statement.execute(sql);
                  }
                });
  }
}
