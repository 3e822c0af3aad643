package dev.harrier.bench.api;

import dev.harrier.bench.measure.ProcessCpu;
import dev.harrier.server.command.TokenCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A server as its users start it: {@code ./harrier start}. */
public final class ServerProcess implements AutoCloseable {
  private static final String READY = "Harrier is ready on ";
  private static final int STOP_SECONDS = 60;

  private final Path home;
  private final Process process;
  private final BufferedReader output;
  private final URI url;

  private ServerProcess(Path home, Process process, BufferedReader output, URI url) {
    this.home = home;
    this.process = process;
    this.output = output;
    this.url = url;
  }

  /**
   * Starts one on a free port and returns as soon as it says that it is ready.
   *
   * @param project the checkout
   * @param python the interpreter of tasks; none for Harrier's own
   * @throws IOException with what it printed, if it ends before that
   */
  public static ServerProcess start(Path project, Path home, Optional<Path> python)
      throws IOException {
    return start(project, home, python, Map.of());
  }

  /**
   * The same with settings of its own.
   *
   * @param settings by the names of variables
   */
  public static ServerProcess start(
      Path project, Path home, Optional<Path> python, Map<String, String> settings)
      throws IOException {
    var line =
        new ArrayList<>(
            List.of(
                project.resolve("harrier").toString(),
                "start",
                "--home",
                home.toString(),
                "--port",
                "0",
                "--log-level",
                "warn"));
    python.ifPresent(path -> line.addAll(List.of("--python", path.toString())));
    var log = home.resolveSibling(home.getFileName() + ".log");
    var builder = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.to(log.toFile()));
    // All callers of a measurement are one, and are to be as fast as the server is.
    builder.environment().put("HARRIER_SERVER_CALLER_LIMITS_CALLS_PER_SECOND", "1000000");
    builder.environment().put("HARRIER_SERVER_CALLER_LIMITS_BURST", "1000000");
    builder.environment().put("HARRIER_SERVER_CALLER_LIMITS_ANONYMOUS_CALLS_PER_SECOND", "1000000");
    builder.environment().put("HARRIER_SERVER_CALLER_LIMITS_ANONYMOUS_BURST", "1000000");
    builder.environment().putAll(settings);
    var process = builder.start();
    process.getOutputStream().close();
    var output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (var text = output.readLine(); text != null; text = output.readLine()) {
      if (text.startsWith(READY)) {
        return new ServerProcess(
            home, process, output, URI.create(text.substring(READY.length()).strip()));
      }
    }
    throw new IOException("the server ended before it was ready:\n" + Files.readString(log));
  }

  /** Where it answers. */
  public URI url() {
    return url;
  }

  /** A token of the client that comes with its home. */
  public String token() throws IOException, InterruptedException {
    return TokenCommand.token(home.resolve("client.yaml"));
  }

  /** Processor time of the server's own process so far, in milliseconds. */
  public double programMillis() {
    return ProcessCpu.ownMillis(process.pid());
  }

  /** Processor time of its PostgreSQL so far, in milliseconds. */
  public double postgresMillis() {
    return postgres().map(ProcessCpu::treeMillis).orElse(0.0);
  }

  /** Resident memory of the server's own process, in MiB. */
  public double residentMebibytes() {
    return ProcessCpu.residentMebibytes(process.pid());
  }

  private Optional<ProcessHandle> postgres() {
    try {
      var lines = Files.readAllLines(home.resolve("database/data/postmaster.pid"));
      return ProcessHandle.of(Long.parseLong(lines.getFirst().strip()));
    } catch (IOException gone) {
      throw new IllegalStateException("expected a PostgreSQL in the home " + home, gone);
    }
  }

  /** Asks it to end, and waits until it has. */
  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("the server did not end within %d s".formatted(STOP_SECONDS));
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } finally {
      output.close();
    }
  }
}
