package dev.harrier.conformance;

import static dev.harrier.conformance.Json.integer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.conformance.SharedHarrier.World;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tasks that are forked from a warm parent, which has the network. */
final class WarmEgressTest extends EgressTest {
  WarmEgressTest() {
    super();
  }

  @Test
  void a_task_with_the_whole_internet_reaches_its_neighbours_and_not_its_machine()
      throws IOException {
    register("staging");

    var reached = List.of("the neighbour", "its other port");

    var answers = tried(in("staging"), reached);

    for (var one : reached) {
      assertThat(answers.remove(one)).as(one).isEqualTo("reached");
      answers.remove(one + " by its device");
    }
    assertThat(answers.remove("listening on loopback")).isEqualTo("[]");
    assertThat(answers.remove("interfaces")).isEqualTo("lo,out0");
    answers.values().removeIf(answer -> answer.startsWith("refused"));
    assertThat(answers).isEmpty();
  }

  @Test
  void eager_tasks_with_a_list_launch_others() {
    var executions = world().executions();
    var request = executions.request("workflows.calling.tripled_twice", Map.of("x", integer(7)));
    Json.at(request, "spec", "launch_plan").addProperty("resource_type", "TASK");

    assertThat(executions.start(request).succeeded().integer("o0")).isEqualTo(63);
  }

  @Test
  void tasks_with_the_api_alone_call_it_and_reach_nothing_else() throws IOException {
    register("production");

    var answers = tried(in("production"), List.of());
    var read = reading(in("production"), "production");

    answers.remove("interfaces");
    assertThat(answers.remove("listening on loopback"))
        .isEqualTo("[%d]".formatted(world().harrier().url().getPort()));
    answers.values().removeIf(answer -> answer.startsWith("refused"));
    assertThat(answers).isEmpty();
    assertThat(read.succeeded().string("o0")).isEqualTo("found itself");
  }

  private void register(String domain) {
    world()
        .clients()
        .register(world().folder(), World.PROJECT, domain, World.VERSION, Places.workflows())
        .succeeded();
  }

  private Executions in(String domain) {
    return new Executions(world().api(), World.PROJECT, domain, World.VERSION);
  }
}
