package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.conformance.SharedHarrier.World;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("python")
@ExtendWith(SharedHarrier.class)
final class TerminationTest {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  private final World world;

  TerminationTest(World world) {
    this.world = world;
  }

  @Test
  void a_terminated_execution_ends_its_running_task_and_stays_ended() {
    var run = sleeper();

    var answer = run.terminate("enough of it");

    answer.ok();
    assertThat(run.awaitEnd().phase()).isEqualTo("ABORTED");
    assertThat(Json.text(Json.at(run.read(), "closure", "abort_metadata"), "cause"))
        .isEqualTo("enough of it");
    assertThat(run.nodePhases().values()).doesNotContain("RUNNING", "QUEUED", "SUCCEEDING");
    assertThat(world.ledger().lines("end", run.name())).isEmpty();
    var again = run.terminate("once more");
    assertThat(again.status()).isEqualTo(400);
    assertThat(again.message()).contains("already terminated");
  }

  @Test
  void a_relaunched_execution_has_the_inputs_of_the_first_and_points_to_it() {
    var first =
        world
            .executions()
            .start("workflows.shapes.twice", Map.of("x", Json.integer(7)))
            .succeeded();

    var answer =
        world
            .api()
            .post(
                "/api/v1/executions/relaunch",
                Json.object(
                    "id",
                    Json.object(
                        "project", World.PROJECT, "domain", World.DOMAIN, "name", first.name())));

    var again = world.executions().run(Json.text(Json.at(answer.ok(), "id"), "name"));
    assertThat(again.succeeded().integer("o0")).isEqualTo(27);
    var metadata = Json.at(again.read(), "spec", "metadata");
    assertThat(Json.text(metadata, "mode")).isEqualTo("RELAUNCH");
    assertThat(Json.text(Json.at(metadata, "reference_execution"), "name")).isEqualTo(first.name());
  }

  private Run sleeper() {
    var run =
        world
            .executions()
            .start(
                "workflows.shapes.sleepy",
                Map.of(
                    "seconds",
                    Json.number(60),
                    "ledger_address",
                    Json.string(world.ledger().address())));
    Patience.awaitTrue(
        "the task of " + run,
        START_LIMIT,
        () -> !world.ledger().lines("begin", run.name()).isEmpty());
    return run;
  }
}
