package dev.harrier.server;

import dev.harrier.admin.AdminServices;
import dev.harrier.admin.AdminSettings;
import dev.harrier.blobstore.BlobStoreSettings;
import dev.harrier.blobstore.FileBlobStore;
import dev.harrier.database.Database;
import dev.harrier.database.DatabaseSettings;
import dev.harrier.database.EmbeddedPostgres;
import dev.harrier.propeller.Propeller;
import dev.harrier.propeller.PropellerSettings;
import dev.harrier.runtime.process.AttemptSecrets;
import dev.harrier.runtime.process.ProcessRuntimeSettings;
import dev.harrier.runtime.process.ProcessTaskRuntime;
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
import dev.harrier.server.config.DatabaseConfig;
import dev.harrier.server.config.HarrierConfig;
import dev.harrier.server.config.TasksConfig;
import dev.harrier.server.home.ClientFiles;
import dev.harrier.server.home.Home;
import dev.harrier.server.http.OpenApi;
import dev.harrier.server.page.BlobPage;
import dev.harrier.server.page.HttpCallers;
import dev.harrier.server.page.LivenessPage;
import dev.harrier.server.page.LogPage;
import dev.harrier.server.page.LoginPages;
import dev.harrier.server.page.OpenApiPage;
import dev.harrier.server.port.ApiPort;
import dev.harrier.server.port.MetricsPort;
import dev.harrier.server.python.OwnPython;
import dev.harrier.server.rpc.ServedRpcs;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/** Makes every part, top to bottom, and starts them. */
public final class Wiring {
  private final HarrierConfig config;
  private final Home home;
  private final Closing closing = new Closing();
  private final Clock clock = Clock.systemUTC();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private Wiring(HarrierConfig config, Home home) {
    this.config = config;
    this.home = home;
  }

  /**
   * Starts a server on a home that this process holds.
   *
   * @throws IOException if the home cannot be read or written
   */
  public static RunningHarrier start(HarrierConfig config, Home home) throws IOException {
    var wiring = new Wiring(config, home);
    try {
      return wiring.start();
    } catch (IOException | RuntimeException e) {
      wiring.closing.close();
      throw e;
    }
  }

  private RunningHarrier start() throws IOException {
    // Ports: their numbers are part of names and URLs, so they come first and listen last.
    var port = ApiPort.choose(config.server().address(), config.server().port());
    var metricsPort = ApiPort.choose(config.server().address(), config.server().metricsPort());
    var url = ApiPort.url(config.server().address(), port);
    var metricsUrl = ApiPort.url(config.server().address(), metricsPort);

    // State.
    var database = closing.add(Database.open(database(config.database())));
    var blobs =
        FileBlobStore.open(
            BlobStoreSettings.of(home.blobs(), home.security().resolve("blob-url-key")),
            clock,
            () -> url);

    // Security.
    var address = new ServerAddress(url);
    var signingKey = SigningKey.open(home.security().resolve("signing-key.json"));
    var clients = Clients.open(home.security().resolve("clients"));
    var tokens = new TokenIssuer(address.issuer(), signingKey, clock);
    var authenticator = new Authenticator(new TokenVerifier(address.issuer(), signingKey, clock));
    var access = new BuiltInAccess(address.issuer(), Set.of(ClientFiles.CLIENT_ID));

    // Tasks.
    var python = python(config.tasks());
    var runtime =
        closing.add(
            ProcessTaskRuntime.open(
                tasks(config.tasks(), python), blobs, AttemptSecrets.NONE, clock));

    // The API, and the engine that runs what it records.
    var admin =
        closing.add(
            AdminServices.open(
                database,
                blobs,
                access,
                AdminSettings.of(ProgramVersion.text())
                    .withLogs((attempt, uri) -> url.resolve(LogPage.path(attempt)).toString()),
                clock));
    var propeller =
        closing.add(
            new Propeller(
                admin.journal(),
                runtime,
                blobs,
                clock,
                home.hostName() + "/" + UUID.randomUUID(),
                PropellerSettings.defaults(),
                new EngineMeter(registry)));
    Gauge.builder("harrier.engine.executions", propeller, Propeller::executionsInMemory)
        .description("Executions that the engine has in memory")
        .register(registry);

    // What the API's port serves.
    var health = new HealthStatusManager();
    var rpcs =
        ServedRpcs.behind(
                new RpcGate(RpcRules.all(), authenticator, access),
                registry,
                config.server().callsMax())
            .add(new AuthMetadataRpc(address))
            .add(new IdentityRpc())
            .add(health.getHealthService())
            .addAll(admin.services());
    var callers = new HttpCallers(authenticator);
    var pages =
        List.of(
            new LivenessPage(),
            new LoginPages(
                new TokenEndpoint(clients, tokens), signingKey.jwks(), home.clientFile()),
            new BlobPage(blobs),
            new OpenApiPage(callers, () -> OpenApi.of(rpcs.services(), ProgramVersion.text())),
            new LogPage(
                callers,
                access,
                attempt -> Optional.of(runtime.log(attempt)).filter(Files::isRegularFile)));

    // From here on somebody may call.
    var ready = new AtomicBoolean();
    var metrics = closing.add(new MetricsPort(config.server(), metricsPort, registry, ready::get));
    var api = closing.add(ApiPort.of(config.server(), port, rpcs.services(), pages, registry));
    admin.start();
    propeller.start();
    metrics.start();
    api.start();
    new ClientFiles(home, clients).write(url);
    ready.set(true);
    health.setStatus("flyteadmin", ServingStatus.SERVING);
    closing.add(
        () -> {
          ready.set(false);
          health.enterTerminalState();
        });
    return new RunningHarrier(url, metricsUrl, home.clientFile(), python, closing);
  }

  private DatabaseSettings database(DatabaseConfig outside) {
    return outside
        .url()
        .map(DatabaseSettings::parse)
        .orElseGet(() -> closing.add(EmbeddedPostgres.start(home.database())).settings());
  }

  private ProcessRuntimeSettings tasks(TasksConfig tasks, Path python) {
    var pythons = new HashMap<String, Path>(tasks.images());
    pythons.put(ProcessRuntimeSettings.ANY_IMAGE, python);
    var defaults = ProcessRuntimeSettings.defaults(home.folder(), python);
    return new ProcessRuntimeSettings(
        home.folder(),
        pythons,
        tasks.coldWorkers(),
        !tasks.requireWalls(),
        defaults.capacity(),
        defaults.limits(),
        defaults.parentIdle(),
        tasks.readable(),
        tasks.environment());
  }

  private Path python(TasksConfig tasks) throws IOException {
    if (tasks.python().isPresent()) {
      return tasks.python().get();
    }
    return new OwnPython(home.folder().resolve("python"), System.getenv()).interpreter();
  }
}
