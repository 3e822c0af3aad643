package dev.harrier.admin.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.harrier.admin.TestDatabase;
import dev.harrier.admin.execution.ExecutionStore;
import dev.harrier.database.Database;
import dev.harrier.spi.Batch;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.Journal;
import dev.harrier.spi.NodeKind;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.NodeRow;
import dev.harrier.spi.PoisonedBatchException;
import dev.harrier.testkit.JournalContract;
import flyteidl.core.Literals.LiteralMap;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
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
    TestDatabase.freeAllShards(database);
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
                "create an execution",
                connection -> ExecutionStore.insert(connection, Fixtures.execution(id, inputs)))
            .orElseThrow();
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
    var change = Fixtures.inserted(ref, List.of(node("n0", "good"), node("n1", "bad\0name")));

    assertThatThrownBy(
            () ->
                journal.commit(
                    new Batch(UUID.randomUUID(), List.of(new Batch.Part(lease, List.of(change))))))
        .isInstanceOf(PoisonedBatchException.class);
    assertThat(journal.load(List.of(id)).getFirst().nodes()).isEmpty();
  }

  private static NodeRow node(String path, String specNodeId) {
    var now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    return new NodeRow(
        path,
        "",
        specNodeId,
        NodeKind.TASK,
        0,
        NodePhase.QUEUED,
        -1,
        now,
        Optional.empty(),
        Optional.empty(),
        now,
        LiteralMap.getDefaultInstance(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        ByteString.EMPTY,
        1);
  }
}
