package dev.harrier.server;

import dev.harrier.security.BuiltInAccess;
import dev.harrier.security.rpc.AuthMetadataRpc;
import dev.harrier.security.rpc.IdentityRpc;
import dev.harrier.security.rpc.RpcGate;
import dev.harrier.security.rpc.RpcRules;
import dev.harrier.security.token.Authenticator;
import dev.harrier.security.token.Clients;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.security.token.SigningKey;
import dev.harrier.security.token.TokenEndpoint;
import dev.harrier.security.token.TokenIssuer;
import dev.harrier.security.token.TokenVerifier;
import dev.harrier.server.config.HarrierConfig;
import dev.harrier.server.home.ClientFiles;
import dev.harrier.server.home.Home;
import dev.harrier.server.page.LivenessPage;
import dev.harrier.server.page.LoginPages;
import dev.harrier.server.port.ApiPort;
import dev.harrier.server.port.MetricsPort;
import dev.harrier.server.rpc.ServedRpcs;
import io.grpc.protobuf.services.HealthStatusManager;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Makes every part, top to bottom, and starts them. */
public final class Wiring {
  private Wiring() {}

  /**
   * Starts a server on a home that this process holds.
   *
   * @throws IOException if the home cannot be read or written
   */
  public static RunningHarrier start(HarrierConfig config, Home home) throws IOException {
    var closing = new Closing();
    try {
      return start(config, home, closing);
    } catch (IOException | RuntimeException e) {
      closing.close();
      throw e;
    }
  }

  private static RunningHarrier start(HarrierConfig config, Home home, Closing closing)
      throws IOException {
    var clock = Clock.systemUTC();
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    // Ports: their numbers are part of names and URLs, so they come first and listen last.
    var port = ApiPort.choose(config.server().address(), config.server().port());
    var metricsPort = ApiPort.choose(config.server().address(), config.server().metricsPort());
    var url = ApiPort.url(config.server().address(), port);
    var metricsUrl = ApiPort.url(config.server().address(), metricsPort);
    var address = new ServerAddress(url);

    // Security.
    var signingKey = SigningKey.open(home.security().resolve("signing-key.json"));
    var clients = Clients.open(home.security().resolve("clients"));
    var tokens = new TokenIssuer(address.issuer(), signingKey, clock);
    var authenticator = new Authenticator(new TokenVerifier(address.issuer(), signingKey, clock));
    var access = new BuiltInAccess(address.issuer());
    var gate = new RpcGate(RpcRules.all(), authenticator, access);

    // What the API's port serves.
    var health = new HealthStatusManager();
    var rpcs =
        ServedRpcs.behind(gate, registry, config.server().callsMax())
            .add(new AuthMetadataRpc(address))
            .add(new IdentityRpc())
            .add(health.getHealthService());
    var pages =
        List.of(
            new LivenessPage(),
            new LoginPages(
                new TokenEndpoint(clients, tokens), signingKey.jwks(), home.clientFile()));

    var ready = new AtomicBoolean();
    var metrics = closing.add(new MetricsPort(config.server(), metricsPort, registry, ready::get));
    var api = closing.add(ApiPort.of(config.server(), port, rpcs.services(), pages, registry));
    metrics.start();
    api.start();
    new ClientFiles(home, clients).write(url);
    ready.set(true);
    health.setStatus("flyteadmin", io.grpc.health.v1.HealthCheckResponse.ServingStatus.SERVING);
    closing.add(
        () -> {
          ready.set(false);
          health.enterTerminalState();
        });
    return new RunningHarrier(url, metricsUrl, home.clientFile(), closing);
  }
}
