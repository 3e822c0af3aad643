package dev.harrier.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.runtime.process.folder.Names;
import dev.harrier.spi.DataLayout;
import dev.harrier.spi.Observation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of attempts when a parent or the server is killed. */
@Tag("python")
final class CrashTest {
  @TempDir private Path folder = Path.of("");

  private @org.jspecify.annotations.Nullable Workshop opened;

  @BeforeEach
  void open() throws IOException {
    opened = new Workshop(folder, settings -> settings);
  }

  @AfterEach
  void close() {
    shop().close();
  }

  private Workshop shop() {
    return java.util.Objects.requireNonNull(opened);
  }

  private List<Long> parents() {
    return Processes.withArgument(shop().home + "/process/shim");
  }

  private List<ParentIdentity> identities() {
    return shop().runtime.parents().all().stream().map(WorkerParent::identity).toList();
  }

  private void killParents() {
    for (var pid : parents()) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void a_killed_parent_takes_its_attempts_along_and_they_are_lost() {
    var id = Workshop.attempt("n0");
    var mark = "harrier-" + UUID.randomUUID();
    shop()
        .runtime
        .start(shop().start(id, Workshop.shell("setsid sh -c 'sleep 600; echo " + mark + "'")));
    Processes.await(() -> !Processes.withArgument(mark).isEmpty());

    killParents();

    assertThat(shop().observed.awaitEnd(id)).isInstanceOf(Observation.Lost.class);
    assertThat(Processes.withArgument(mark)).isEmpty();
  }

  @Test
  void after_a_parents_death_the_next_attempt_gets_a_new_one() {
    shop().run(Workshop.attempt("n0"), Workshop.shell("true"));
    killParents();
    Processes.await(() -> parents().isEmpty());

    var end = shop().run(Workshop.attempt("n1"), Workshop.shell("true"));

    assertThat(end).isInstanceOf(Observation.Succeeded.class);
  }

  @Test
  void a_lost_attempt_never_runs_again() throws IOException {
    var id = Workshop.attempt("n0");
    var ledger = shop().blobs.path(DataLayout.rawPrefix(id)).resolve("ledger");
    var start = shop().start(id, Workshop.shell("echo ran >> " + ledger + "; sleep 600"));
    shop().runtime.start(start);
    Processes.await(() -> ledger.toFile().length() > 0);
    killParents();
    shop().observed.awaitEnd(id);

    shop().runtime.start(start);

    assertThat(shop().observed.awaitEnd(id, 2)).isInstanceOf(Observation.Lost.class);
    assertThat(Files.readAllLines(ledger)).hasSize(1);
  }

  @Test
  void a_parent_killed_while_no_server_watches_leaves_its_attempts_lost() throws IOException {
    var id = Workshop.attempt("n0");
    shop().runtime.start(shop().start(id, Workshop.shell("sleep 600")));
    shop().observed.await(id, Observation.Started.class);
    shop().runtime.close();
    killParents();
    shop().reopen();

    shop().runtime.reconcile(List.of(id));

    assertThat(shop().observed.awaitEnd(id)).isInstanceOf(Observation.Lost.class);
  }

  @Test
  void a_broken_line_to_a_living_parent_is_made_anew_and_its_attempts_go_on() throws IOException {
    var id = Workshop.attempt("n0");
    var gate = shop().blobs.path(DataLayout.upload(Workshop.SCOPE, "gate", "open"));
    var script = "while [ ! -e " + gate + " ]; do sleep 0.05; done; echo through";
    shop().runtime.start(shop().start(id, Workshop.shell(script)));
    shop().observed.await(id, Observation.Started.class);
    var before = identities();

    shop().runtime.parents().all().forEach(WorkerParent::close);

    shop().run(Workshop.attempt("n1"), Workshop.shell("true"));
    Files.createDirectories(gate.resolveSibling("."));
    Files.writeString(gate, "open");
    assertThat(shop().observed.awaitEnd(id)).isInstanceOf(Observation.Succeeded.class);
    assertThat(identities()).containsExactlyElementsOf(before);
  }

  @Test
  void an_attempt_of_which_the_facts_are_lost_ends_alone_and_the_others_in_its_parent_go_on()
      throws IOException {
    var lost = Workshop.attempt("n0");
    var other = Workshop.attempt("n1");
    var mark = "harrier-" + UUID.randomUUID();
    var gate = shop().blobs.path(DataLayout.upload(Workshop.SCOPE, "gate", "open"));
    var waiting = "while [ ! -e " + gate + " ]; do sleep 0.05; done; echo through";
    shop().runtime.start(shop().start(lost, Workshop.shell("sleep 600; echo " + mark)));
    shop().runtime.start(shop().start(other, Workshop.shell(waiting)));
    shop().observed.await(lost, Observation.Started.class);
    shop().observed.await(other, Observation.Started.class);
    var before = identities();
    shop().runtime.close();
    Files.delete(shop().home.resolve("process/attempts/" + Names.of(lost) + "/facts"));
    shop().reopen();

    shop().runtime.reconcile(List.of(lost, other));

    assertThat(shop().observed.awaitEnd(lost)).isInstanceOf(Observation.Lost.class);
    assertThat(Processes.withArgument(mark)).isEmpty();
    Files.createDirectories(gate.resolveSibling("."));
    Files.writeString(gate, "open");
    assertThat(shop().observed.awaitEnd(other)).isInstanceOf(Observation.Succeeded.class);
    assertThat(identities()).containsExactlyElementsOf(before);
  }

  @Test
  void an_attempt_that_ends_while_no_server_watches_is_told_later() throws IOException {
    var id = Workshop.attempt("n0");
    var gate = shop().blobs.path(DataLayout.upload(Workshop.SCOPE, "gate", "open"));
    var script = "while [ ! -e " + gate + " ]; do sleep 0.05; done; echo through";
    shop().runtime.start(shop().start(id, Workshop.shell(script)));
    shop().observed.await(id, Observation.Started.class);
    shop().runtime.close();
    Files.createDirectories(gate.resolveSibling("."));
    Files.writeString(gate, "open");
    Processes.await(() -> parents().isEmpty());
    shop().reopen();

    shop().runtime.reconcile(List.of(id));

    assertThat(shop().observed.awaitEnd(id)).isInstanceOf(Observation.Succeeded.class);
    assertThat(shop().log(id)).isEqualTo("through\n");
  }

  @Test
  void a_killed_server_loses_no_attempt_and_doubles_none() throws Exception {
    var id = Workshop.attempt("n0");
    var ledger = shop().blobs.path(DataLayout.rawPrefix(id)).resolve("ledger");
    var server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dharrier.test.python=" + TestPython.path(),
                Server.class.getName(),
                folder.toString(),
                ledger.toString())
            .inheritIO()
            .start();
    Processes.await(() -> Files.exists(ledger) || !server.isAlive());
    server.destroyForcibly().waitFor();

    shop().reopen();

    shop().observed.await(id, Observation.Started.class);
    shop().runtime.start(Server.start(shop(), ledger));
    assertThat(shop().observed.awaitEnd(id)).isInstanceOf(Observation.Succeeded.class);
    assertThat(Files.readAllLines(ledger)).hasSize(1);
  }

  /** A server to be killed: starts one attempt and then sits there. */
  static final class Server {
    private Server() {}

    public static void main(String[] arguments) throws Exception {
      var shop = new Workshop(Path.of(arguments[0]), settings -> settings);
      shop.runtime.start(start(shop, Path.of(arguments[1])));
      Thread.currentThread().join();
    }

    static dev.harrier.spi.AttemptStart start(Workshop shop, Path ledger) {
      var script = "echo ran >> " + ledger + "; sleep 5";
      return shop.start(Workshop.attempt("n0"), Workshop.shell(script));
    }
  }
}
