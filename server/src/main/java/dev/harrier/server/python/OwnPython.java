package dev.harrier.server.python;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes the environment with flytekit, or finds it. The work is done by a script, which the build
 * runs as well for the tests.
 */
public final class OwnPython {
  private static final List<String> FILES = List.of("make_environment.py", "requirements.txt");

  /** A Python of one's own choice to make the environment from. */
  private static final String BASE_VARIABLE = "HARRIER_PYTHON";

  private static final List<String> BASES =
      List.of("python3", "python3.13", "python3.12", "python3.11");

  private final Path scripts;
  private final Map<String, String> environment;

  /**
   * @param scripts a folder of the home for the script; made if missing
   * @param environment of this process
   */
  public OwnPython(Path scripts, Map<String, String> environment) {
    this.scripts = requireNonNull(scripts, "scripts");
    this.environment = Map.copyOf(environment);
  }

  /**
   * The environment's interpreter. At first it takes a minute and needs the Python package index;
   * later it takes no time: what was found is written down.
   *
   * @throws RejectedException with a sentence that says what is missing
   */
  public Path interpreter() throws IOException {
    unpack();
    var known = scripts.resolve("interpreter");
    if (Files.exists(known)) {
      var interpreter = Path.of(Files.readString(known).strip());
      if (Files.isExecutable(interpreter)) {
        return interpreter;
      }
    }
    var made = make(base());
    Files.writeString(known, made + "\n");
    return made;
  }

  // Files of an older program are replaced, and then the environment is asked for again.
  private void unpack() throws IOException {
    Files.createDirectories(scripts);
    for (var name : FILES) {
      try (var packed = resource(name)) {
        var bytes = packed.readAllBytes();
        var file = scripts.resolve(name);
        if (!Files.exists(file) || !java.util.Arrays.equals(Files.readAllBytes(file), bytes)) {
          Files.deleteIfExists(scripts.resolve("interpreter"));
          Files.write(file, bytes);
        }
      }
    }
  }

  private static InputStream resource(String name) {
    return requireNonNull(OwnPython.class.getResourceAsStream(name), name);
  }

  private String base() throws IOException {
    var candidates =
        Stream.concat(Optional.ofNullable(environment.get(BASE_VARIABLE)).stream(), BASES.stream())
            .toList();
    for (var candidate : candidates) {
      if (answers(candidate)) {
        return candidate;
      }
    }
    throw Rejection.failedPrecondition(
        "Tasks need Python 3.11 or newer, found none. On Debian and Ubuntu: apt-get install python3 python3-venv. Or name one that has flytekit with --python.");
  }

  private static boolean answers(String candidate) throws IOException {
    try {
      return run(List.of(candidate, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"))
              .exitCode()
          == 0;
    } catch (IOException e) {
      // There is no such program; the caller tries the next.
      return false;
    }
  }

  private Path make(String base) throws IOException {
    var cache =
        Optional.ofNullable(environment.get("XDG_CACHE_HOME"))
            .filter(text -> !text.isBlank())
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"));
    var answer =
        run(
            List.of(
                base,
                scripts.resolve("make_environment.py").toString(),
                scripts.resolve("requirements.txt").toString(),
                cache.resolve("harrier").toString()));
    if (answer.exitCode() != 0) {
      throw Rejection.failedPrecondition(
          "The Python environment for tasks could not be made; what went wrong stands above. Or name a Python that has flytekit with --python.");
    }
    return Path.of(answer.output().strip().lines().reduce("", (earlier, last) -> last));
  }

  private record Answer(int exitCode, String output) {}

  // What the script tells of its progress goes straight to the user.
  private static Answer run(List<String> command) throws IOException {
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      process.getOutputStream().close();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Answer(process.waitFor(), output);
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + command.getFirst(), e);
    }
  }
}
