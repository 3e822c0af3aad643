package dev.harrier.admin.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.harrier.admin.LockWaits;
import dev.harrier.admin.journal.Fixtures;
import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.SqlWork;
import dev.harrier.database.TestDatabase;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.admin.ProjectOuterClass.Project;
import flyteidl.admin.ProjectOuterClass.Project.ProjectState;
import flyteidl.core.Literals.LiteralMap;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Projects that are archived in the same moment as executions are created in them. */
@ExtendWith(TestDatabase.class)
@Timeout(60)
final class ArchivedProjectTest {
  private static final int CREATORS = 16;
  private static final int ROUNDS = 5;

  private final Database database;
  private final Executions executions;

  ArchivedProjectTest(Database database, @TempDir Path folder) {
    this.database = database;
    this.executions = Executions.open(database, folder);
  }

  @Test
  void asvs_15_4_2_nothing_is_created_in_a_project_once_its_archive_is_committed()
      throws Exception {
    for (var round = 0; round < ROUNDS; round++) {
      put(ProjectState.ACTIVE);
      var before = created();
      var begun = new CountDownLatch(CREATORS * 2);
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var refusals = new ArrayList<Future<RejectedException>>();
        for (var creator = 0; creator < CREATORS; creator++) {
          refusals.add(threads.submit(() -> createUntilRefused(begun)));
        }
        begun.await();

        put(ProjectState.ARCHIVED);

        var committed = created();
        for (var refusal : refusals) {
          requireArchived(refusal.get());
        }
        assertThat(created()).isEqualTo(committed).isGreaterThan(before);
      }
    }
  }

  @Test
  void asvs_15_4_2_one_that_was_checked_before_the_archive_and_is_written_after_it_is_refused()
      throws Exception {
    var refused =
        held(
            connection -> {
              // What is launched is looked up after the project, and waits.
              execute(connection, "LOCK TABLE launch_plan IN ACCESS EXCLUSIVE MODE");
              var creating = CompletableFuture.supplyAsync(this::refusal);
              LockWaits.awaitOne(connection);
              put(ProjectState.ARCHIVED);
              return creating;
            });

    requireArchived(refused.get(10, TimeUnit.SECONDS));
    assertThat(created()).isZero();
  }

  @Test
  void asvs_15_4_2_an_archive_waits_for_one_that_is_being_written() throws Exception {
    var first = Fixtures.execution(executions.id("first"), LiteralMap.getDefaultInstance());

    var archived =
        held(
            connection -> {
              assertThat(ExecutionStore.insert(connection, first)).isPresent();
              var archiving =
                  CompletableFuture.supplyAsync(
                      () -> {
                        put(ProjectState.ARCHIVED);
                        return created();
                      });
              LockWaits.awaitOne(connection);
              return archiving;
            });

    assertThat(archived.get(10, TimeUnit.SECONDS)).isEqualTo(1);
  }

  private <T> T held(SqlWork<T> work) {
    return database.api().transaction("hold up a create", work);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      var unused = statement.execute(sql);
    }
  }

  private RejectedException createUntilRefused(CountDownLatch begun) {
    while (true) {
      begun.countDown();
      try {
        create("");
      } catch (RejectedException refused) {
        return refused;
      }
    }
  }

  private RejectedException refusal() {
    return catchThrowableOfType(RejectedException.class, () -> create("late"));
  }

  private void create(String name) {
    var unused = executions.create(executions.request(name));
  }

  private void put(ProjectState state) {
    var project = Project.newBuilder().setId(executions.project()).setState(state).build();
    var unused = executions.inventory.call(rpcs -> rpcs.projects().update(project));
  }

  private static void requireArchived(RejectedException refused) {
    assertThat(refused.rejection().code()).isEqualTo(Rejection.Code.INVALID_ARGUMENT);
    assertThat(refused).hasMessageContaining("is not active");
  }

  private int created() {
    return database
        .api()
        .run(
            "count executions",
            connection -> {
              try (var statement =
                  connection.prepareStatement("SELECT count(*) FROM execution WHERE project = ?")) {
                Arguments.of(statement).text(executions.project());
                try (var row = statement.executeQuery()) {
                  return row.next() ? row.getInt(1) : 0;
                }
              }
            });
  }
}
