package dev.harrier.runtime.process.python;

import dev.harrier.spi.Rejection;
import dev.harrier.spi.machine.ShortProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A Python that has flytekit.
 *
 * @param interpreter as configured
 * @param prefix the environment's folder
 * @param basePrefix the folder of the Python that the environment was made from
 * @param flytekitVersion for example {@code 1.16.31}
 */
public record PythonEnvironment(
    Path interpreter, Path prefix, Path basePrefix, String flytekitVersion) {
  private static final Duration ASK_LIMIT = Duration.ofSeconds(60);
  private static final String QUESTION =
      """
      import sys
      if sys.version_info < (3, 9): raise SystemExit("OLD %d.%d" % sys.version_info[:2])
      from importlib import metadata
      try: version = metadata.version("flytekit")
      except metadata.PackageNotFoundError: raise SystemExit("MISSING")
      print(sys.prefix, sys.base_prefix, version, sep="\\n")
      """;

  /**
   * The interpreter by the path that the environment's own scripts name, so that tasks see the
   * {@code sys.executable} of a cold start; walls leave it visible.
   */
  public Path executable() throws IOException {
    var script = binFolder().resolve("pyflyte-execute");
    try (var lines = Files.lines(script)) {
      var named =
          lines
              .findFirst()
              .filter(line -> line.startsWith("#!"))
              .map(line -> Path.of(line.substring(2).strip()));
      if (named.isPresent() && Files.isExecutable(named.get())) {
        return named.get();
      }
    } catch (NoSuchFileException scriptless) {
      // Installed without its scripts: flytekit itself is there, which is what counts.
    }
    var inside = binFolder().resolve("python");
    return Files.isExecutable(inside) ? inside : interpreter;
  }

  /** The folder of the interpreter and of {@code pyflyte-execute}. */
  public Path binFolder() {
    return prefix.resolve("bin");
  }

  /**
   * Asks an interpreter what it is.
   *
   * @throws dev.harrier.spi.RejectedException if there is none, or it has no flytekit; the message
   *     names the command that mends it
   */
  public static PythonEnvironment of(Path interpreter) {
    if (!Files.isExecutable(interpreter)) {
      throw Rejection.failedPrecondition(
          "Python %s: expected an executable interpreter, found none. Name another with --python,"
              + " or make one: python3 -m venv DIR && DIR/bin/python -m pip install 'flytekit==1.16.*'",
          interpreter);
    }
    try {
      var answer =
          ShortProgram.of(List.of(interpreter.toString(), "-I", "-c", QUESTION), ASK_LIMIT).run();
      if (!answer.succeeded()) {
        throw refusal(interpreter, answer.output());
      }
      var lines = answer.output().lines().toList();
      return new PythonEnvironment(
          interpreter,
          Path.of(lines.get(0)).toRealPath(),
          Path.of(lines.get(1)).toRealPath(),
          lines.get(2));
    } catch (IOException broken) {
      throw Rejection.failedPrecondition(
          "Python %s: expected an interpreter that starts, found: %s",
          interpreter, String.valueOf(broken.getMessage()));
    }
  }

  private static RuntimeException refusal(Path interpreter, String answer) {
    if (answer.endsWith("MISSING")) {
      return Rejection.failedPrecondition(
          "Python %s: expected flytekit, found none. Install it: %s -m pip install 'flytekit==1.16.*'",
          interpreter, interpreter);
    }
    if (answer.startsWith("OLD")) {
      return Rejection.failedPrecondition(
          "Python %s: expected version 3.9 or newer, found %s",
          interpreter, answer.substring("OLD ".length()));
    }
    return Rejection.failedPrecondition(
        "Python %s: expected an interpreter that runs, found: %s", interpreter, answer);
  }
}
