package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.harrier.spi.machine.MachineUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Each role as a user without power and without an account, on a file system of which it may write
 * its own folders alone: as a container with a number for its user and a read-only root has it.
 */
@Tag("python")
final class ReadOnlyRolesTest {
  /** No account of a system has it. */
  private static final MachineUser USER = new MachineUser(60_123, 60_123);

  private static Path folder;
  private static Harrier harrier;

  @BeforeAll
  static void start() throws IOException {
    folder = Files.createTempDirectory("ho");
    assumeWalls();
    for (var name : List.of("home", "propeller", "admin-tmp", "propeller-tmp")) {
      give(Files.createDirectory(folder.resolve(name)));
    }
    give(folder);
    var admin = within("admin-tmp", List.of(folder.resolve("home")));
    var propeller =
        within("propeller-tmp", List.of(folder.resolve("propeller"), folder.resolve("home/blobs")));
    var owner = Optional.of(USER).filter(user -> MachineUser.thisIsRoot());
    harrier = Harrier.startSplit(folder, admin, new Split(folder, propeller, List.of(), owner));
  }

  private static void assumeWalls() {
    var trial = new ArrayList<>(walls(List.of(folder)));
    trial.add("true");
    var refusal =
        Places.onPath("bwrap").isEmpty()
            ? Optional.of("bubblewrap is not installed (apt-get install bubblewrap)")
            : Optional.of(Ran.of(folder, Map.of(), trial))
                .filter(ran -> ran.exitCode() != 0)
                .map(Ran::output);
    refusal.ifPresent(
        why ->
            System.err.println(
                "NOT TESTED: roles with a read-only file system and without an account: " + why));
    assumeTrue(refusal.isEmpty(), () -> "no read-only file system here: " + refusal);
  }

  private static void give(Path made) throws IOException {
    if (MachineUser.thisIsRoot()) {
      USER.take(made);
    }
  }

  /** What stands before a role's command line, and replaces itself by it. */
  private static List<String> within(String temporary, List<Path> own) {
    var line = new ArrayList<String>();
    line.add("env");
    line.add("JDK_JAVA_OPTIONS=-Djava.io.tmpdir=" + folder.resolve(temporary));
    var all = Stream.concat(own.stream(), Stream.of(folder.resolve(temporary))).toList();
    line.addAll(walls(all));
    return List.copyOf(line);
  }

  private static List<String> walls(List<Path> own) {
    var line = new ArrayList<String>();
    if (MachineUser.thisIsRoot()) {
      line.addAll(USER.command());
    }
    line.addAll(List.of("bwrap", "--ro-bind", "/", "/", "--dev", "/dev"));
    // Tasks get a /proc of their own, which the kernel refuses where this one is not whole.
    line.addAll(List.of("--bind", "/proc", "/proc"));
    if (!MachineUser.thisIsRoot()) {
      var number = Integer.toString(USER.uid());
      line.addAll(List.of("--unshare-user", "--uid", number, "--gid", number));
    }
    own.forEach(one -> line.addAll(List.of("--bind", one.toString(), one.toString())));
    line.addAll(List.of("--die-with-parent", "--"));
    return List.copyOf(line);
  }

  @AfterAll
  static void stop() {
    if (harrier != null) {
      harrier.close();
    }
    SharedHarrier.deleteAll(folder);
  }

  @Test
  void a_workflow_of_the_real_client_runs_to_its_end() {
    var ran =
        new Clients(harrier)
            .pyflyteRun(
                Places.examples().resolve("hello"), "hello.py", "hello", "--name", "read-only");

    assertThat(ran.succeeded().words()).contains("has succeeded");
  }

  @Test
  void no_process_of_either_role_has_an_account_or_roots_number() throws IOException {
    assertThat(Ran.of(folder, Map.of(), List.of("getent", "passwd", "" + USER.uid())).exitCode())
        .isNotZero();

    var processes = new ArrayList<>(of(harrier.process()));
    processes.addAll(of(harrier.propeller().process().toHandle()));
    processes.add(harrier.postgres().orElseThrow());

    assertThat(processes).hasSizeGreaterThanOrEqualTo(2);
    for (var process : processes) {
      assertThat(numbers(process))
          .as(process.info().toString())
          .doesNotContain(MachineUser.thisIsRoot() ? "0" : "-")
          .containsOnly(MachineUser.thisIsRoot() ? "" + USER.uid() : "" + MachineUser.thisNumber());
    }
  }

  @Test
  void admin_writes_its_own_folders_and_nothing_else() throws IOException {
    var view = view(harrier.process());

    assertWritable(view, folder.resolve("home"), folder.resolve("admin-tmp"));
    assertClosed(view, folder.resolve("propeller"), folder.resolve("propeller-tmp"));
  }

  @Test
  void the_propeller_writes_its_own_folders_and_the_blobs_and_nothing_else() throws IOException {
    var view = view(harrier.propeller().process().toHandle());

    assertWritable(
        view,
        folder.resolve("propeller"),
        folder.resolve("propeller-tmp"),
        folder.resolve("home/blobs"));
    assertClosed(
        view,
        folder.resolve("home"),
        folder.resolve("home/security"),
        folder.resolve("home/database"),
        folder.resolve("admin-tmp"));
  }

  private static void assertWritable(Path view, Path... own) throws IOException {
    for (var one : own) {
      var file = inside(view, one).resolve("test-" + UUID.randomUUID());
      Files.writeString(file, "its own");
      Files.delete(file);
    }
  }

  private static void assertClosed(Path view, Path... others) {
    var everywhere =
        Stream.of("/", "/etc", "/usr", "/tmp", "/var/tmp", "/opt", System.getProperty("java.home"))
            .map(Path::of);
    var all =
        Stream.of(Stream.of(others), everywhere, Stream.of(folder, Places.project()))
            .flatMap(one -> one)
            .toList();
    for (var one : all) {
      var file = inside(view, one).resolve("test-" + UUID.randomUUID());
      assertThatThrownBy(() -> Files.writeString(file, "not its own"))
          .as(one.toString())
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("Read-only file system");
    }
  }

  /** The file system as a role's own process has it, whose mounts hold for the tests' user too. */
  private static Path view(ProcessHandle role) {
    var java = of(role).getFirst();
    return Path.of("/proc", Long.toString(java.pid()), "root");
  }

  private static Path inside(Path view, Path path) {
    return view.resolve(Path.of("/").relativize(path));
  }

  /** The role's own program: bubblewrap stays before it, and is not it. */
  private static List<ProcessHandle> of(ProcessHandle started) {
    Predicate<ProcessHandle> program =
        process -> process.info().commandLine().orElse("").contains("dev.harrier.server.Main");
    return Stream.concat(Stream.of(started), started.descendants())
        .filter(program)
        .filter(process -> !process.info().command().orElse("").endsWith("bwrap"))
        .toList();
  }

  /** The four numbers of a process' user, as the tests see them. */
  private static List<String> numbers(ProcessHandle process) {
    try (var lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
      return lines
          .filter(line -> line.startsWith("Uid:"))
          .flatMap(line -> Stream.of(line.substring("Uid:".length()).strip().split("\\s+")))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
