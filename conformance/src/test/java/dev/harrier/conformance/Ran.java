package dev.harrier.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program that ran to its end.
 *
 * @param exitCode what it ended with
 * @param output what it wrote, standard output and standard error in the order they came
 */
record Ran(int exitCode, String output) {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /**
   * Runs a program in a folder.
   *
   * @param variables added to this process' own
   * @throws AssertionError if it does not end in time; it is ended then
   */
  static Ran of(Path folder, Map<String, String> variables, List<String> line) {
    return of(folder, variables, line, LIMIT);
  }

  static Ran of(Path folder, Map<String, String> variables, List<String> line, Duration limit) {
    var builder = new ProcessBuilder(line).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(variables);
    try {
      var process = builder.start();
      process.getOutputStream().close();
      var reading =
          new FutureTask<>(
              () -> new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      Thread.ofVirtual().start(reading);
      try {
        var output = reading.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        return new Ran(process.waitFor(), output);
      } catch (TimeoutException e) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new AssertionError("%s did not end within %s".formatted(line, limit), e);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Could not run " + line, e);
    } catch (ExecutionException e) {
      throw new AssertionError("The output of %s could not be read".formatted(line), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while running " + line, e);
    }
  }

  /** The output without colours and box drawing, each run of blanks one blank. */
  String words() {
    return output
        .replaceAll("\u001b\\[[0-9;]*m", "")
        .replaceAll("[\\u2500-\\u257f]", " ")
        .replaceAll("\\s+", " ");
  }

  /** What stands below all the rest; flytekit has its say before. */
  String lastLine() {
    return output.strip().lines().reduce("", (before, line) -> line);
  }

  /** The same run, which must have succeeded. */
  Ran succeeded() {
    if (exitCode != 0) {
      throw new AssertionError("expected exit code 0, found %s:%n%s".formatted(exitCode, output));
    }
    return this;
  }
}
