package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Receivers of the audit log that go away, and a server that is killed: every record arrives. */
@Tag("slow")
final class AuditSinksTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Path folder;

  AuditSinksTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void a_receiver_that_fails_and_a_server_that_is_killed_lose_no_record() throws IOException {
    var status = new AtomicInteger(200);
    var received = new ArrayList<String>();
    var receiver = receiver(status, received);
    var home = Files.createDirectories(folder.resolve("home"));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
    var secret = Files.writeString(folder.resolve("secret"), "whsec_" + "a".repeat(40));
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(
        home.resolve("config.yaml"),
        """
        audit:
          sinks:
            - {name: archive, type: https, url: 'http://127.0.0.1:%s/', secretFile: %s}
        """
            .formatted(receiver.getAddress().getPort(), secret));
    try (var harrier = Harrier.start(folder)) {
      calls(harrier, "a");
      status.set(500);
      calls(harrier, "b");
      harrier.kill();
      status.set(200);
      harrier.restart();
      calls(harrier, "c");
      harrier.kill();
      harrier.restart();
      calls(harrier, "d");
      harrier.stop();

      assertThat(bySequence(received)).isEqualTo(bySequence(logged(harrier)));
      assertThat(bySequence(received).lastEntry().getValue()).contains("\"stopped\"");
      assertThat(harrier.output()).contains("A sink of the audit log does not take records");
    } finally {
      receiver.stop(0);
    }
  }

  /** Needs the packages rsyslog and rsyslog-gnutls. */
  @Tag("rsyslog")
  @Test
  void rsyslog_that_is_killed_and_begun_again_has_every_record() throws IOException {
    var home = folder.resolve("home");
    Harrier.makeCertificate(home);
    var port = freePort();
    var file = folder.resolve("received");
    var config = rsyslog(home, port, file);
    Files.writeString(
        home.resolve("config.yaml"),
        """
        audit:
          sinks:
            - {name: siem, type: syslog, url: 'tls://localhost:%s', caFile: %s}
        """
            .formatted(port, home.resolve("tls/ca.pem")));
    var rsyslog = start(config);
    try (var harrier = Harrier.start(folder)) {
      calls(harrier, "a");
      Patience.await("a record at rsyslog", LIMIT, () -> at(file, "\"started\""));
      rsyslog.destroyForcibly();
      calls(harrier, "b");
      rsyslog = start(config);
      calls(harrier, "c");
      harrier.kill();
      harrier.restart();
      calls(harrier, "d");
      harrier.stop();
      Patience.await("the last record at rsyslog", LIMIT, () -> at(file, "\"stopped\""));

      assertThat(bySequence(Files.readAllLines(file))).isEqualTo(bySequence(logged(harrier)));
    } finally {
      rsyslog.destroyForcibly();
    }
  }

  /** Needs Go, which builds the collector first. */
  @Tag("otelcol")
  @Test
  void a_collector_that_is_killed_and_begun_again_has_every_record_in_order() throws Exception {
    var home = folder.resolve("home");
    Harrier.makeCertificate(home);
    var collector = new Collector(folder, freePort(), home.resolve("tls"));
    Files.writeString(
        home.resolve("config.yaml"),
        """
        audit:
          sinks:
            - {name: collector, type: otlp, url: '%s', caFile: %s}
        """
            .formatted(collector.url(), home.resolve("tls/ca.pem")));
    try (collector;
        var harrier = Harrier.start(folder);
        var beside = Executors.newVirtualThreadPerTaskExecutor()) {
      calls(harrier, "a");
      Patience.await("a record at the collector", LIMIT, () -> at(collector, "\"started\""));
      var calling = beside.submit(() -> calls(harrier, "b"));
      collector.kill();
      collector.restart();
      calling.get();
      collector.kill();
      calls(harrier, "c");
      harrier.kill();
      collector.restart();
      harrier.restart();
      calls(harrier, "d");
      harrier.stop();
      Patience.await("the last record there", LIMIT, () -> at(collector, "\"stopped\""));

      var received = collector.received();
      assertThat(bySequence(bodies(received))).isEqualTo(bySequence(logged(harrier)));
      assertInOrder(bodies(received));
      received.forEach(AuditSinksTest::assertWhole);
    }
  }

  private static List<String> bodies(List<Collector.Received> received) {
    return received.stream().map(Collector.Received::body).toList();
  }

  /** None comes before one with a smaller number has come; some may come again. */
  private static void assertInOrder(List<String> lines) {
    var highest = 0L;
    for (var line : lines) {
      var sequence = sequence(line);
      assertThat(sequence).isLessThanOrEqualTo(highest + 1);
      highest = Math.max(highest, sequence);
    }
  }

  private static void assertWhole(Collector.Received one) {
    var resource = one.resource().toString();
    assertThat(resource).contains("\"service.name\"").contains("\"harrier\"");
    assertThat(Json.text(one.log(), "eventName")).isEqualTo("harrier.audit");
    assertThat(Json.text(one.log(), "severityNumber")).isNotEmpty();
    var millis = JsonParser.parseString(one.body()).getAsJsonObject().get("time").getAsLong();
    assertThat(Json.text(one.log(), "timeUnixNano")).isEqualTo(millis + "000000");
    var attribute = Json.list(one.log(), "attributes").getFirst();
    assertThat(Json.text(attribute, "key")).isEqualTo("harrier.audit.sequence");
    assertThat(Json.text(Json.at(attribute, "value"), "intValue"))
        .isEqualTo(Long.toString(sequence(one.body())));
  }

  private static Optional<Boolean> at(Collector collector, String text) {
    try {
      return bodies(collector.received()).stream().anyMatch(body -> body.contains(text))
          ? Optional.of(true)
          : Optional.empty();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Path rsyslog(Path home, int port, Path file) throws IOException {
    return Files.writeString(
        folder.resolve("rsyslog.conf"),
        """
        global(
          workDirectory="%1$s"
          maxMessageSize="64k"
          defaultNetstreamDriverCAFile="%2$s/ca.pem"
          defaultNetstreamDriverCertFile="%2$s/server.pem"
          defaultNetstreamDriverKeyFile="%2$s/server-key.pem")
        module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="anon")
        template(name="message" type="string" string="%%msg%%\\n")
        input(type="imtcp" port="%3$s" address="127.0.0.1")
        action(type="omfile" file="%4$s" template="message")
        """
            .formatted(folder, home.resolve("tls"), port, file));
  }

  private Process start(Path config) throws IOException {
    return new ProcessBuilder(
            "rsyslogd", "-n", "-f", config.toString(), "-i", folder.resolve("pid").toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("rsyslog.log").toFile()))
        .start();
  }

  private static Optional<Boolean> at(Path file, String text) {
    try {
      return Files.exists(file) && Files.readString(file).contains(text)
          ? Optional.of(true)
          : Optional.empty();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void calls(Harrier harrier, String name) {
    var api = harrier.api();
    for (var i = 0; i < 20; i++) {
      api.get("/api/v1/projects").ok();
      var project = "{\"project\":{\"id\":\"%1$s%2$s\",\"name\":\"%1$s%2$s\"}}".formatted(name, i);
      assertThat(
              api.post("/api/v1/projects", JsonParser.parseString(project).getAsJsonObject())
                  .status())
          .isEqualTo(200);
    }
  }

  private static HttpServer receiver(AtomicInteger status, List<String> received)
      throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (status.get() == 200) {
              received.addAll(body.lines().toList());
            }
            exchange.sendResponseHeaders(status.get(), -1);
          }
        });
    server.start();
    return server;
  }

  /** The lines by their numbers; two that have one number are the same. */
  private static NavigableMap<Long, String> bySequence(List<String> lines) {
    var found = new TreeMap<Long, String>();
    for (var line : lines) {
      var sequence = sequence(line);
      assertThat(found.getOrDefault(sequence, line.strip())).isEqualTo(line.strip());
      found.put(sequence, line.strip());
    }
    return found;
  }

  private static long sequence(String line) {
    return JsonParser.parseString(line.strip())
        .getAsJsonObject()
        .getAsJsonObject("integrity")
        .get("seq")
        .getAsLong();
  }

  private static List<String> logged(Harrier harrier) throws IOException {
    var lines = new ArrayList<String>();
    try (var files = Files.list(harrier.home().resolve("audit"))) {
      for (var file : files.filter(one -> one.toString().endsWith(".jsonl")).sorted().toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    return lines;
  }
}
