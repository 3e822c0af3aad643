package dev.harrier.conformance;

import static dev.harrier.conformance.Json.integer;
import static dev.harrier.conformance.Json.string;
import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.conformance.SharedHarrier.World;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Tasks call the API with a token of their attempt's own: eager ones, and by FlyteRemote. */
@Tag("python")
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(SharedHarrier.class)
final class CallingTasksTest {
  private final World world;

  CallingTasksTest(World world) {
    this.world = world;
  }

  @Test
  void an_eager_task_launches_others_and_waits_for_them() {
    var run = eager("workflows.calling.tripled_twice");

    assertThat(run.succeeded().integer("o0")).isEqualTo(63);
  }

  @Test
  void an_eager_task_sees_another_fail() {
    var run = eager("workflows.calling.minds_a_failure");

    assertThat(run.succeeded().string("o0"))
        .startsWith("EagerException: Error executing workflows.calling.fails");
  }

  @Test
  void a_task_reads_its_own_project_and_domain_and_its_token_ends_with_it() {
    var run =
        world
            .executions()
            .start(
                "workflows.calling.reading",
                Map.of("project", string("flytesnacks"), "domain", string("development")));

    assertThat(run.succeeded().string("o0")).isEqualTo("found itself");
    var late = Api.as(world.harrier(), run.string("o1"));
    var path = "/api/v1/executions/flytesnacks/development?limit=1";
    // What runs is remembered for two seconds, and the runtime forgets after the end.
    var refused =
        Patience.await(
            "the token's end",
            Duration.ofMinutes(1),
            () -> Optional.of(late.get(path)).filter(answer -> answer.status() == 401));
    assertThat(refused.message()).contains("the attempt that it was made for is over");
  }

  @Test
  void a_task_sees_nothing_of_another_domain() {
    var run =
        world
            .executions()
            .start(
                "workflows.calling.reading",
                Map.of("project", string("flytesnacks"), "domain", string("production")));

    assertThat(run.succeeded().string("o0"))
        .contains("lacks the permission execution:read")
        .contains("production");
  }

  @Test
  void a_task_cannot_change_what_the_server_gives_it() {
    var run = world.executions().start("workflows.calling.spoiling", Map.of());

    var tried = run.succeeded().outputs().toString();
    assertThat(tried).doesNotContain("done").contains("OSError");
  }

  // By itself: the workflow that flytekit makes around it has a failure node.
  private Run eager(String name) {
    var executions = world.executions();
    var request = executions.request(name, Map.of("x", integer(7)));
    Json.at(request, "spec", "launch_plan").addProperty("resource_type", "TASK");
    return executions.start(request);
  }
}
