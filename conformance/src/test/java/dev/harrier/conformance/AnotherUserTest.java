package dev.harrier.conformance;

import static dev.harrier.conformance.Json.integer;
import static dev.harrier.conformance.Json.string;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.harrier.conformance.SharedHarrier.World;
import dev.harrier.database.EmbeddedPostgres;
import dev.harrier.runtime.process.folder.TaskUser;
import dev.harrier.spi.machine.MachineUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** As whom PostgreSQL and tasks run where the server runs as root, seen from outside. */
@Tag("python")
@ExtendWith(SharedHarrier.class)
final class AnotherUserTest {
  private static final String WORKFLOWS = "workflows.besieging.";
  private static final int TASKS = TaskUser.DEFAULT.uid();
  private static final int ORDINARY = 1000;

  private final World world;
  private final Path folder;

  AnotherUserTest(World world, @TempDir Path folder) {
    this.world = world;
    this.folder = folder;
  }

  @Test
  void no_process_of_a_task_and_none_of_the_database_has_roots_number() throws IOException {
    assumeTrue(MachineUser.thisIsRoot());
    var run = world.executions().start(WORKFLOWS + "waiting", Map.of("seconds", integer(60)));
    Siege.awaitMark(world, run);

    var workers =
        Workers.of(world.harrier().home()).all().stream()
            .filter(process -> !process.info().command().orElse("").endsWith("bwrap"))
            .toList();

    // The parent, its keeper and the task.
    assertThat(workers).hasSizeGreaterThanOrEqualTo(3);
    assertThat(workers).allSatisfy(one -> assertThat(uids(one)).containsOnly(TASKS));
    if (world.harrier().postgres().isPresent()) {
      assertThat(uids(world.harrier().postgres().get()))
          .containsOnly(EmbeddedPostgres.DEFAULT_USER.uid());
    }
    assertThat(world.harrier().output()).contains("as the user " + TASKS + ", each in namespaces");
    run.terminate("seen");
    run.awaitEnd();
  }

