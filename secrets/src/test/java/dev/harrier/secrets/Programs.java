package dev.harrier.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of others that tests build and run. */
public final class Programs {
  private Programs() {}

  /** The folder of the whole project, from any of its rooms. */
  public static Path project() {
    return Path.of("..").toAbsolutePath().normalize();
  }

  /**
   * Runs a program to its end.
   *
   * @return the last line that it printed
   */
  public static String lastLine(List<String> line) {
    try {
      var process = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      var output = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError("%s ended with %s".formatted(line, process.exitValue()));
      }
      return output.lines().reduce("", (before, last) -> last);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while a program runs", e);
    }
  }

  /**
   * A program that others wrote in Go; built at first, which takes minutes for some.
   *
   * @param name of its folder among the sources of tests
   */
  public static Path goTool(String name) {
    var script = project().resolve("conformance/src/test/go/build.sh");
    return Path.of(lastLine(List.of("sh", script.toString(), name)));
  }

  /** Ends a program, at last by force. */
  public static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
