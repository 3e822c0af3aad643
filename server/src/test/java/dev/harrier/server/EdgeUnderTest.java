package dev.harrier.server;

import dev.harrier.security.Access;
import dev.harrier.security.policy.PolicyAccess;
import dev.harrier.security.rpc.RpcGate;
import dev.harrier.security.rpc.RpcRules;
import dev.harrier.security.token.Authenticator;
import dev.harrier.security.token.Endings;
import dev.harrier.security.token.LiveAttempts;
import dev.harrier.security.token.SigningKeys;
import dev.harrier.security.token.TokenIssuer;
import dev.harrier.security.token.TokenVerifier;
import dev.harrier.server.config.ServerConfig;
import dev.harrier.server.port.ApiPort;
import dev.harrier.server.port.Page;
import dev.harrier.server.port.Peers;
import dev.harrier.server.rpc.ServedRpcs;
import dev.harrier.server.tls.ServingCertificate;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.NodeId;
import io.grpc.BindableService;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The API's port with services of a test's own behind the real gate. */
public final class EdgeUnderTest implements AutoCloseable {
  private static final String ADMINISTRATOR = "administrator";

  private final int number;
  private final URI url;
  private final TokenIssuer tokens;
  private final ApiPort port;
  private final HttpClient client = HttpClient.newHttpClient();

  private EdgeUnderTest(int number, URI url, TokenIssuer tokens, ApiPort port) {
    this.number = number;
    this.url = url;
    this.tokens = tokens;
    this.port = port;
  }

  public static EdgeUnderTest serving(BindableService... services) throws IOException {
    return serving(List.of(), services);
  }

  public static EdgeUnderTest serving(List<Page> pages, BindableService... services)
      throws IOException {
    return serving(pages, access -> List.of(services));
  }

  /** With services that ask for access themselves. */
  public static EdgeUnderTest serving(
      List<Page> pages, Function<Access, List<BindableService>> services) throws IOException {
    return serving(ServerConfig.DEFAULTS, Optional.empty(), pages, services);
  }

  /** Behind a proxy, under whose name browsers know it. */
  public static EdgeUnderTest knownAs(URI name, ServerConfig config, List<Page> pages)
      throws IOException {
    return serving(config, Optional.empty(), pages, access -> List.of(), Optional.of(name));
  }

  /** With settings, and over TLS if there is a certificate. */
  public static EdgeUnderTest serving(
      ServerConfig config,
      Optional<ServingCertificate> certificate,
      List<Page> pages,
      Function<Access, List<BindableService>> services)
      throws IOException {
    return serving(config, certificate, pages, services, Optional.empty());
  }

  private static EdgeUnderTest serving(
      ServerConfig config,
      Optional<ServingCertificate> certificate,
      List<Page> pages,
      Function<Access, List<BindableService>> services,
      Optional<URI> name)
      throws IOException {
    var number = ApiPort.choose("localhost", 0);
    var url = ApiPort.url(config, number);
    var key = SigningKeys.generate();
    var registry = new SimpleMeterRegistry();
    var access = PolicyAccess.administeredBy(url.toString(), Set.of(ADMINISTRATOR));
    var gate =
        new RpcGate(
            RpcRules.all(),
            new Authenticator(
                new TokenVerifier(
                    url.toString(), key, Clock.systemUTC(), Endings.NONE, LiveAttempts.ALL)),
            access,
            Peers::current);
    var rpcs =
        ServedRpcs.behind(gate, registry, 64, config.callerLimits()).addAll(services.apply(access));
    var port =
        ApiPort.of(config, number, name.orElse(url), certificate, rpcs.services(), pages, registry);
    port.start();
    return new EdgeUnderTest(
        number, url, new TokenIssuer(url.toString(), key, Clock.systemUTC()), port);
  }

  /** The port on loopback, whatever the server calls itself. */
  public int number() {
    return number;
  }

  public URI url() {
    return url;
  }

  /** A token of a client that may do everything. */
  public String administrator() {
    return token(ADMINISTRATOR);
  }

  /** A good token of a client that nobody granted anything. */
  public String stranger() {
    return token("stranger");
  }

  /** A token of a task of this execution. */
  public String task(ExecutionId execution) {
    var attempt = new AttemptId(new NodeId(execution, "n0"), 0);
    return tokens.forAttempt(attempt, Duration.ofMinutes(1)).value().reveal();
  }

  private String token(String clientId) {
    return tokens.forClient(clientId, Set.of("all"), Duration.ofMinutes(1)).value().reveal();
  }

  /** A request as the administrator. */
  public HttpRequest.Builder request(String pathAndQuery) {
    return HttpRequest.newBuilder(URI.create(url + pathAndQuery))
        .header("authorization", "Bearer " + administrator());
  }

  public HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  public HttpResponse<byte[]> sendForBytes(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  @Override
  public void close() {
    client.close();
    port.close();
  }
}
