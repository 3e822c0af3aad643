package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine on which tasks cannot be walled off: what is said, and what can be demanded. */
@Tag("python")
final class MissingWallsTest {
  private static final List<Path> SYSTEM = List.of(Path.of("/usr/bin"), Path.of("/bin"));

  private final Path folder;

  MissingWallsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void without_bubblewrap_a_start_says_so_and_how_to_mend_it() throws IOException {
    try (var harrier = Harrier.startWithin(folder, pathWithout("bwrap"))) {
      assertThat(harrier.output())
          .contains("without walls: a task can do whatever the server's user can")
          .contains("bubblewrap is not installed: apt-get install bubblewrap")
          .contains("not held by a control group");
    }
  }

  @Test
  void where_walls_are_demanded_it_does_not_start_without_bubblewrap() throws IOException {
    var line = new ArrayList<>(pathWithout("bwrap"));
    line.addAll(Harrier.line(folder.resolve("home"), 0, Places.python()));
    line.addAll(List.of("--config", Places.configuration("walls-required.yaml").toString()));

    var ran = Ran.of(folder, Map.of(), line);

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.words())
        .contains("expected walls around tasks, found none")
        .contains("apt-get install bubblewrap");
  }

  @Test
  void a_list_of_what_tasks_reach_takes_programs_that_are_named() throws IOException {
    var line = new ArrayList<>(pathWithout("pasta"));
    line.addAll(Harrier.line(folder.resolve("home"), 0, Places.python()));
    line.addAll(List.of("--config", Places.configuration("listed.yaml").toString()));

    var ran = Ran.of(folder, Map.of(), line);

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.words())
        .contains("tasks.egress lists what tasks reach")
        .contains("apt-get install passt nftables");
  }

  @Test
  void what_no_task_can_reach_is_refused_at_the_start() throws IOException {
    var file = Files.writeString(folder.resolve("bad.yaml"), "tasks: {egress: {a: 10.0.0.0/99}}");
    var line = new ArrayList<>(Harrier.line(folder.resolve("home"), 0, Places.python()));
    line.addAll(List.of("--config", file.toString()));

    var ran = Ran.of(folder, Map.of(), line);

    assertThat(ran.exitCode()).isNotZero();
    assertThat(ran.words()).contains("tasks.egress of a: '10.0.0.0/99'").contains("0 to 32 bits");
  }

  /** All programs of the system by links, but for one. */
  private List<String> pathWithout(String program) throws IOException {
    var programs = Files.createDirectory(folder.resolve("programs"));
    for (var system : SYSTEM) {
      try (Stream<Path> all = Files.list(system)) {
        for (var one : all.toList()) {
          var link = programs.resolve(one.getFileName());
          if (!link.endsWith(program) && !Files.isSymbolicLink(link)) {
            Files.createSymbolicLink(link, one);
          }
        }
      }
    }
    return List.of("env", "PATH=" + programs);
  }
}
