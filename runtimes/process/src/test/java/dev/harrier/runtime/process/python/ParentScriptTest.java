package dev.harrier.runtime.process.python;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a parent does when the machine has no more processes, or its server does not listen. */
@Tag("python")
final class ParentScriptTest {
  private static final String PREPARE =
      """
      import json, os, socket, sys, time
      home = sys.argv[1]
      os.makedirs(home + "/attempts/a")
      os.makedirs(home + "/logs")
      import harrier_parent
      parent = harrier_parent.Parent(
          {"token_digest": "", "attempts": home + "/attempts", "logs": home + "/logs",
           "log_bytes_max": 1000, "mode": "walled", "network": True})
      parent.identity = {"incarnation": "i"}
      """;

  @TempDir private Path folder = Path.of("");

  private String run(String script) throws Exception {
    return ShimScript.run(folder, PREPARE + script, folder.resolve("home").toString());
  }

  @Test
  void a_start_without_a_process_to_be_had_ends_with_a_record_and_the_parent_goes_on()
      throws Exception {
    var said =
        run(
            """
            def no_fork(*arguments):
                raise BlockingIOError(11, "Resource temporarily unavailable")
            harrier_parent.harrier_walls.fork_into_namespaces = no_fork
            before = len(os.listdir("/proc/self/fd"))
            print(parent._start({"attempt": "a"}), parent.attempts)
            parent._fork_standby()
            print(len(os.listdir("/proc/self/fd")) - before)
            """);

    assertThat(said).contains("started {}").endsWith("\n0\n");
    var exit = Files.readString(folder.resolve("home/attempts/a/exit"));
    assertThat(exit).contains("\"reason\": \"fork\"").contains("Resource temporarily unavailable");
  }

  @Test
  void a_fork_into_namespaces_that_the_kernel_refuses_leaves_a_parent_that_can_fork_and_import()
      throws Exception {
    var said =
        run(
            """
            import harrier_walls
            # A mount namespace of its own and a root that it shares: nobody gets both.
            harrier_walls.CLONE_NEWNS |= 0x200
            try:
                print(harrier_walls.fork_into_namespaces(True))
            except OSError as error:
                print(error.strerror)
            import colorsys
            child = os.fork()
            if child == 0:
                os._exit(7)
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            """);

    assertThat(said).isEqualTo("clone: Invalid argument\n7\n");
  }

  @Test
  void a_server_that_takes_nothing_is_dropped() throws Exception {
    var said =
        run(
            """
            harrier_parent.SEND_SECONDS_MAX = 0.1
            parent.settings["socket"] = home + "/s"
            parent._listen()
            server = socket.socket(socket.AF_UNIX)
            server.connect(home + "/s")
            parent._accept()
            client = next(iter(parent.clients.values()))
            client.known = True
            while parent.clients:
                parent._broadcast({"event": "x" * 10000})
            print("dropped")
            """);

    assertThat(said).isEqualTo("dropped\n");
  }
}
