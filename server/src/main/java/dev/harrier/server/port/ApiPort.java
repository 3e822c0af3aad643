package dev.harrier.server.port;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toUnmodifiableSet;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.grpc.GrpcSerializationFormats;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.grpc.GrpcService;
import dev.harrier.server.config.ServerConfig;
import dev.harrier.server.http.HttpGateway;
import dev.harrier.server.rpc.CallerRate;
import dev.harrier.server.tls.ServingCertificate;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The port that clients use: gRPC, HTTP with JSON or protobuf, and pages, over TLS if there is a
 * certificate.
 */
public final class ApiPort implements AutoCloseable {
  /** pyflyte sends a ping every 30 s, also without calls, and each keeps its connection. */
  private static final Duration IDLE_MAX = Duration.ofMinutes(5);

  /** How long nothing new may come in before a stop believes that nobody sends any more. */
  private static final Duration QUIET = Duration.ofMillis(50);

  /** Over the body: frames of gRPC, and JSON is wider than what it says. */
  private static final long FRAME_BYTES = 64 * 1024;

  /** Tokens that list many groups are long; what is too long even so is refused by its reader. */
  private static final int HEADER_BYTES_MAX = 32 * 1024;

  /** gRPC's clients wait with further calls of one connection until others have ended. */
  private static final int STREAMS_MAX = 1_000;

  /** How many calls of one connection its client may give up in a while. */
  private static final int RESETS_MAX = 400;

  private static final Duration RESETS_WINDOW = Duration.ofMinutes(1);

  private final ServerConfig config;
  private final int port;
  private final Server server;

  private ApiPort(ServerConfig config, int port, Server server) {
    this.config = config;
    this.port = port;
    this.server = server;
  }

  /**
   * The port's number: the configured one, or one that is free if that is 0.
   *
   * @throws IOException if none is free
   */
  public static int choose(String address, int port) throws IOException {
    return Listening.free(Listening.addresses(address), port);
  }

  /** Where clients reach the API, without a path. */
  public static URI url(ServerConfig config, int port) {
    if (config.url().isPresent()) {
      return URI.create(config.url().get());
    }
    var plain = url(config.address(), port);
    return config.security().secure() ? URI.create("https" + plain.toString().substring(4)) : plain;
  }

  /** The address of a port without TLS, without a path. */
  public static URI url(String address, int port) {
    return URI.create(
        "http://%s:%s".formatted(address.contains(":") ? "[" + address + "]" : address, port));
  }

  /**
   * A port that does not listen yet.
   *
   * @param port as {@link #choose} gave it
   * @param url as {@link #url(ServerConfig, int)} gave it
   * @param certificate to serve with; without one the port speaks no TLS
   * @param services with their interceptors around them
   */
  public static ApiPort of(
      ServerConfig config,
      int port,
      URI url,
      Optional<ServingCertificate> certificate,
      List<ServerServiceDefinition> services,
      List<Page> pages,
      MeterRegistry registry) {
    requireNonNull(config, "config");
    var builder = Server.builder();
    var connections = new Connections(config.callerLimits().connections(), registry);
    listen(builder, config, port, certificate);
    builder
        .blockingTaskExecutor(new VirtualThreads(), true)
        .idleTimeout(IDLE_MAX, true)
        .requestTimeout(config.callTimeout())
        .maxRequestLength(config.requestBytesMax() + FRAME_BYTES)
        .http1MaxHeaderSize(HEADER_BYTES_MAX)
        .http2MaxHeaderListSize(HEADER_BYTES_MAX)
        .http2MaxStreamsPerConnection(STREAMS_MAX)
        .http2MaxResetFramesPerWindow(RESETS_MAX, Math.toIntExact(RESETS_WINDOW.toSeconds()))
        .maxNumConnections(Connections.total())
        .gracefulShutdownTimeout(QUIET, config.drainTimeout().plus(QUIET))
        .meterRegistry(registry)
        // What is worth a line has one already; its own would quote callers over several.
        .unloggedExceptionsReportInterval(Duration.ZERO)
        .disableServerHeader()
        .disableDateHeader()
        .childChannelPipelineCustomizer(
            pipeline -> {
              connections.admit(pipeline.channel());
              FirstBytes.watch(pipeline);
            })
        .errorHandler(new PlainErrors());
    SecurityHeaders.addTo(builder);
    var rate = new CallerRate(config.callerLimits());
    var rooms = new PageRooms(config.callsMax());
    var origins = new CrossOrigin.Origins(url, config.security());
    // A request without TLS meets nothing but the word that it needs it.
    builder.decorator(
        service ->
            new StrictTransport(
                new CrossOrigin(new PageLimits(service, rate, rooms), origins),
                url,
                certificate.isPresent()));
    grpc(builder, config, services);
    pages.forEach(page -> page.mount(builder));
    builder.serviceUnder("/", new HttpGateway(services, config.callTimeout()));
    return new ApiPort(config, port, builder.build());
  }

