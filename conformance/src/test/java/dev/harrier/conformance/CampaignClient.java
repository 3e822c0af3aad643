package dev.harrier.conformance;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * FlyteRemote in a process of its own, which keeps executions in flight until it is told to stop.
 */
final class CampaignClient implements AutoCloseable {
  private static final Duration BEGIN_LIMIT = Duration.ofSeconds(90);
  private static final Duration END_LIMIT = Duration.ofMinutes(4);

  private final Process process;
  private final Path errors;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final AtomicInteger answers = new AtomicInteger();
  private final Thread reader;

  private CampaignClient(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
    this.reader = Thread.ofVirtual().start(this::read);
  }

  /**
   * Starts it, and waits until it has reached the server.
   *
   * @param prefix of the names of its executions
   */
  static CampaignClient start(Harrier harrier, Ledger ledger, String prefix, int inFlight) {
    var line =
        new Clients(harrier)
            .scriptLine(
                "campaign_client.py",
                Campaign.VERSION,
                ledger.address(),
                prefix,
                Integer.toString(inFlight));
    var errors = harrier.folder().resolve(prefix + "-client-errors.txt");
    var builder =
        new ProcessBuilder(line)
            .directory(harrier.folder().toFile())
            .redirectError(errors.toFile());
    builder.environment().put("PYTHONPATH", Places.pythonPath());
    try {
      var client = new CampaignClient(builder.start(), errors);
      Patience.awaitTrue(
          "the client to begin",
          BEGIN_LIMIT,
          () -> client.lines.contains("begun") || !client.process.isAlive());
      return client;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it still has nothing to complain about. */
  void mustBeContent() {
    if (!process.isAlive()) {
      throw new AssertionError("The client gave up:\n" + complaint());
    }
  }

  /** How many answers it got from the server so far. */
  int answers() {
    return answers.get();
  }

  /** How many executions have ended so far. */
  int ended() {
    return (int) lines.stream().filter(line -> line.contains("\"phase\"")).count();
  }

  /** Starts no more, waits for all that are in flight, and tells of each. */
  List<JsonObject> finish() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("The client did not end within " + END_LIMIT);
      }
      reader.join();
      if (process.exitValue() != 0) {
        throw new AssertionError("The client gave up:\n" + complaint());
      }
      return lines.stream()
          .filter(line -> line.contains("\"phase\""))
          .map(line -> JsonParser.parseString(line).getAsJsonObject())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while the client ends", e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private String complaint() {
    try {
      return Files.readString(errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (var out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      out.lines().forEach(this::keep);
    } catch (IOException | UncheckedIOException e) {
      lines.add("unreadable: " + e.getMessage());
    }
  }

  // Answers are too many to be kept.
  private void keep(String line) {
    if (line.equals("answer")) {
      answers.incrementAndGet();
    } else {
      lines.add(line);
    }
  }
}
