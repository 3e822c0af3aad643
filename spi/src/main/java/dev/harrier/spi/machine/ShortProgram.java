package dev.harrier.spi.machine;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A program that is run for what it says and is done soon. It is given its input and read while the
 * time runs, so that one which never ends is ended; a child that outlives it and keeps its output
 * open is not waited for.
 *
 * @param command program and arguments
 * @param limit how long it may run
 * @param environment its variables; empty for those of this process
 * @param input what it reads, in ASCII
 */
public record ShortProgram(
    List<String> command, Duration limit, Optional<Map<String, String>> environment, String input) {
  /** No answer that is waited for is longer; what follows is read and dropped. */
  private static final int OUTPUT_BYTES_MAX = 1 << 20;

  /** What has been written before the end is there; only a child that goes on keeps it open. */
  private static final Duration OUTPUT_LIMIT = Duration.ofSeconds(1);

  public ShortProgram {
    command = List.copyOf(command);
    requireNonNull(limit, "limit");
    environment = environment.map(Map::copyOf);
    requireNonNull(input, "input");
  }

  /** One with the variables of this process, which reads nothing. */
  public static ShortProgram of(List<String> command, Duration limit) {
    return new ShortProgram(command, limit, Optional.empty(), "");
  }

  /** The same with these variables alone. */
  public ShortProgram withEnvironment(Map<String, String> variables) {
    return new ShortProgram(command, limit, Optional.of(variables), input);
  }

  /** The same reading this. */
  public ShortProgram withInput(String text) {
    return new ShortProgram(command, limit, environment, text);
  }

  /**
   * What became of it.
   *
   * @param output what it wrote, errors included, without white space around it; the first MiB
   */
  public record Ended(int exitCode, String output) {
    public boolean succeeded() {
      return exitCode == 0;
    }

    /** Its words, or its exit code if it had none. */
    public String reason() {
      return output.isEmpty() ? "exit code " + exitCode : output;
    }
  }

  /** It was not done in time. */
  public static final class NotDoneException extends IOException {
    private static final long serialVersionUID = 1;

    NotDoneException(String message) {
      super(message);
    }
  }

  /**
   * Runs it to its end.
   *
   * @throws NotDoneException if it is not done in time; it and its children are ended then
   * @throws IOException if it cannot be started
   * @throws InterruptedIOException if the thread is interrupted meanwhile; likewise
   */
  public Ended run() throws IOException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    environment.ifPresent(
        variables -> {
          builder.environment().clear();
          builder.environment().putAll(variables);
        });
    var process = builder.start();
    var said = new ByteArrayOutputStream();
    var reader = Thread.ofPlatform().daemon().unstarted(() -> read(process, said));
    reader.start();
    Thread.ofPlatform().daemon().start(() -> give(process));
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new NotDoneException(
            "%s: no answer within %s s".formatted(name(), limit.toSeconds()));
      }
      reader.join(OUTPUT_LIMIT);
      synchronized (said) {
        return new Ended(process.exitValue(), said.toString(StandardCharsets.UTF_8).strip());
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + name() + " ran");
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private String name() {
    return command.getFirst();
  }

  private void give(Process process) {
    try (var given = process.getOutputStream()) {
      given.write(input.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException closed) {
      // It ended or wants no more of it; how it ends says whether that was well.
    }
  }

  private static void read(Process process, ByteArrayOutputStream said) {
    var bytes = new byte[8192];
    try (InputStream output = process.getInputStream()) {
      for (var count = output.read(bytes); count >= 0; count = output.read(bytes)) {
        synchronized (said) {
          said.write(bytes, 0, Math.min(count, OUTPUT_BYTES_MAX - said.size()));
        }
      }
    } catch (IOException ended) {
      // The pipe of a process that was ended: what came before it counts.
      if (process.isAlive()) {
        throw new UncheckedIOException(ended);
      }
    }
  }
}
