package dev.harrier.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.runtime.process.sandbox.Walls;
import dev.harrier.spi.Observation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Attempts that have a bubblewrap each, whose own process is not behind its walls. */
@Tag("python")
final class BubblewrapEachTest {
  private static Workshop shop;

  @BeforeAll
  static void open() throws IOException {
    var folder =
        Files.createDirectories(
            Path.of("target", "bubblewrap", UUID.randomUUID().toString()).toAbsolutePath());
    shop = new Workshop(folder, settings -> settings, Walls.BUBBLEWRAP_EACH);
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @Test
  void a_tasks_variables_are_its_own_and_not_those_of_bubblewrap() throws IOException {
    // What the loader cannot load it complains of, in each program that it starts so.
    var id = Workshop.attempt("loaded");
    var task =
        Workshop.withEnvironment(
            Workshop.container(List.of("/bin/sh", "-c", "echo \"$LD_PRELOAD $GREETING\"")),
            Map.of("LD_PRELOAD", "/planted.so", "GREETING", "hello you"));

    assertThat(shop.run(id, task)).isInstanceOf(Observation.Succeeded.class);

    assertThat(shop.log(id)).contains("/planted.so hello you");
    assertThat(shop.log(id).lines().filter(line -> line.contains("ld.so")))
        .as("once, by the task's own shell")
        .hasSize(1);
  }

  @Test
  void many_variables_reach_the_task() throws IOException {
    var id = Workshop.attempt("many");
    var task =
        Workshop.withEnvironment(
            Workshop.container(List.of("/bin/sh", "-c", "echo ${#LONG}")),
            Map.of("LONG", "x".repeat(100_000)));

    assertThat(shop.run(id, task)).isInstanceOf(Observation.Succeeded.class);

    assertThat(shop.log(id).strip()).isEqualTo("100000");
  }
}
