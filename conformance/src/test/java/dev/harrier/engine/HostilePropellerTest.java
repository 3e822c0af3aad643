package dev.harrier.engine;

import static dev.harrier.testkit.SampleRows.attempt;
import static dev.harrier.testkit.SampleRows.execution;
import static dev.harrier.testkit.SampleRows.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.idl.engine.v1.ChildRequest;
import dev.harrier.idl.engine.v1.ExecutionSettings;
import dev.harrier.server.role.AdminLine;
import dev.harrier.spi.AttemptPhase;
import dev.harrier.spi.Batch;
import dev.harrier.spi.Batch.ExecutionChange;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionPhase;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.ExecutionRow;
import dev.harrier.spi.Journal;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.PoisonedBatchException;
import dev.harrier.spi.ShardLease;
import dev.harrier.spi.StoreUnavailableException;
import dev.harrier.spi.Wire;
import dev.harrier.testkit.Change;
import flyteidl.core.Literals.LiteralMap;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a propeller that is broken or hostile cannot do with the journal, over a real port on a real
 * database.
 */
final class HostilePropellerTest {
  private static final Duration LEASE = Duration.ofMinutes(5);

  private static EngineDatabase engine;

  private final PostgresAdmin admin = new PostgresAdmin(database(), InstantSource.system());
  private final PropellersPort port;

  @BeforeAll
  static void openDatabase(@TempDir Path folder) {
    engine = EngineDatabase.open(folder);
  }

  @AfterAll
  static void closeDatabase() {
    engine.close();
  }

  private static Database database() {
    return engine.database();
  }

  HostilePropellerTest() throws IOException {
    admin.freeShards();
    port = PropellersPort.of(admin);
  }

  @AfterEach
  void close() {
    port.close();
  }

  @Test
  void nobody_but_a_propeller_is_answered() {
    for (var name : List.of("sa:stranger", "sa:admin", "user:ada", "task:p/d/e", "")) {
      assertThatThrownBy(line(name)::describe)
          .as(name)
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageMatching("(?s).*(PERMISSION_DENIED|UNAUTHENTICATED).*");
    }
  }

  @Test
  void a_lease_of_another_propeller_can_be_neither_taken_renewed_nor_given_up() {
    var mine = mine();
    var theirs = two();
    var lease = mine.acquire("host/1", 256, LEASE).getFirst();

    assertThat(theirs.acquire("host/2", 256, LEASE)).isEmpty();
    assertThatThrownBy(() -> theirs.renew(List.of(lease), LEASE))
        .hasMessageContaining("PERMISSION_DENIED");
    assertThatThrownBy(() -> theirs.release(List.of(lease)))
        .hasMessageContaining("PERMISSION_DENIED");
    assertThat(mine.renew(List.of(lease), LEASE)).containsExactly(lease.shard());
  }

  @Test
  void executions_of_anothers_shards_can_be_neither_read_nor_written() {
    var ref = create();
    var mine = mine();
    var lease = lease(mine, ref.shard());
    var theirs = two();
    var posing = new ShardLease(ref.shard(), "sa:two@host/9", lease.epoch());

    assertThatThrownBy(() -> theirs.load(List.of(ref.id()))).hasMessageContaining("ABORTED");
    assertThatThrownBy(() -> theirs.held(ref.shard())).hasMessageContaining("ABORTED");
    assertThat(theirs.commands(List.of(ref.shard()), 10)).isEmpty();
    assertThatThrownBy(() -> theirs.commit(batch(lease, running(ref))))
        .hasMessageContaining("PERMISSION_DENIED");
    assertThat(theirs.commit(batch(posing, running(ref)))).containsExactly(ref.shard());
    assertThat(mine.load(List.of(ref.id())).getFirst().row().phase())
        .isEqualTo(ExecutionPhase.QUEUED);
  }

  @Test
  void one_answer_has_a_thousand_held_attempts_at_most_and_the_next_ones_the_rest() {
    var ref = create();
    var mine = mine();
    var unused = lease(mine, ref.shard());
    hold(ref, 1_001);
    // Of tests before this one.
    var others = mine.held(ref.shard()).size() - 1_001;

    var first = mine.held(ref.shard(), Optional.empty(), Integer.MAX_VALUE);
    var second = mine.held(ref.shard(), first.next(), Integer.MAX_VALUE);

    assertThat(first.attempts()).hasSize(1_000);
    assertThat(second.attempts()).hasSize(1 + others);
    assertThat(second.next()).isEmpty();
    assertThatThrownBy(() -> mine.held(ref.shard(), Optional.empty(), 0))
        .hasMessageContaining("INVALID_ARGUMENT");
  }

