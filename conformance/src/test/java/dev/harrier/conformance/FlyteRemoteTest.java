package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.conformance.SharedHarrier.World;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** FlyteRemote, in scripts that check what they see themselves. */
@Tag("python")
@ExtendWith(SharedHarrier.class)
final class FlyteRemoteTest {
  private final World world;

  FlyteRemoteTest(World world) {
    this.world = world;
  }

  @ParameterizedTest
  @ValueSource(strings = {"life_of_an_execution.py", "registering.py", "launch_plans.py"})
  void the_script_finds_what_it_expects(String script) {
    var ran = world.clients().script(script, World.VERSION, world.ledger().address());

    assertThat(ran.succeeded().output()).contains("all as expected");
  }
}
