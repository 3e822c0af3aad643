package dev.harrier.conformance;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.harrier.secrets.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A real OpenTelemetry Collector that receives OTLP over TLS on loopback and writes what it gets
 * into files.
 */
final class Collector implements AutoCloseable {
  private final Path program = Programs.goTool("otelcol");
  private final Path folder;
  private final int port;
  private final Path tls;
  private final List<Path> files = new ArrayList<>();
  private Process process;

  /**
   * Starts one.
   *
   * @param tls the folder with its certificate
   */
  Collector(Path folder, int port, Path tls) throws IOException {
    this.folder = folder;
    this.port = port;
    this.tls = tls;
    this.process = launch();
  }

  /** A log record as the collector writes it. */
  record Received(JsonObject resource, JsonObject log) {
    String body() {
      return Json.text(Json.at(log, "body"), "stringValue");
    }
  }

  /** Where it receives logs. */
  String url() {
    return "https://localhost:%s/v1/logs".formatted(port);
  }

  /** Ends it as {@code kill -9} does. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  void restart() throws IOException {
    process = launch();
  }

  /** The log records that all its starts have, in the order in which they came. */
  List<Received> received() throws IOException {
    var found = new ArrayList<Received>();
    for (var file : files) {
      var text = Files.exists(file) ? Files.readString(file) : "";
      // What a kill cut off was not confirmed.
      for (var line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
        var batch = JsonParser.parseString(line).getAsJsonObject();
        for (var resource : Json.list(batch, "resourceLogs")) {
          for (var scope : Json.list(resource, "scopeLogs")) {
            for (var log : Json.list(scope, "logRecords")) {
              found.add(new Received(Json.at(resource, "resource"), log));
            }
          }
        }
      }
    }
    return found;
  }

  private Process launch() throws IOException {
    files.add(folder.resolve("collected-%s.json".formatted(files.size())));
    // Files that rotate are written to before the receiver answers; others a second later, and a
    // collector that is killed meanwhile has lost what it said that it has.
    var config =
        Files.writeString(
            folder.resolve("otelcol.yaml"),
            """
            receivers:
              otlp:
                protocols:
                  http:
                    endpoint: 127.0.0.1:%1$s
                    tls: {cert_file: %2$s/server.pem, key_file: %2$s/server-key.pem}
            exporters:
              file: {path: %3$s, rotation: {max_megabytes: 1000}}
            service:
              telemetry: {metrics: {level: none}}
              pipelines:
                logs: {receivers: [otlp], exporters: [file]}
            """
                .formatted(port, tls, files.getLast()));
    return new ProcessBuilder(program.toString(), "--config", config.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("otelcol.log").toFile()))
        .start();
  }

  @Override
  public void close() {
    kill();
  }
}
