package dev.harrier.server.port;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.grpc.GrpcSerializationFormats;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.grpc.GrpcService;
import dev.harrier.server.config.InternalConfig;
import dev.harrier.server.config.ServerConfig;
import dev.harrier.server.rpc.CallerRate;
import dev.harrier.server.tls.ServingCertificate;
import io.grpc.ServerServiceDefinition;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The port that propellers call: gRPC, and what gives them their tokens. Nothing of the API is
 * there.
 */
public final class InternalPort implements AutoCloseable {
  /** A propeller asks after its leases every few seconds. */
  private static final Duration IDLE_MAX = Duration.ofMinutes(5);

  /** Over the message: frames of gRPC. */
  private static final long FRAME_BYTES = 64 * 1024;

  private static final int HEADER_BYTES_MAX = 32 * 1024;
  private static final int CONNECTIONS_MAX = 1_000;

  /** A propeller has one for its commands, and its calls wait for one another beyond that. */
  private static final int STREAMS_MAX = 100;

  /** How many calls of one connection its client may give up in a while. */
  private static final int RESETS_MAX = 400;

  private static final Duration RESETS_WINDOW = Duration.ofMinutes(1);

  /** How long a request may take that is no call. */
  private static final Duration PAGE_MAX = Duration.ofSeconds(10);

  /** How long a stop waits for a commit that is under way. */
  private static final Duration DRAIN_MAX = Duration.ofSeconds(2);

  private static final Duration QUIET = Duration.ofMillis(50);

  private final InternalConfig config;
  private final int port;
  private final URI url;
  private final Server server;

  private InternalPort(InternalConfig config, int port, URI url, Server server) {
    this.config = config;
    this.port = port;
    this.url = url;
    this.server = server;
  }

  /**
   * A port that does not listen yet.
   *
   * @param server whose limits of calls and of one address are this port's too
   * @param certificate to serve with; without one the port speaks no TLS
   * @param services with their interceptors around them
   * @param pages beside them
   * @param messageBytesMax of one request or answer
   * @param registry counts the connections that were refused
   * @throws IOException if any port will do and none is free
   */
  public static InternalPort of(
      ServerConfig server,
      Optional<ServingCertificate> certificate,
      List<ServerServiceDefinition> services,
      List<Page> pages,
      int messageBytesMax,
      MeterRegistry registry)
      throws IOException {
    var config = requireNonNull(server, "server").internal();
    var connections = new Connections(server.callerLimits().connections(), registry);
    var port = ApiPort.choose(config.address(), config.port());
    var builder = Server.builder();
    var protocol = certificate.isPresent() ? SessionProtocol.HTTPS : SessionProtocol.HTTP;
    for (var address : Listening.addresses(config.address())) {
      builder.port(new InetSocketAddress(address, port), protocol);
    }
    certificate.ifPresent(pair -> builder.tlsProvider(pair, ModernTls.config(pair)));
    builder
        .blockingTaskExecutor(new VirtualThreads(), true)
        .idleTimeout(IDLE_MAX, true)
        // A propeller says with each call how long it waits, and listens to commands without end.
        .requestTimeout(Duration.ZERO)
        .maxRequestLength(messageBytesMax + FRAME_BYTES)
        .http1MaxHeaderSize(HEADER_BYTES_MAX)
        .http2MaxHeaderListSize(HEADER_BYTES_MAX)
        .http2MaxStreamsPerConnection(STREAMS_MAX)
        .http2MaxResetFramesPerWindow(RESETS_MAX, Math.toIntExact(RESETS_WINDOW.toSeconds()))
        .maxNumConnections(CONNECTIONS_MAX)
        .gracefulShutdownTimeout(QUIET, DRAIN_MAX)
        // The API's port has the same figures under the same names.
        .meterRegistry(new CompositeMeterRegistry())
        .unloggedExceptionsReportInterval(Duration.ZERO)
        .disableServerHeader()
        .disableDateHeader()
        .childChannelPipelineCustomizer(
            pipeline -> {
              connections.admit(pipeline.channel());
              FirstBytes.watch(pipeline);
            })
        .errorHandler(new PlainErrors());
    limitPages(builder, server);
    var grpc =
        GrpcService.builder()
            .supportedSerializationFormats(GrpcSerializationFormats.PROTO)
            .useBlockingTaskExecutor(true)
            .useClientTimeoutHeader(true)
            .maxRequestMessageLength(messageBytesMax)
            .maxResponseMessageLength(messageBytesMax)
            .exceptionHandler(
                (context, status, failure, trailers) ->
                    GrpcFailures.status(status, failure, trailers));
    services.forEach(grpc::addService);
    builder.service(grpc.build());
    pages.forEach(page -> page.mount(builder));
    var plain = ApiPort.url(config.address(), port);
    var url = certificate.isPresent() ? URI.create("https" + plain.toString().substring(4)) : plain;
    return new InternalPort(config, port, url, builder.build());
  }

  /** Tokens are asked for by somebody whom nobody knows yet. */
  private static void limitPages(ServerBuilder builder, ServerConfig server) {
    var rate = new CallerRate(server.callerLimits());
    var rooms = new PageRooms(server.callsMax());
    builder.decorator(
        (service, context, request) -> {
          if (context.config().service().as(GrpcService.class) == null) {
            context.setRequestTimeout(PAGE_MAX);
          }
          return service.serve(context, request);
        });
    builder.decorator(service -> new PageLimits(service, rate, rooms));
  }

  /** Where propellers of this machine reach it, without a path. */
  public URI url() {
    return url;
  }

  /**
   * Begins to listen.
   *
   * @throws PortInUseException if somebody else listens there
   */
  public void start() {
    Listening.start(server, config.address(), port, "server.internal.port");
  }

  /** Takes no more calls, waits a moment for those under way, and stops. */
  @Override
  public void close() {
    server.stop().join();
  }
}
