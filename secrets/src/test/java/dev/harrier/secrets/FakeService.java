package dev.harrier.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A service of the tests on loopback. */
public final class FakeService implements AutoCloseable {
  private final HttpServer server;

  /**
   * A request.
   *
   * @param path with its query
   * @param headers all of them as one text, for those that give them back
   */
  public record Request(
      String method, String path, Optional<String> authorization, String headers, String body) {
    /** The fields of a form. */
    public Map<String, String> form() {
      return Arrays.stream(body.split("&", -1))
          .map(field -> field.split("=", 2))
          .collect(
              Collectors.toMap(
                  field -> URLDecoder.decode(field[0], UTF_8),
                  field -> URLDecoder.decode(field[1], UTF_8)));
    }
  }

  /** An answer in JSON, or what pretends to be it. */
  public record Answer(int status, String body) {}

  /** Starts one that answers by a function. */
  public FakeService(Function<Request, Answer> answers) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          var headers = exchange.getRequestHeaders();
          var answer =
              answers.apply(
                  new Request(
                      exchange.getRequestMethod(),
                      exchange.getRequestURI().toString(),
                      Optional.ofNullable(headers.getFirst("authorization")),
                      headers.entrySet().toString(),
                      new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
          var body = answer.body().getBytes(UTF_8);
          exchange.getResponseHeaders().add("content-type", "application/json");
          exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  /** Where it listens. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
