package dev.harrier.bench.start;

import static java.util.Objects.requireNonNull;

import dev.harrier.bench.api.ServerProcess;
import dev.harrier.bench.measure.Bar;
import dev.harrier.bench.measure.Figure;
import dev.harrier.bench.measure.Reference;
import dev.harrier.bench.measure.Report;
import dev.harrier.bench.measure.Samples;
import dev.harrier.bench.measure.Scratch;
import dev.harrier.bench.measure.Section;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;

/** From the command line to the first answered call, and the memory of a server at rest. */
public final class StartSection implements Section {
  private static final String NAME = "start";
  private static final String MILLISECONDS = "ms";

  private final Path project;
  private final Optional<Path> python;
  private final int rounds;
  private final Duration rest;

  /**
   * Measures the program of a checkout.
   *
   * @param rest how long a server is left alone before its memory is read
   */
  public StartSection(Path project, Optional<Path> python, int rounds, Duration rest) {
    this.project = requireNonNull(project, "project");
    this.python = requireNonNull(python, "python");
    this.rounds = rounds;
    this.rest = requireNonNull(rest, "rest");
  }

  @Override
  public String name() {
    return NAME;
  }

  /**
   * One start.
   *
   * @param readyMillis until the server said so
   * @param answeredMillis until a call with a token had its answer, the token's own call included
   * @param cpuMillis of the server's process until then
   * @param residentMebibytes at rest
   */
  private record Start(
      double readyMillis, double answeredMillis, double cpuMillis, double residentMebibytes) {}

  @Override
  public void measure(Report report) throws Exception {
    try (var scratch = Scratch.create();
        var client = HttpClient.newHttpClient()) {
      var home = scratch.folder().resolve("home");
      var first = start(home, client);
      var java = new ArrayList<Double>();
      var starts = new ArrayList<Start>();
      for (var round = 0; round < rounds; round++) {
        java.add(bareJava());
        starts.add(start(home, client));
      }
      report.add(Figure.of(NAME, "java -version", MILLISECONDS, java));
      report.add(
          Figure.of(
                  NAME,
                  "second start to the first answered call",
                  MILLISECONDS,
                  starts.stream().map(Start::answeredMillis).toList())
              .with(Bar.atMost(2500))
              .beside(new Reference("java -version", Samples.median(java)))
              .remark(
                  "%s AOT cache; the call lists projects, with a token that is fetched within the time; said to be ready after %.0f ms; the first start on a new home took %.0f ms"
                      .formatted(
                          Files.exists(project.resolve("server/target/harrier.aot"))
                              ? "with the"
                              : "without an",
                          Samples.median(starts.stream().map(Start::readyMillis).toList()),
                          first.answeredMillis())));
      report.add(
          Figure.of(
              NAME,
              "CPU of a start, without PostgreSQL",
              MILLISECONDS,
              starts.stream().map(Start::cpuMillis).toList()));
      report.add(
          Figure.of(
                  NAME,
                  "memory at rest, without PostgreSQL",
                  "MiB",
                  starts.stream().map(Start::residentMebibytes).toList())
              .with(Bar.atMost(300))
              .remark("resident, %d s after the first call".formatted(rest.toSeconds())));
    }
  }

  private Start start(Path home, HttpClient client) throws IOException, InterruptedException {
    var from = System.nanoTime();
    try (var server = ServerProcess.start(project, home, python)) {
      var ready = (System.nanoTime() - from) / 1e6;
      var request =
          HttpRequest.newBuilder(server.url().resolve("/api/v1/projects"))
              .header("authorization", "Bearer " + server.token())
              .build();
      var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      var answered = (System.nanoTime() - from) / 1e6;
      if (answer.statusCode() != 200) {
        throw new IOException(
            "expected a list of projects, found %d: %s"
                .formatted(answer.statusCode(), answer.body()));
      }
      var cpu = server.programMillis();
      Thread.sleep(rest);
      return new Start(ready, answered, cpu, server.residentMebibytes());
    }
  }

  private static double bareJava() throws IOException, InterruptedException {
    var from = System.nanoTime();
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (process.waitFor() != 0) {
      throw new IOException("java -version ended with " + process.exitValue());
    }
    return (System.nanoTime() - from) / 1e6;
  }
}
