package dev.harrier.admin.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.admin.LockWaits;
import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.Batch;
import dev.harrier.spi.Batch.ExecutionChange;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionPhase;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.ExecutionRow;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.PendingCommand;
import dev.harrier.spi.PoisonedBatchException;
import dev.harrier.spi.ShardLease;
import dev.harrier.testkit.Change;
import flyteidl.core.Literals.LiteralMap;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a batch of another process may say of executions, where rows change while it is being
 * written. What needs no such moment is tried over the wire.
 */
@ExtendWith(TestDatabase.class)
@Timeout(60)
final class BatchClaimsTest {
  private final Database database;
  private final CommandExchange exchange = new CommandExchange();
  private final PostgresJournal journal;

  BatchClaimsTest(Database database) {
    this.database = database;
    this.journal = new PostgresJournal(database.engine(), exchange, () -> {}).comparing();
  }

  @BeforeEach
  void freeAllShards() {
    FreeShards.in(database);
  }

  @Test
  void commands_that_come_while_a_batch_guesses_their_numbers_stay() throws Exception {
    var ref = create(fresh()).ref();
    var last = create(fresh()).id();
    var guessed = LongStream.rangeClosed(last + 1, last + 1_000).boxed().toList();
    var made = new ArrayList<PendingCommand>();

    var committed =
        whileWaiting(ref, running(ref, guessed, List.of()), () -> made.add(create(fresh())));

    assertThat(committed.get(10, TimeUnit.SECONDS)).isEmpty();
    var victim = made.getFirst();
    assertThat(guessed).contains(victim.id());
    assertThat(journal.commands(List.of(victim.ref().shard()), 10_000)).contains(victim);
  }

  @Test
  void an_execution_that_is_made_while_a_stranger_tells_its_name_is_not_told() throws Exception {
    var ref = create(fresh()).ref();
    var name = fresh();
    var abort = new Batch.Posted(name, new Command.Abort("why", "who"));

    var committed = whileWaiting(ref, running(ref, List.of(), List.of(abort)), () -> create(name));

    assertThatThrownBy(() -> committed.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(PoisonedBatchException.class);
    assertThat(journal.load(List.of(ref.id())).getFirst().row().phase())
        .isEqualTo(ExecutionPhase.QUEUED);
  }

  @Test
  void nothing_is_added_to_an_execution_that_has_ended_and_what_it_held_gets_no_token() {
    var ref = create(fresh()).ref();
    var lease = lease(ref.shard());
    commit(
        lease,
        Fixtures.inserted(
            ref, List.of(Fixtures.node("n0", "n0")), List.of(Fixtures.attempt("n0", 0))));
    var attempt = new AttemptId(new NodeId(ref.id(), "n0"), 0);
    assertThat(new HeldAttempts(database).live(attempt)).isTrue();

    end(ref);

    assertThat(new HeldAttempts(database).live(attempt)).isFalse();
    for (var change :
        List.of(
            Fixtures.inserted(ref, List.of(Fixtures.node("n1", "n1")), List.of()),
            Fixtures.inserted(ref, List.of(), List.of(Fixtures.attempt("n0", 1))))) {
      assertThatThrownBy(() -> commit(lease, change))
          .isInstanceOf(PoisonedBatchException.class)
          .hasMessageContaining("have ended");
    }
  }

  @Test
  void a_lease_that_is_over_is_nobodys() {
    var lease = lease(0);
    assertThat(journal.heldBy("claims/")).contains(0);

    update("UPDATE shard_lease SET lease_until = clock_timestamp() WHERE shard = 0");

    assertThat(lease.shard()).isZero();
    assertThat(journal.heldBy("claims/")).doesNotContain(0).contains(1);
  }

  @Test
  void a_commit_stands_whatever_those_do_who_hear_of_it() {
    var ref = create(fresh()).ref();
    var heard = new ArrayList<PendingCommand>();
    var change =
        running(ref, List.of(), List.of(new Batch.Posted(ref.id(), new Command.Continue())));

    try (var failing =
            exchange.subscribe(
                command -> {
                  throw new IllegalStateException("no");
                });
        var other = exchange.subscribe(heard::add)) {
      assertThat(commit(lease(ref.shard()), change)).isEmpty();
      assertThat(heard).hasSize(1);
      assertThat(List.of(failing, other)).hasSize(2);
    }
  }

  private void end(ExecutionRef ref) {
    update("UPDATE execution SET phase = 4 WHERE key = " + ref.key());
  }

  private void update(String sql) {
    var unused =
        database
            .api()
            .run(
                "prepare a test",
                connection -> {
                  try (var statement = connection.prepareStatement(sql)) {
                    return statement.executeUpdate();
                  }
                });
  }

  /** Commits the change, and does something between its being compared and its being written. */
  private CompletableFuture<Set<Integer>> whileWaiting(
      ExecutionRef ref, ExecutionChange change, Runnable meanwhile) {
    var lease = lease(ref.shard());
    return database
        .api()
        .transaction(
            "hold up a batch",
            connection -> {
              try (var lock =
                  connection.prepareStatement("SELECT 1 FROM execution WHERE key = ? FOR UPDATE")) {
                Arguments.of(lock).number(ref.key());
                var unused = lock.execute();
              }
              var committed = CompletableFuture.supplyAsync(() -> commit(lease, change));
              LockWaits.awaitOne(connection);
              meanwhile.run();
              return committed;
            });
  }

  private Set<Integer> commit(ShardLease lease, ExecutionChange change) {
    return journal.commit(
        new Batch(UUID.randomUUID(), List.of(new Batch.Part(lease, List.of(change)))));
  }

  private ShardLease lease(int shard) {
    return journal.acquire("claims/" + UUID.randomUUID(), 256, Duration.ofMinutes(1)).stream()
        .filter(lease -> lease.shard() == shard)
        .findFirst()
        .orElseThrow();
  }

  private PendingCommand create(ExecutionId id) {
    return database
        .api()
        .transaction(
            "create an execution",
            connection -> Fixtures.insert(connection, id, LiteralMap.getDefaultInstance()));
  }

  private static ExecutionId fresh() {
    return new ExecutionId(
        "flytesnacks", "development", "claims-" + UUID.randomUUID().toString().substring(0, 8));
  }

  private static ExecutionChange running(
      ExecutionRef ref, List<Long> consumed, List<Batch.Posted> posted) {
    var row =
        new ExecutionRow(
            ExecutionPhase.RUNNING,
            Optional.empty(),
            Optional.empty(),
            Instant.EPOCH,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            1);
    var change = new Change(ref).execution(row);
    consumed.forEach(change::consume);
    posted.forEach(one -> change.post(one.to(), one.command()));
    return change.build();
  }
}
