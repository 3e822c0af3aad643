package dev.harrier.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.audit.AuditLog;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.security.TestClock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestDatabase.class)
final class PolicyTableTest extends PolicyStoreContract {
  private static final String UNSOUND = "apiVersion: authz/v1\nbindings: [{name: a}]\n";
  private static final Duration IN_FORCE_LIMIT = Duration.ofSeconds(1);

  private final Database database;
  private final TestClock clock = new TestClock();

  PolicyTableTest(Database database) {
    this.database = database;
  }

  @Override
  PolicyStore open() {
    // No other test has a policy in the database that they share.
    run("DELETE FROM access_policy");
    return again();
  }

  private PolicyStore again() {
    return new PolicyTable(database, clock);
  }

  @Test
  void every_text_is_kept_with_its_writer_up_to_a_limit() {
    var store = open();
    run(
        "INSERT INTO access_policy SELECT n, 'text ' || n, 'etag-' || n, 'user:ada', now() FROM generate_series(1, %s) n"
            .formatted(PolicyTable.VERSIONS_MAX));

    store.replace(FIRST, "etag-" + PolicyTable.VERSIONS_MAX, "user:bob");

    assertThat(store.earlier().getFirst().text()).isEqualTo("text " + PolicyTable.VERSIONS_MAX);
    assertThat(
            number(
                "SELECT count(*) FROM access_policy WHERE number > 1 AND (written_by = 'user:ada') = (text LIKE 'text %')"))
        .isEqualTo(PolicyTable.VERSIONS_MAX);
    assertThat(number("SELECT min(number) FROM access_policy")).isEqualTo(2);
  }

  @Test
  void an_unsound_text_in_the_database_leaves_the_last_good_one_in_force() {
    var store = open();
    store.replace(SECOND, "", "user:ada");
    var running = PolicyInForce.open(store);

    store.replace(PolicyText.of(UNSOUND), SECOND.etag(), "user:ada");

    assertThat(running.look()).isFalse();
    assertThat(running.current().text()).isEqualTo(SECOND);
    var started = PolicyInForce.open(again());
    assertThat(started.current().text()).isEqualTo(SECOND);
    assertThat(started.look()).isFalse();
    assertThat(started.current().text()).isEqualTo(SECOND);

    store.replace(FIRST, PolicyText.of(UNSOUND).etag(), "user:ada");

    assertThat(started.look()).isTrue();
    assertThat(running.look()).isTrue();
    assertThat(running.current().text()).isEqualTo(FIRST);
  }

  @Test
  void nothing_starts_where_no_text_ever_was_sound() {
    var store = open();
    store.replace(PolicyText.of(UNSOUND), "", "user:ada");

    assertThatThrownBy(() -> PolicyInForce.open(store))
        .isInstanceOf(PolicyException.class)
        .hasMessageContaining("bindings[0]");
  }

  @Test
  void the_policy_holds_while_the_database_cannot_be_asked() {
    var store = open();
    store.replace(SECOND, "", "user:ada");
    var policy = PolicyInForce.open(store);
    run("ALTER TABLE access_policy RENAME TO access_policy_away");
    try {
      policy.lookSafely();
      assertThat(policy.current().text()).isEqualTo(SECOND);
    } finally {
      run("ALTER TABLE access_policy_away RENAME TO access_policy");
    }
    store.replace(FIRST, SECOND.etag(), "user:ada");

    assertThat(policy.look()).isTrue();
  }

  @Test
  void a_change_is_in_force_within_a_second_in_every_process() {
    var store = open();
    store.replace(FIRST, "", "user:ada");
    try (var one = PolicyInForce.open(again());
        var other = PolicyInForce.open(again())) {
      one.start(AuditLog.NONE);
      other.start(AuditLog.NONE);
      for (var round = 0; round < 5; round++) {
        var before = store.read(PolicyText.NONE);
        var next = PolicyText.of(SECOND.text() + "# " + round);
        var began = System.nanoTime();

        store.replace(next, before.etag(), "user:ada");

        while (!one.current().text().equals(next) || !other.current().text().equals(next)) {
          var waited = Duration.ofNanos(System.nanoTime() - began);
          assertThat(waited).as("round %s", round).isLessThan(IN_FORCE_LIMIT);
          LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
      }
    }
  }

  private void run(String sql) {
    var unused =
        database
            .api()
            .run(
                "prepare a test",
                connection -> {
                  try (var statement = connection.createStatement()) {
                    return statement.execute(sql);
                  }
                });
  }

  private long number(String sql) {
    return database
        .api()
        .run(
            "look at the outcome of a test",
            connection -> {
              try (var statement = connection.createStatement();
                  var rows = statement.executeQuery(sql)) {
                rows.next();
                return rows.getLong(1);
              }
            });
  }
}
