package dev.harrier.admin.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CompileTimeConstant;
import dev.harrier.admin.execution.ExecutionStore;
import dev.harrier.admin.query.Bind;
import dev.harrier.admin.query.Sql;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.spi.Batch;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.Journal;
import dev.harrier.spi.PoisonedBatchException;
import dev.harrier.spi.TimerRow;
import dev.harrier.testkit.JournalContract;
import flyteidl.core.Literals.LiteralMap;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestDatabase.class)
final class PostgresJournalTest extends JournalContract {
  private final Database database;
  private final CommandExchange exchange = new CommandExchange();

  PostgresJournalTest(Database database) {
    this.database = database;
  }

  @BeforeEach
  void freeAllShards() {
    FreeShards.in(database);
  }

  @Override
  protected Journal open() {
    return new PostgresJournal(database.engine(), exchange, () -> {});
  }

  @Override
  protected ExecutionRef create(ExecutionId id, LiteralMap inputs) {
    var created =
        database
            .api()
            .transaction(
                "create an execution", connection -> Fixtures.insert(connection, id, inputs));
    exchange.handOver(List.of(created));
    return created.ref();
  }

  @Override
  protected void post(ExecutionId id, Command command) {
    var ref = open().load(List.of(id)).getFirst().ref();
    var posted =
        database
            .api()
            .transaction(
                "post a command", connection -> ExecutionStore.post(connection, ref, command));
    exchange.handOver(List.of(posted));
  }

  @Test
  void what_the_database_cannot_hold_poisons_the_batch_and_leaves_nothing() {
    var journal = open();
    var id = new ExecutionId("flytesnacks", "development", "poison" + UUID.randomUUID());
    var ref = create(id, LiteralMap.getDefaultInstance());
    var lease =
        journal.acquire("poison/" + UUID.randomUUID(), 256, Duration.ofMinutes(1)).stream()
            .filter(taken -> taken.shard() == ref.shard())
            .findFirst()
            .orElseThrow();
    var change =
        Fixtures.inserted(
            ref, List.of(Fixtures.node("n0", "good"), Fixtures.node("n1", "bad\0name")), List.of());

    assertThatThrownBy(
            () ->
                journal.commit(
                    new Batch(UUID.randomUUID(), List.of(new Batch.Part(lease, List.of(change))))))
        .isInstanceOf(PoisonedBatchException.class);
    assertThat(journal.load(List.of(id)).getFirst().nodes()).isEmpty();
  }

  @Test
  void rows_that_this_release_cannot_read_hold_up_no_others() {
    var journal = open();
    var id = new ExecutionId("flytesnacks", "development", "newer" + UUID.randomUUID());
    var ref = create(id, LiteralMap.getDefaultInstance());
    // Before the readable ones: the command by its id, the timer by its time.
    change(
        "INSERT INTO command (id, execution_key, shard, payload) VALUES (-1 - ?, ?, ?, '\\xff')",
        Bind.number(ref.key()),
        Bind.number(ref.key()),
        Bind.number(ref.shard()));
    change(
        """
        INSERT INTO timer (execution_key, due_at, attempt, shard, kind, node_path)
        VALUES (?, 'epoch', 0, ?, 'OF_ANOTHER_RELEASE', 'n0'),
          (?, 'epoch'::timestamptz + interval '1 second', 0, ?, 'RETRY', 'n0')
        """,
        Bind.number(ref.key()),
        Bind.number(ref.shard()),
        Bind.number(ref.key()),
        Bind.number(ref.shard()));
    change(
        """
        INSERT INTO attempt (execution_key, created_at, updated_at, number, revision, phase, host,
          log_uri, node_path)
        VALUES (?, now(), now(), 0, 1, 99, '', '', 'n0'), (?, now(), now(), 1, 1, 1, '', '', 'n0')
        """,
        Bind.number(ref.key()),
        Bind.number(ref.key()));
    change(
        """
        INSERT INTO held_attempt (shard, execution_key, number, node_path)
        VALUES (?, ?, 0, 'n0'), (?, ?, 1, 'n0')
        """,
        Bind.number(ref.shard()),
        Bind.number(ref.key()),
        Bind.number(ref.shard()),
        Bind.number(ref.key()));
    var shard = List.of(ref.shard());
    // The first look meets the unreadable ones, the next ones know how many they are.
    var unused = List.of(journal.commands(shard, 1), journal.timers(shard, Instant.EPOCH, 1));

    assertThat(journal.commands(shard, 1)).isNotEmpty();
    assertThat(journal.timers(shard, Instant.EPOCH.plusSeconds(1), 1))
        .extracting(due -> due.timer().kind())
        .containsExactly(TimerRow.Kind.RETRY);
    assertThat(journal.held(ref.shard()))
        .filteredOn(held -> held.ref().equals(ref))
        .extracting(held -> held.attempt().number())
        .containsExactly(1);
    change("DELETE FROM timer WHERE execution_key = ?", Bind.number(ref.key()));
    change("DELETE FROM held_attempt WHERE execution_key = ?", Bind.number(ref.key()));
    change("DELETE FROM command WHERE execution_key = ?", Bind.number(ref.key()));
  }

  private void change(@CompileTimeConstant final String sql, Bind... binds) {
    var changed =
        database.api().run("change rows", connection -> Sql.update(connection, sql, binds));
    assertThat(changed).isPositive();
  }
}