  private static void listen(
      ServerBuilder builder,
      ServerConfig config,
      int port,
      Optional<ServingCertificate> certificate) {
    // Plain HTTP is taken on the same port too: to be told where to go instead of being cut off.
    var protocols =
        certificate.isPresent()
            ? List.of(SessionProtocol.HTTPS, SessionProtocol.HTTP)
            : List.of(SessionProtocol.HTTP);
    for (var address : Listening.addresses(config.address())) {
      builder.port(new InetSocketAddress(address, port), protocols);
      if (config.security().redirectPort() != 0) {
        builder.port(
            new InetSocketAddress(address, config.security().redirectPort()), SessionProtocol.HTTP);
      }
    }
    certificate.ifPresent(pair -> builder.tlsProvider(pair, ModernTls.config(pair)));
  }

  private static void grpc(
      ServerBuilder builder, ServerConfig config, List<ServerServiceDefinition> services) {
    var grpc =
        GrpcService.builder()
            .supportedSerializationFormats(GrpcSerializationFormats.PROTO)
            .useBlockingTaskExecutor(true)
            // A client ends its own call when it likes; how long one may last is the server's word.
            .useClientTimeoutHeader(false)
            .maxRequestMessageLength(Math.toIntExact(config.requestBytesMax()))
            .maxResponseMessageLength(Math.toIntExact(config.answerBytesMax()))
            .exceptionHandler(
                (context, status, failure, trailers) ->
                    GrpcFailures.status(status, failure, trailers));
    services.forEach(grpc::addService);
    var unaryPaths =
        services.stream()
            .flatMap(service -> service.getMethods().stream())
            .map(ServerMethodDefinition::getMethodDescriptor)
            .filter(method -> method.getType() == MethodDescriptor.MethodType.UNARY)
            .map(method -> "/" + method.getFullMethodName())
            .collect(toUnmodifiableSet());
    builder.service(
        grpc.build(),
        service -> new WholeRequests(service, unaryPaths, config.requestBytesMax() + FRAME_BYTES));
  }

  /**
   * All that it answers to, a line each: the method, or ANY for all of them, and the pattern of the
   * path.
   */
  public List<String> routes() {
    return server.serviceConfigs().stream()
        .map(ServiceConfig::route)
        .flatMap(
            route ->
                (route.methods().equals(HttpMethod.knownMethods())
                        ? Stream.of("ANY")
                        : route.methods().stream().map(HttpMethod::name))
                    .map(method -> method + " " + route.patternString()))
        .sorted()
        .distinct()
        .toList();
  }

  /**
   * Begins to listen.
   *
   * @throws PortInUseException if somebody else listens there
   */
  public void start() {
    Listening.start(server, config.address(), port, "--port");
  }

  /** Takes no more calls, waits for those under way as long as configured, and stops. */
  @Override
  public void close() {
    server.stop().join();
  }
}
