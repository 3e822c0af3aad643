package dev.harrier.conformance;

import static dev.harrier.conformance.Json.integer;
import static dev.harrier.conformance.Json.string;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.harrier.conformance.SharedHarrier.World;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Tag("python")
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(SharedHarrier.class)
final class ShapesTest {
  private final World world;

  ShapesTest(World world) {
    this.world = world;
  }

  @Test
  void subworkflows_run_within_subworkflows() {
    var run = world.executions().start("workflows.shapes.in_subworkflows", Map.of("x", integer(4)));

    assertThat(run.succeeded().integer("o0")).isEqualTo(26);
    assertThat(run.nodePhases().values()).containsOnly("SUCCEEDED");
    assertThat(run.nodesWithin("n0")).isNotEmpty();
    assertThat(run.nodesWithin("n1").stream().map(Run::nodeId)).contains("n1-0-n0");
  }

  @Test
  void launch_plans_run_as_child_executions_with_their_fixed_and_default_inputs() {
    var run =
        world.executions().start("workflows.shapes.through_launch_plans", Map.of("x", integer(4)));

    assertThat(run.succeeded().integer("o0")).isEqualTo(18);
    for (var node : run.nodes()) {
      if (Run.nodeId(node).equals("n0")) {
        var child =
            Json.text(Json.at(node, "closure", "workflow_node_metadata", "executionId"), "name");
        assertThat(world.executions().run(child).succeeded().integer("o0")).isEqualTo(14);
        assertThat(
                Json.text(
                    Json.at(
                        world.executions().run(child).read(),
                        "spec",
                        "metadata",
                        "parent_node_execution",
                        "execution_id"),
                    "name"))
            .isEqualTo(run.name());
      }
    }
  }

  @Test
  void a_child_has_children() {
    var run =
        world.executions().start("workflows.shapes.three_generations", Map.of("x", integer(1)));

    assertThat(run.succeeded().integer("o0")).isEqualTo(15);
  }

  @Test
  void attributes_elements_and_keys_of_outputs_are_inputs() {
    var run =
        world.executions().start("workflows.shapes.attribute_paths", Map.of("number", integer(4)));

    assertThat(run.succeeded().string("o0")).isEqualTo("two zero 4 10");
    assertThat(run.integer("o1")).isEqualTo(9);
  }

  @Test
  void no_more_nodes_run_at_once_than_the_execution_allows() {
    var request =
        world
            .executions()
            .request(
                "workflows.shapes.fan_out",
                Map.of("ledger_address", string(world.ledger().address())));
    request.getAsJsonObject("spec").addProperty("max_parallelism", 3);

    var run = world.executions().start(request).succeeded();

    assertThat(run.integer("o0")).isEqualTo(66);
    var now = 0;
    var most = 0;
    for (var line : world.ledger().lines()) {
      if (line.execution().equals(run.name())) {
        now += line.what().equals("begin") ? 1 : -1;
        most = Math.max(most, now);
      }
    }
    assertThat(most).isBetween(2, 3);
    assertThat(world.ledger().lines("begin", run.name())).hasSize(12);
  }

  @Test
  void nodes_keep_the_order_that_is_given_to_them() {
    var run =
        world
            .executions()
            .start(
                "workflows.shapes.by_order",
                Map.of("ledger_address", string(world.ledger().address())))
            .succeeded();

    assertThat(world.ledger().lines("begin", run.name()).stream().map(Ledger.Line::step))
        .containsExactly("first", "second", "third");
    assertThat(run.nodePhases()).containsKey("the-first");
  }

  @Test
  void a_task_sees_the_variables_of_its_task_and_execution_and_no_secret() {
    var request = world.executions().request("workflows.shapes.environments", Map.of());
    request
        .getAsJsonObject("spec")
        .add(
            "envs",
            Json.object(
                "values",
                Json.array(
                    Json.object("key", "FROM_EXECUTION", "value", "execution"),
                    Json.object("key", "FROM_BOTH", "value", "execution"))));

    var run = world.executions().start(request).succeeded();

    var shown = Json.at(run.outputs(), "o0", "map", "literals");
    assertThat(seen(shown, "FROM_TASK")).isEqualTo("task");
    assertThat(seen(shown, "FROM_EXECUTION")).isEqualTo("execution");
    assertThat(seen(shown, "FROM_BOTH")).as("the execution's wins").isEqualTo("execution");
    assertThat(seen(shown, "PROJECT")).isEqualTo(World.PROJECT);
    assertThat(seen(shown, "DOMAIN")).isEqualTo(World.DOMAIN);
    assertThat(seen(shown, "NAME")).isEqualTo("workflows.shapes.surroundings");
    assertThat(seen(shown, "VERSION")).isEqualTo(World.VERSION);
    assertThat(seen(shown, "EXECUTION")).isEqualTo(run.name());
    assertThat(seen(shown, "ATTEMPT")).isEqualTo("0");
    assertThat(seen(shown, "SECRETS")).isEqualTo("[]");
    assertThat(seen(shown, "CORE")).isEqualTo("0");
  }

  private static String seen(JsonObject shown, String name) {
    return Json.text(Json.at(shown, name, "scalar", "primitive"), "string_value");
  }

  @Test
  void a_node_gets_the_memory_that_it_overrides() {
    var run =
        world.executions().start("workflows.shapes.overridden", Map.of("megabytes", integer(300)));

    assertThat(run.succeeded().integer("o0")).isEqualTo(300);
  }

  @Test
  void a_workflow_may_take_and_give_nothing() {
    var run = world.executions().start("workflows.shapes.nothing_at_all", Map.of()).succeeded();

    assertThat(run.outputs().size()).isZero();
    assertThat(run.nodePhases().values()).hasSize(3).containsOnly("SUCCEEDED");
  }

  @Test
  void a_literal_too_large_to_travel_inline_arrives() {
    var run =
        world.executions().start("workflows.kinds.large_literal", Map.of("megabytes", integer(5)));

    assertThat(run.succeeded().integer("o0")).isEqualTo(5 << 20);
  }

  @Test
  void every_kind_of_value_goes_through_a_chain_of_two_tasks() {
    var ran = world.clients().script("every_kind.py", World.VERSION);

    assertThat(ran.succeeded().output()).contains("all values are right");
  }
}
