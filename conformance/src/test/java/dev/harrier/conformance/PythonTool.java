package dev.harrier.conformance;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Programs in Python that others wrote and tests run, each in an environment of its own. */
final class PythonTool {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  /** The one that the machine has. */
  static final Path MACHINES = Path.of("python3");

  private PythonTool() {}

  /**
   * Makes the environment that a folder beside the scripts asks for in its {@code
   * requirements.txt}.
   *
   * @param maker the Python to make it of
   * @param cache where environments are made and found again
   * @return its interpreter; the tool's own programs are beside it
   */
  static Path install(Path maker, String folder, Path cache) {
    var tool = Places.scripts().resolveSibling(folder);
    return Path.of(
        Ran.of(
                tool,
                Map.of(),
                List.of(
                    maker.toString(),
                    Places.environments().toString(),
                    tool.resolve("requirements.txt").toString(),
                    cache.toString()),
                LIMIT)
            .succeeded()
            .lastLine());
  }
}
