package dev.harrier.conformance;

import static java.util.Objects.requireNonNull;

import dev.harrier.secrets.Programs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The clients that people use, unmodified, on the configuration that the server wrote for them. */
final class Clients {
  /** flytekit asks for files of its own there otherwise, and the machine's user may have some. */
  private static final Map<String, String> PLAIN = Map.of("NO_COLOR", "1", "COLUMNS", "200");

  private static final Duration FLYTECTL_LIMIT = Duration.ofMinutes(1);

  private final Harrier harrier;

  Clients(Harrier harrier) {
    this.harrier = requireNonNull(harrier, "harrier");
  }

  /** {@code pyflyte --config client.yaml …} in a folder. */
  Ran pyflyte(Path folder, String... words) {
    var line = new ArrayList<String>();
    line.add(Places.pyflyte().toString());
    line.addAll(List.of("--config", harrier.clientFile().toString()));
    line.addAll(List.of(words));
    return Ran.of(folder, withOwnFolder(PLAIN), line);
  }

  /**
   * {@code pyflyte register} of a file or folder of workflows.
   *
   * @param folder to run in
   */
  Ran register(Path folder, String project, String domain, String version, Path workflows) {
    return pyflyte(
        folder,
        "register",
        "--project",
        project,
        "--domain",
        domain,
        "--version",
        version,
        workflows.toString());
  }

  /** {@code pyflyte run --remote}, to the end of the execution; it would look each 30 s else. */
  Ran pyflyteRun(Path folder, String... words) {
    var all =
        Stream.concat(
            Stream.of("run", "--remote", "--wait", "--poll-interval", "1"), Stream.of(words));
    return pyflyte(folder, all.toArray(String[]::new));
  }

  /** A script that uses FlyteRemote; its first argument is the client's configuration. */
  Ran script(String name, String... arguments) {
    var line = scriptLine(name, arguments);
    return Ran.of(harrier.folder(), withOwnFolder(Map.of("PYTHONPATH", Places.pythonPath())), line);
  }

  // flytekit leaves two folders at each start, and packages of code, in the folder for such.
  private Map<String, String> withOwnFolder(Map<String, String> variables) {
    var all = new HashMap<>(variables);
    all.put("TMPDIR", harrier.folder().toString());
    return Map.copyOf(all);
  }

  List<String> scriptLine(String name, String... arguments) {
    var line = new ArrayList<String>();
    line.add(Places.python().toString());
    line.add(Places.scripts().resolve(name).toString());
    line.add(harrier.clientFile().toString());
    line.addAll(List.of(arguments));
    return List.copyOf(line);
  }

  /** {@code flytectl --config client.yaml …}. */
  Ran flytectl(String... words) {
    var line = new ArrayList<String>();
    line.add(Programs.goTool("flytectl").toString());
    line.addAll(List.of("--config", harrier.clientFile().toString()));
    line.addAll(List.of(words));
    return Ran.of(harrier.folder(), PLAIN, line, FLYTECTL_LIMIT);
  }
}
