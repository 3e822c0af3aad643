package dev.harrier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.database.Database;
import dev.harrier.idl.engine.v1.ExecutionSettings;
import dev.harrier.propeller.Propeller;
import dev.harrier.propeller.PropellerSettings;
import dev.harrier.propeller.loop.LoopMeter;
import dev.harrier.propeller.simulation.Coverage;
import dev.harrier.propeller.simulation.Plant;
import dev.harrier.propeller.simulation.Run;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionPhase;
import dev.harrier.testkit.Chains;
import dev.harrier.testkit.DiscardingBlobStore;
import dev.harrier.testkit.InstantRuntime;
import dev.harrier.testkit.Values;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The same histories as the simulation's, and whole engines, on a real PostgreSQL. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EngineOnPostgresTest {
  private static final int HISTORIES = 40;

  private EngineDatabase engine;

  @BeforeAll
  void start(@TempDir Path folder) {
    engine = EngineDatabase.open(folder);
  }

  @AfterAll
  void stop() {
    engine.close();
  }

  @Test
  void the_simulated_histories_end_right() {
    for (var seed = 0; seed < HISTORIES; seed++) {
      PostgresAdmin.clean(database());
      Run.play(
          seed,
          Plant.NONE,
          2,
          false,
          Run.NO_VISITS,
          new Coverage(),
          clock -> new PostgresAdmin(database(), clock));
    }
  }

  @Test
  void executions_end_while_an_old_snapshot_is_held_open() throws Exception {
    PostgresAdmin.clean(database());
    var admin = new PostgresAdmin(database(), InstantSource.system());
    admin.putClosure("chain", Chains.of(10));
    var ids = create(admin, 100);

    holdingASnapshot(
        () -> {
          try (var engine = engine(admin)) {
            engine.start();
            awaitPhase(admin, ids, ExecutionPhase.SUCCEEDED);
          }
        });
  }

  @Test
  void an_execution_that_cannot_be_recorded_fails_alone() throws Exception {
    PostgresAdmin.clean(database());
    var admin = new PostgresAdmin(database(), InstantSource.system());
    admin.putClosure("chain", Chains.of(3));
    // PostgreSQL has no text with a NUL: the row of this node is refused, and with it the batch.
    admin.putClosure("poison", Chains.named("n\0", 1));
    var poison = new ExecutionId("p", "d", "poison");
    var before = create(admin, 20);
    admin.create(poison, "poison", Values.of("x", "1"), ExecutionSettings.getDefaultInstance());
    var after = IntStream.range(20, 40).mapToObj(number -> create(admin, number, "chain")).toList();
    try (var engine = engine(admin)) {
      engine.start();

      awaitPhase(admin, before, ExecutionPhase.SUCCEEDED);
      awaitPhase(admin, after, ExecutionPhase.SUCCEEDED);
      awaitPhase(admin, List.of(poison), ExecutionPhase.FAILED);
    }
    assertThat(admin.record(poison).row().failure().orElseThrow().code()).isEqualTo("EngineError");
    assertThat(admin.pendingCommands()).isZero();
  }

  @Test
  void two_engines_share_the_shards_and_the_second_takes_over_from_the_first() throws Exception {
    PostgresAdmin.clean(database());
    var admin = new PostgresAdmin(database(), InstantSource.system());
    admin.putClosure("chain", Chains.of(5));
    var ids = create(admin, 50);
    var first = engine(admin);
    first.start();
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> ids.stream().anyMatch(id -> phase(admin, id).terminal()));
    first.close();

    try (var second = engine(admin)) {
      second.start();

      awaitPhase(admin, ids, ExecutionPhase.SUCCEEDED);
    }
    assertThat(admin.pendingCommands()).isZero();
  }

  private Database database() {
    return engine.database();
  }

  private void holdingASnapshot(Runnable meanwhile) {
    var unused =
        database()
            .api()
            .run(
                "hold a snapshot",
                connection -> {
                  connection.setAutoCommit(false);
                  connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                  try (var statement = connection.createStatement();
                      var row = statement.executeQuery("SELECT count(*) FROM node_execution")) {
                    assertThat(row.next()).isTrue();
                    meanwhile.run();
                  } finally {
                    connection.rollback();
                    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
                    connection.setAutoCommit(true);
                  }
                  return true;
                });
  }

  private static Propeller engine(PostgresAdmin admin) {
    return new Propeller(
        admin.journal(),
        new InstantRuntime(Values.of("o", "1")),
        new DiscardingBlobStore(),
        InstantSource.system(),
        "host/" + UUID.randomUUID(),
        PropellerSettings.defaults(),
        LoopMeter.none());
  }

  private static List<ExecutionId> create(PostgresAdmin admin, int count) {
    return IntStream.range(0, count).mapToObj(number -> create(admin, number, "chain")).toList();
  }

  private static ExecutionId create(PostgresAdmin admin, int number, String closure) {
    var id = new ExecutionId("p", "d", "e" + number);
    admin.create(
        id,
        closure,
        Values.of("x", "1"),
        ExecutionSettings.newBuilder().setMaxParallelism(25).build());
    return id;
  }

  private static ExecutionPhase phase(PostgresAdmin admin, ExecutionId id) {
    return admin.record(id).row().phase();
  }

  private static void awaitPhase(
      PostgresAdmin admin, List<ExecutionId> ids, ExecutionPhase expected) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> ids.stream().allMatch(id -> phase(admin, id).terminal()));
    assertThat(ids).allMatch(id -> phase(admin, id) == expected);
  }
}
