package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.conformance.SharedHarrier.World;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("python")
@ExtendWith(SharedHarrier.class)
final class HelloTest {
  private static final Pattern EXECUTION = Pattern.compile("executions/([a-zA-Z0-9]+)");

  private final World world;

  HelloTest(World world) {
    this.world = world;
  }

  @Test
  void pyflyte_runs_a_workflow_of_a_file_and_waits_for_its_end() {
    var folder = Places.examples().resolve("hello");

    var ran = world.clients().pyflyteRun(folder, "hello.py", "hello", "--name", "world");

    assertThat(ran.succeeded().words()).contains("has succeeded");
    var run = run(ran);
    assertThat(run.string("o0")).isEqualTo("Hello, world!");
    assertThat(run.integer("o1")).isEqualTo(10);
    assertThat(run.nodePhases().values()).hasSize(4).containsOnly("SUCCEEDED");
  }

  @Test
  void the_same_code_runs_again_with_its_default_input() {
    var folder = Places.examples().resolve("hello");
    var words = new String[] {"hello.py", "hello"};
    world.clients().pyflyteRun(folder, words).succeeded();

    var again = world.clients().pyflyteRun(folder, words);

    assertThat(run(again.succeeded()).string("o0")).isEqualTo("Hello, harrier!");
  }

  @Test
  void pyflyte_runs_a_single_task() {
    var folder = Places.examples().resolve("hello");

    var ran = world.clients().pyflyteRun(folder, "hello.py", "count_letters", "--text", "a b c");

    var run = run(ran.succeeded());
    assertThat(run.integer("o0")).isEqualTo(3);
    assertThat(Json.text(Json.at(run.read(), "spec", "launch_plan"), "resource_type"))
        .isEqualTo("TASK");
  }

  @Test
  void a_failed_run_tells_the_users_own_words_and_a_failing_exit_code() {
    var ran =
        world
            .clients()
            .pyflyteRun(Places.workflows(), "failing.py", "raises", "--text", "no such luck");

    assertThat(ran.exitCode()).isNotZero();
    assertThat(ran.words()).contains("FAILED").contains("no such luck");
  }

  @Test
  void what_is_registered_already_registers_again_under_its_version() {
    // flytekit sends what is a set to it, the upstream nodes of a node, in another order each time.
    var again = world.register(Places.workflows(), World.VERSION);

    assertThat(again.succeeded().words()).contains("Successfully registered");
  }

  private Run run(Ran ran) {
    var found = EXECUTION.matcher(ran.output());
    assertThat(found.find()).as("a link to the execution in: %s", ran.output()).isTrue();
    return world.executions().run(found.group(1));
  }
}