  private static void hold(ExecutionRef ref, int attempts) {
    var unused =
        database()
            .api()
            .run(
                "hold attempts",
                connection -> {
                  try (var statement =
                      connection.prepareStatement(
                          """
                          WITH made AS (
                            INSERT INTO attempt (execution_key, created_at, updated_at, number,
                              revision, phase, host, log_uri, node_path)
                            SELECT ?, now(), now(), n, 1, 1, '', '', 'n0'
                            FROM generate_series(1, ?) n)
                          INSERT INTO held_attempt (shard, execution_key, number, node_path)
                          SELECT ?, ?, n, 'n0' FROM generate_series(1, ?) n
                          """)) {
                    Arguments.of(statement)
                        .number(ref.key())
                        .number(attempts)
                        .number(ref.shard())
                        .number(ref.key())
                        .number(attempts);
                    return statement.executeUpdate();
                  }
                });
  }

  @Test
  void commands_of_anothers_shards_are_not_told() throws InterruptedException {
    var theirs = two();
    assertThat(mine().acquire("host/0", 256, LEASE)).isNotEmpty();
    var heard = new LinkedBlockingQueue<Object>();
    var own = new LinkedBlockingQueue<Object>();
    try (var listening = theirs.subscribe(heard::add);
        var mine = mine().subscribe(own::add)) {
      create();

      assertThat(own.poll(10, TimeUnit.SECONDS)).isNotNull();
      assertThat(heard).isEmpty();
      assertThat(List.of(listening, mine)).hasSize(2);
    }
  }

  @Test
  void an_execution_cannot_be_written_under_another_name_key_or_shard() {
    var ref = create();
    var victim = create();
    var mine = mine();
    var lease = lease(mine, ref.shard());

    var key = new ExecutionRef(ref.id(), victim.key(), ref.shard());
    var shard = new ExecutionRef(victim.id(), victim.key(), ref.shard());
    for (var posing : List.of(key, shard)) {
      assertThatThrownBy(() -> mine.commit(batch(lease, running(posing))))
          .isInstanceOf(PoisonedBatchException.class);
    }
    assertThat(mine.load(List.of(victim.id())).getFirst().row().phase())
        .isEqualTo(ExecutionPhase.QUEUED);
  }

  @Test
  void an_execution_cannot_jump_to_a_phase_that_may_not_follow() {
    var ref = create();
    var mine = mine();
    var lease = lease(mine, ref.shard());

    assertThatThrownBy(
            () -> mine.commit(batch(lease, changed(ref, ExecutionPhase.SUCCEEDED, List.of()))))
        .isInstanceOf(PoisonedBatchException.class);
  }

  @Test
  void an_execution_tells_only_its_parent_and_its_children() {
    var ref = create();
    var stranger = create();
    var mine = mine();
    var lease = lease(mine, ref.shard());
    var ended =
        new Command.ChildEnded(
            "n0",
            ref.id(),
            ExecutionPhase.SUCCEEDED,
            LiteralMap.getDefaultInstance(),
            Optional.empty());

    for (var command :
        List.of(
            new Command.Abort("why", "who"), ended, new Command.Continue(), new Command.Create())) {
      assertThatThrownBy(() -> mine.commit(batch(lease, posting(ref, stranger.id(), command))))
          .as(command.toString())
          .isInstanceOf(PoisonedBatchException.class);
    }
    admin.adopt(ref, "n0", stranger);
    assertThat(
            mine.commit(batch(lease, posting(ref, stranger.id(), new Command.Abort("why", "who")))))
        .isEmpty();
  }

  @Test
  void an_attempt_that_is_not_over_is_let_go_with_its_execution_alone() {
    var ref = create();
    var mine = mine();
    var lease = lease(mine, ref.shard());
    var begun =
        new Change(ref)
            .execution(execution(ExecutionPhase.RUNNING, 1))
            .insert(node("n0", NodePhase.QUEUED, 1))
            .insert(attempt("n0", 0, AttemptPhase.QUEUED, 1));
    assertThat(mine.commit(batch(lease, begun.build()))).isEmpty();

    assertThatThrownBy(() -> mine.commit(batch(lease, new Change(ref).release("n0", 0).build())))
        .isInstanceOf(PoisonedBatchException.class)
        .hasMessageContaining("1 attempts that are not over");
    assertThat(mine.held(ref.shard())).anyMatch(held -> held.ref().equals(ref));

    var givenUp = new Change(ref).execution(execution(ExecutionPhase.FAILED, 2)).release("n0", 0);
    assertThat(mine.commit(batch(lease, givenUp.build()))).isEmpty();
    assertThat(mine.held(ref.shard())).noneMatch(held -> held.ref().equals(ref));
  }

