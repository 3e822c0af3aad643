package dev.harrier.conformance.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.sun.net.httpserver.HttpServer;
import dev.harrier.audit.redact.Decision;
import dev.harrier.conformance.access.AccessWorld.World;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A text of its own in every field of every RPC, and in all that pages are sent; then all that the
 * server wrote and answered is looked through for them.
 */
@Tag("python")
final class CanaryTest {
  private static final List<String> FIELDS =
      List.of(
          "username",
          "password",
          "code",
          "state",
          "client_secret",
          "refresh_token",
          "token",
          "code_verifier",
          "device_code",
          "user_code",
          "assertion",
          "client_assertion",
          "redirect_url",
          "redirect_uri",
          "csrf",
          "value",
          "id_token",
          "scope",
          "name",
          "link");

  private static final Pattern SECRET =
      Pattern.compile("(?i)primitive|binary|\\.env\\.|token|secret|auth|signed|url");

  private final Canaries canaries = new Canaries();
  private final Said said = new Said();
  private final StringBuilder delivered = new StringBuilder();
  private final StringBuilder refusals = new StringBuilder();
  private final Path folder;

  CanaryTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void h22_no_field_of_any_rpc_reaches_what_it_must_not() throws IOException {
    var metrics = "";
    var audit = "";
    var receiver = receiver();
    try (said;
        var world = World.withFile(config(receiver))) {
      var root = world.token("root");
      for (var rpc : Rpcs.all().values()) {
        called(world, root, rpc);
      }
      pages(world);
      metrics = get(world.harrier().metricsUrl().resolve("/metrics"));
      // What is written last is written when it stops.
      world.harrier().close();
      audit = world.audit();
      assertThat(audit).doesNotContain(root);
      assertThat(said.text()).doesNotContain(root);
    } finally {
      receiver.stop(0);
    }

    assertThat(canaries.count()).isGreaterThan(10_000);
    assertThat(canaries.found(audit).size()).as("kept ones are found").isGreaterThan(500);
    assertThat(canaries.leaked(audit)).as("in the audit log").isEmpty();
    assertThat(canaries.found(delivered.toString()).size()).isEqualTo(canaries.found(audit).size());
    assertThat(canaries.leaked(delivered.toString())).as("at a sink").isEmpty();
    assertThat(canaries.leaked(said.text())).as("in the log").isEmpty();
    assertThat(canaries.leaked(metrics)).as("in metrics").isEmpty();
    // A refusal tells its caller how what is registered differs from what was sent, in parts that
    // are neither values of tasks nor secrets.
    assertThat(canaries.leaked(refusals.toString(), Decision.HASH))
        .as("in refusals")
        .noneMatch(path -> SECRET.matcher(path).find());
  }

  private void called(World world, String token, MethodDescriptor<?, ?> rpc) {
    var name = Rpcs.shortName(rpc);
    var empty = Rpcs.empty(rpc);
    for (var variant = 0; variant < Canaries.variants(empty); variant++) {
      for (var base : List.of(empty, world.requests(Place.OWN).of(rpc, ""))) {
        send(world, token, rpc, canaries.in(base, variant, name));
      }
    }
    var stranger = world.nobody().call(rpc, canaries.in(empty, 0, name));
    refusals.append(stranger.sentence()).append(stranger.headers());
  }

  private void send(World world, String token, MethodDescriptor<?, ?> rpc, Message request) {
    var answer = world.withToken(token).call(rpc, request);
    if (answer.code() != Status.Code.OK) {
      refusals.append(answer.sentence()).append(answer.headers()).append('\n');
    }
    for (var route : HttpCalls.routes(rpc)) {
      var page = world.http(Optional.of(token)).call(route, request);
      if (page.status() >= 400) {
        refusals.append(page.text()).append(page.headers()).append('\n');
      }
    }
  }

  /** Everything that people and programs send to pages, and tokens in all places. */
  private void pages(World world) {
    for (var route : world.harrier().routes()) {
      var parts = route.split(" ", 2);
      if (Rpcs.all().containsKey(parts[1].substring(1))) {
        continue;
      }
      var path = parts[1].replaceAll(":[a-z]+", canaries.secret(route + " path"));
      path = path.replace("*", canaries.secret(route + " path"));
      var http = world.http(Optional.of(canaries.secret(route + " token")));
      var form =
          FIELDS.stream()
              .map(field -> field + "=" + canaries.secret(route + " " + field))
              .collect(Collectors.joining("&"));
      var answers =
          List.of(
              http.send("GET", path + "?" + form, "", ""),
              http.send("POST", path + "?" + form, "", ""),
              http.send("POST", path, form, "application/x-www-form-urlencoded"),
              http.send(
                  "POST",
                  path,
                  "{\"value\":\"%s\"}".formatted(canaries.secret(route + " json")),
                  "application/json"));
      assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isNotEqualTo(500));
    }
  }

  private Path config(HttpServer receiver) throws IOException {
    var secret = Files.writeString(folder.resolve("secret"), "whsec_" + "a".repeat(40));
    Files.setPosixFilePermissions(
        secret, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    return Files.writeString(
        folder.resolve("config.yaml"),
        """
        audit:
          levels: {default: request, pages: request, metrics: metadata}
          sinks:
            - {name: otlp, type: otlp, url: 'http://127.0.0.1:%1$s/v1/logs'}
            - {name: posts, type: https, url: 'http://127.0.0.1:%1$s/posts', secretFile: %2$s}
        """
            .formatted(receiver.getAddress().getPort(), secret));
  }

  private HttpServer receiver() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            synchronized (delivered) {
              delivered.append(new String(body, StandardCharsets.UTF_8));
              delivered.append(exchange.getRequestHeaders().entrySet());
            }
            exchange.sendResponseHeaders(200, -1);
          }
        });
    server.start();
    return server;
  }

  private static String get(URI address) throws IOException {
    try (var client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** All that is logged in this process, down to what nobody usually looks at. */
  private static final class Said extends Handler implements AutoCloseable {
    private static final Logger ROOT = Logger.getLogger("");
    private static final Logger OURS = Logger.getLogger("dev.harrier");
    private static final int LINE_MAX = 100_000;

    private final Formatter formatter = new SimpleFormatter();
    private final StringBuilder text = new StringBuilder();

    Said() {
      setLevel(Level.ALL);
      OURS.setLevel(Level.ALL);
      ROOT.addHandler(this);
    }

    @Override
    public synchronized void publish(LogRecord record) {
      var line = formatter.format(record);
      text.append(line, 0, Math.min(line.length(), LINE_MAX));
    }

    synchronized String text() {
      return text.toString();
    }

    @Override
    public void flush() {
      // It is all in memory.
    }

    @Override
    public void close() {
      ROOT.removeHandler(this);
      OURS.setLevel(null);
    }
  }
}
