package dev.harrier.server.port;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import dev.harrier.server.config.ServerConfig;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** The port for those who watch: metrics, liveness and readiness. Loopback alone reaches it. */
public final class MetricsPort implements AutoCloseable {
  private final ServerConfig config;
  private final int port;
  private final Server server;

  /**
   * @param port as {@link ApiPort#choose} gave it
   * @param unready why this process does not do its work, in a sentence; empty if it does
   * @param around each of its pages
   */
  public MetricsPort(
      ServerConfig config,
      int port,
      PrometheusMeterRegistry registry,
      Supplier<Optional<String>> unready,
      Function<HttpService, HttpService> around) {
    this.config = config;
    this.port = port;
    var builder = Server.builder();
    for (var address : Listening.addresses(address(config))) {
      builder.port(new InetSocketAddress(address, port), SessionProtocol.HTTP);
    }
    this.server =
        builder
            // Who looks at the figures is not to be one of them.
            .meterRegistry(new CompositeMeterRegistry())
            .disableServerHeader()
            .disableDateHeader()
            .service(
                "/metrics",
                (context, request) ->
                    HttpResponse.of(
                        HttpStatus.OK,
                        MediaType.parse("text/plain; version=0.0.4; charset=utf-8"),
                        registry.scrape()))
            .service("/healthz", (context, request) -> HttpResponse.of("ok\n"))
            .service(
                "/readyz",
                (context, request) ->
                    unready
                        .get()
                        .map(MetricsPort::unready)
                        .orElseGet(() -> HttpResponse.of("ready\n")))
            .decorator(around)
            .build();
  }

  private static HttpResponse unready(String why) {
    return HttpResponse.of(
        HttpStatus.SERVICE_UNAVAILABLE, MediaType.PLAIN_TEXT_UTF_8, "not ready: " + why + "\n");
  }

  /** Where it listens: on loopback also if the API does not, as nobody logs in here. */
  public static String address(ServerConfig config) {
    return config.onLoopback() ? config.address() : "localhost";
  }

  /**
   * Begins to listen.
   *
   * @throws PortInUseException if somebody else listens there
   */
  public void start() {
    Listening.start(server, address(config), port, "--metrics-port");
  }

  /** Stops without waiting: nobody loses anything by a figure less. */
  @Override
  public void close() {
    var unused = server.closeAsync();
  }
}