  @Test
  void what_root_alone_may_read_is_closed_to_tasks_wherever_and_whenever_it_was_put()
      throws IOException {
    assumeTrue(MachineUser.thisIsRoot());
    var name = "harrier-of-root-" + UUID.randomUUID();
    var files =
        Stream.of("/", "/etc", "/usr/share", "/var/lib", "/opt", "/root", "/dev/shm")
            .map(place -> Path.of(place, name))
            .toList();
    try {
      for (var file : files) {
        Files.writeString(file, "of root");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      }

      var run =
          world
              .executions()
              .start(WORKFLOWS + "besieging", Map.of("world", string(known(files).toString())))
              .succeeded();

      var read = Siege.answers(run);
      read.keySet().removeIf(probe -> !probe.startsWith("read ") || !probe.endsWith(name));
      assertThat(read).hasSizeGreaterThanOrEqualTo(files.size());
      assertThat(read.values()).allMatch(answer -> answer.startsWith("refused"));
    } finally {
      for (var file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  @Test
  void what_tasks_read_and_write_is_theirs_and_all_else_of_the_home_is_not() throws IOException {
    assumeTrue(MachineUser.thisIsRoot());
    var home = world.harrier().home();
    world.executions().start(WORKFLOWS + "waiting", Map.of("seconds", integer(0))).succeeded();

    assertThat(owners(home.resolve("blobs"))).containsOnly(TASKS);
    assertThat(owners(home.resolve("process/logs"))).containsOnly(TASKS);
    for (var part : List.of("security", "audit", "process/tokens", "process/shim")) {
      assertThat(owners(home.resolve(part))).as(part).containsOnly(0);
    }
    assertThat(owner(home)).isZero();
  }

  @Test
  void a_home_of_an_earlier_version_goes_on_with_its_runs_and_its_data() throws IOException {
    assumeTrue(MachineUser.thisIsRoot());
    var first = "";
    try (var harrier = Harrier.start(folder)) {
      first = hello(harrier, "first");
      harrier.stop();
      // As it was when tasks and PostgreSQL had root's number.
      chown(0, harrier.home());
      harrier.restart();

      var again = new Executions(harrier.api(), "flytesnacks", "development", "none").run(first);

      assertThat(again.succeeded().string("o0")).isEqualTo("Hello, harrier!");
      var second = hello(harrier, "second");
      assertThat(second).isEqualTo("second");
      assertThat(owners(harrier.home().resolve("blobs"))).containsOnly(TASKS);
    }
  }

  @Test
  void an_ordinary_user_runs_all_as_itself() throws IOException {
    assumeTrue(MachineUser.thisIsRoot());
    assumeTrue(openToAll(Places.python().toRealPath()), "the tests' Python is root's alone");
    chown(ORDINARY, folder);
    var line = List.of("setpriv", "--reuid=" + ORDINARY, "--regid=" + ORDINARY, "--clear-groups");
    try (var harrier = Harrier.startWithin(folder, line)) {
      assertThat(hello(harrier, "own")).isEqualTo("own");

      assertThat(harrier.output()).doesNotContain("runs as root").doesNotContain("as the user");
      assertThat(owners(harrier.home())).containsOnly(ORDINARY);
      assertThat(Workers.of(harrier.home()).all())
          .allSatisfy(one -> assertThat(uids(one)).containsOnly(ORDINARY));
      assertThat(uids(harrier.postgres().orElseThrow())).containsOnly(ORDINARY);
    }
  }

  @Test
  void an_ordinary_user_is_told_that_it_cannot_become_another() throws IOException {
    assumeTrue(MachineUser.thisIsRoot());
    chown(ORDINARY, folder);
    var line = new ArrayList<>(List.of("setpriv", "--reuid=" + ORDINARY, "--clear-groups"));
    line.addAll(Harrier.line(folder.resolve("home"), 0, Places.python()));

    var ran = Ran.of(folder, Map.of("HARRIER_TASKS_USER", "65521"), line);

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.words()).contains("tasks.user: only a server that runs as root");
  }

  private static String hello(Harrier harrier, String name) {
    new Clients(harrier)
        .pyflyteRun(Places.examples().resolve("hello"), "--name", name, "hello.py", "hello")
        .succeeded();
    var run = new Executions(harrier.api(), "flytesnacks", "development", "none").run(name);
    assertThat(run.succeeded().string("o0")).isEqualTo("Hello, harrier!");
    return name;
  }

  private static JsonObject known(List<Path> files) {
    var known = new JsonObject();
    for (var group : List.of("unlisted", "unwritable", "unchangeable", "sockets")) {
      known.add(group, new JsonArray());
    }
    var unreadable = new JsonArray();
    files.forEach(file -> unreadable.add(file.toString()));
    known.add("unreadable", unreadable);
    known.add("pids", new JsonObject());
    return known;
  }

  private static List<Integer> uids(ProcessHandle process) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
        .filter(line -> line.startsWith("Uid:"))
        .flatMap(line -> Stream.of(line.substring("Uid:".length()).strip().split("\\s+")))
        .map(Integer::valueOf)
        .toList();
  }

  private static List<Integer> owners(Path top) throws IOException {
    try (var all = Files.walk(top)) {
      var owners = new ArrayList<Integer>();
      for (var path : all.toList()) {
        owners.add(owner(path));
      }
      return owners;
    }
  }

  private static boolean openToAll(Path file) throws IOException {
    for (var way = file.getParent(); way != null; way = way.getParent()) {
      if (!Files.getPosixFilePermissions(way).contains(PosixFilePermission.OTHERS_EXECUTE)) {
        return false;
      }
    }
    return true;
  }

  private static int owner(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }

  private static void chown(int uid, Path top) throws IOException {
    try (var all = Files.walk(top)) {
      for (var path : all.toList()) {
        Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
      }
    }
  }
}
