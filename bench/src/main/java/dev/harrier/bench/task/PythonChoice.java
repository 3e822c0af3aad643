package dev.harrier.bench.task;

import static java.util.Objects.requireNonNull;

import dev.harrier.server.python.OwnPython;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which Python with flytekit tasks run in.
 *
 * @param named by whoever runs the bench
 */
public record PythonChoice(Optional<Path> named) {
  /** The variable by which the build names the interpreter of its tests. */
  private static final String VARIABLE = "HARRIER_TEST_PYTHON";

  public PythonChoice {
    requireNonNull(named, "named");
  }

  /**
   * The named one, else the build's, else the one that Harrier makes for itself.
   *
   * @param scripts a folder for the script that makes it
   */
  public Path find(Path scripts) throws IOException {
    var other = named.or(() -> Optional.ofNullable(System.getenv(VARIABLE)).map(Path::of));
    return other.isPresent()
        ? other.get().toAbsolutePath()
        : new OwnPython(scripts, System.getenv()).interpreter();
  }
}