  @Test
  void a_command_of_another_execution_cannot_be_consumed() {
    var ref = create();
    var victim = create();
    var mine = mine();
    var lease = lease(mine, ref.shard());
    var command =
        mine.commands(List.of(victim.shard()), 1_000).stream()
            .filter(pending -> pending.ref().equals(victim))
            .findFirst()
            .orElseThrow();
    var change = change(ref, Optional.empty(), List.of(command.id()), List.of(), List.of());

    assertThatThrownBy(() -> mine.commit(batch(lease, change)))
        .isInstanceOf(PoisonedBatchException.class);
  }

  @Test
  void a_child_is_asked_for_with_nothing_but_its_parents_settings() {
    var ref = create();
    var mine = mine();
    var lease = lease(mine, ref.shard());
    var request =
        ChildRequest.newBuilder()
            .setNodePath("n0")
            .setChild(Wire.identifier(fresh()))
            .setInherited(
                ExecutionSettings.newBuilder().setNesting(1).setPrincipal("sa:somebody-else"))
            .build();
    var change = change(ref, Optional.empty(), List.of(), List.of(), List.of(request));

    assertThatThrownBy(() -> mine.commit(batch(lease, change)))
        .isInstanceOf(PoisonedBatchException.class);
  }

  @Test
  void what_the_database_refuses_is_told_without_the_words_that_quote_its_rows() {
    var ref = create();
    var mine = mine();
    var lease = lease(mine, ref.shard());
    var twice =
        new Change(ref)
            .insert(node("hidden", NodePhase.QUEUED, 1))
            .insert(node("hidden", NodePhase.QUEUED, 1))
            .build();

    assertThatThrownBy(() -> mine.commit(batch(lease, twice)))
        .isInstanceOf(PoisonedBatchException.class)
        .hasMessageContaining("SQLSTATE 23505")
        .hasMessageNotContaining("hidden");
  }

  private Journal mine() {
    return line("sa:one").journal(256);
  }

  private Journal two() {
    return line("sa:two").journal(256);
  }

  private ExecutionRef create() {
    return admin.createEmpty(fresh(), LiteralMap.getDefaultInstance());
  }

  private AdminLine line(String caller) {
    return port.line(caller);
  }

  private static ExecutionId fresh() {
    return new ExecutionId(
        "flytesnacks", "development", "remote-" + UUID.randomUUID().toString().substring(0, 8));
  }

  private static ShardLease lease(Journal journal, int shard) {
    return journal.acquire("host/" + UUID.randomUUID(), 256, LEASE).stream()
        .filter(lease -> lease.shard() == shard)
        .findFirst()
        .orElseThrow();
  }

  private static Batch batch(ShardLease lease, ExecutionChange change) {
    return new Batch(UUID.randomUUID(), List.of(new Batch.Part(lease, List.of(change))));
  }

  private static ExecutionChange running(ExecutionRef ref) {
    return changed(ref, ExecutionPhase.RUNNING, List.of());
  }

  private static ExecutionChange posting(ExecutionRef ref, ExecutionId to, Command command) {
    return change(
        ref, Optional.empty(), List.of(), List.of(new Batch.Posted(to, command)), List.of());
  }

  private static ExecutionChange changed(
      ExecutionRef ref, ExecutionPhase phase, List<Batch.Posted> posted) {
    return change(ref, Optional.of(execution(phase, 1)), List.of(), posted, List.of());
  }

  private static ExecutionChange change(
      ExecutionRef ref,
      Optional<ExecutionRow> row,
      List<Long> consumed,
      List<Batch.Posted> posted,
      List<ChildRequest> children) {
    var change = new Change(ref);
    row.ifPresent(change::execution);
    consumed.forEach(change::consume);
    posted.forEach(one -> change.post(one.to(), one.command()));
    children.forEach(change::request);
    return change.build();
  }
}
