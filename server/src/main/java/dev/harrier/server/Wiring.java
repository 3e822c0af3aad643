package dev.harrier.server;

import dev.harrier.admin.AdminServices;
import dev.harrier.admin.AdminSettings;
import dev.harrier.admin.journal.HeldAttempts;
import dev.harrier.admin.query.PageTokenKey;
import dev.harrier.admin.task.ImageRules;
import dev.harrier.blobstore.BlobStoreSettings;
import dev.harrier.blobstore.FileBlobStore;
import dev.harrier.database.Database;
import dev.harrier.database.DatabaseSettings;
import dev.harrier.database.EmbeddedPostgres;
import dev.harrier.journal.AttemptRpc;
import dev.harrier.journal.JournalRpc;
import dev.harrier.journal.Propellers;
import dev.harrier.journal.RemoteJournal;
import dev.harrier.runtime.process.ApiForTasks;
import dev.harrier.runtime.process.ProcessTaskRuntime;
import dev.harrier.security.policy.PolicyAccess;
import dev.harrier.security.rpc.AuthMetadataRpc;
import dev.harrier.security.rpc.IdentityRpc;
import dev.harrier.security.rpc.RpcGate;
import dev.harrier.security.rpc.RpcRules;
import dev.harrier.security.services.SecurityKeys;
import dev.harrier.security.services.SecurityServices;
import dev.harrier.security.services.SecuritySettings;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.server.audit.AuditedAccess;
import dev.harrier.server.config.ConfigurationException;
import dev.harrier.server.config.DatabaseConfig;
import dev.harrier.server.config.HarrierConfig;
import dev.harrier.server.config.ServerRole;
import dev.harrier.server.home.ClientFiles;
import dev.harrier.server.home.Home;
import dev.harrier.server.http.OpenApi;
import dev.harrier.server.page.AccountPages;
import dev.harrier.server.page.AttemptLogs;
import dev.harrier.server.page.BlobPage;
import dev.harrier.server.page.HttpCallers;
import dev.harrier.server.page.LivenessPage;
import dev.harrier.server.page.LogPage;
import dev.harrier.server.page.OpenApiPage;
import dev.harrier.server.page.Redirects;
import dev.harrier.server.page.SecurityPages;
import dev.harrier.server.port.ApiPort;
import dev.harrier.server.port.InternalPort;
import dev.harrier.server.port.MetricsPort;
import dev.harrier.server.port.Peers;
import dev.harrier.server.rpc.ServedRpcs;
import dev.harrier.server.rpc.UnservedRpcs;
import dev.harrier.server.safety.ClockChecks;
import dev.harrier.server.safety.StartChecks;
import dev.harrier.server.tls.ServerIdentity;
import dev.harrier.spi.machine.MachineUser;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    new StartChecks(config, home.files(), clock, MachineUser.thisIsRoot()).beforeOpening();

    // Ports: their numbers are part of names and URLs, so they come first and listen last.
    var port = ApiPort.choose(config.server().address(), config.server().port());
    var metricsAddress = MetricsPort.address(config.server());
    var metricsPort = ApiPort.choose(metricsAddress, config.server().metricsPort());
    var url = ApiPort.url(config.server(), port);
    var metricsUrl = ApiPort.url(metricsAddress, metricsPort);
    var identity = Identities.open(config.server().security(), home, clock);
    identity.ifPresent(one -> closing.add(one.certificate()));

    // What is done from here on is recorded; closed last.
    var auditing = Auditing.open(config.audit(), home, clock, registry);
    closing.add(auditing);
    auditing.configured(config);

    // State. Whom tasks run as comes first: what they read and write belongs to that one.
    var taskUser = OtherUsers.ofTasks(config, home);
    var database = closing.add(Database.open(database(config.database())));
    ClockChecks.againstDatabase(database, clock);
    var blobs =
        FileBlobStore.open(
            BlobStoreSettings.of(
                    config.storage().folder().orElseGet(home::blobs),
                    home.security().resolve("blob-url-key"))
                .ownedBy(OtherUsers.ofBlobs(config, taskUser)),
            clock,
            () -> url);

    // Security.
    var attempts = new HeldAttempts(database);
    var security =
        closing.add(
            new SecurityServices(
                database,
                SecurityKeys.open(home.security(), clock),
                attempts,
                logins(new ServerAddress(url)),
                auditing.log(),
                clock));
    var policy = closing.add(AccessPolicy.open(config.auth().policy(), home, database, clock));
    var issuer = security.address().issuer();
    var access =
        new AuditedAccess(
            new PolicyAccess(issuer, security.accountStatus()::administers, policy.inForce()));

    // The API, and the engine that runs what it records, unless another process does.
    var secrets = SecretParts.open(config.secrets(), home, database, clock, closing);
    AttemptRpc.Tokens tokens =
        (attempt, lifetime) -> security.tokens().forAttempt(attempt, lifetime).value().reveal();
    var admin =
        closing.add(
            AdminServices.open(
                database,
                blobs,
                access,
                AdminSettings.of(ProgramVersion.text())
                    .withImages(new ImageRules(config.tasks().allowedImages()))
                    .withPageTokens(PageTokenKey.open(home.security().resolve("page-token-key")))
                    .withLogs((attempt, uri) -> url.resolve(LogPage.path(attempt)).toString()),
                clock));
    Optional<Engine> engine = Optional.empty();
    Optional<InternalPort> internal = Optional.empty();
    if (config.role() == ServerRole.ALL) {
      var calls = new ApiForTasks(url, identity.flatMap(ServerIdentity::authorityFile), tokens::of);
      var sockets = new Engine.Sockets(admin.journal(), blobs, secrets.forAttempts(), calls);
      engine =
          Optional.of(closing.add(Engine.open(config, home, taskUser, sockets, clock, registry)));
    } else {
      var rules = secrets.rules();
      var journal = admin.journalForOthers();
      var propellers =
          new Propellers(
              access,
              subject -> security.accountStatus().ended(subject, List.of()),
              admin::shardsHeldBy,
              System::nanoTime);
      var services =
          ServedRpcs.forPropellers(
                  new RpcGate(
                      RpcRules.ofPropellers(), security.authenticator(), access, Peers::current),
                  auditing.calls(),
                  registry,
                  config.server().callsMax())
              .add(new JournalRpc(journal, propellers, url))
              .add(
                  new AttemptRpc(
                      journal,
                      propellers,
                      attempts,
                      tokens,
                      (attempt, id) -> rules.find(attempt.node().execution(), id)));
      var around = List.of(SecurityPages.tokensAlone(security), auditing.aroundApi());
      internal =
          Optional.of(
              closing.add(
                  InternalPort.of(
                      config.server(),
                      identity.map(ServerIdentity::certificate),
                      services.services(),
                      around,
                      RemoteJournal.MESSAGE_BYTES_MAX,
                      registry)));
    }

    // What the API's port serves.
    var health = new HealthStatusManager();
    var rpcs =
        ServedRpcs.behind(
                new RpcGate(RpcRules.all(), security.authenticator(), access, Peers::current),
                auditing.calls(),
                registry,
                config.server().callsMax(),
                config.server().callerLimits())
            .add(new AuthMetadataRpc(security.metadata()))
            .add(new IdentityRpc(security.people()))
            .add(policy.rpc(access, issuer, security.accountStatus(), clock))
            .add(health.getHealthService())
            .addAll(admin.services());
    var offered = rpcs.services();
    rpcs.addAll(UnservedRpcs.all());
    var callers = new HttpCallers(security.authenticator());
    var pages =
        new ArrayList<>(
            SecurityPages.of(security, callers, access, redirects(security.address()), clock));
    pages.addAll(
        List.of(
            new LivenessPage(),
            secrets.pages(callers, access),
            new BlobPage(blobs),
            new OpenApiPage(callers, () -> OpenApi.of(offered, ProgramVersion.text())),
            new LogPage(callers, access, logs(engine)),
            auditing.aroundApi()));

    // From here on somebody may call.
    var ready = new AtomicBoolean();
    var metrics =
        closing.add(
            new MetricsPort(
                config.server(),
                metricsPort,
                registry,
                () -> ready.get() ? Optional.empty() : Optional.of("it starts or stops"),
                auditing.aroundMetrics()));
    var api =
        closing.add(
            ApiPort.of(
                config.server(),
                port,
                url,
                identity.map(ServerIdentity::certificate),
                rpcs.services(),
                pages,
                registry));
    identity.ifPresent(one -> one.certificate().start());
    security.start();
    policy.inForce().start(auditing.log());
    admin.start();
    engine.ifPresent(Engine::start);
    metrics.start();
    api.start();
    internal.ifPresent(InternalPort::start);
    new ClientFiles(home, security.clients())
        .write(url, identity.flatMap(ServerIdentity::authorityFile));
    ready.set(true);
    health.setStatus("flyteadmin", ServingStatus.SERVING);
    closing.add(
        () -> {
          ready.set(false);
          health.enterTerminalState();
        });
    var firstAdministrator =
        security
            .links()
            .forFirstAdministrator()
            .map(link -> AccountPages.linkAddress(security.address(), link));
    return new RunningHarrier(
        url,
        metricsUrl,
        home.clientFile(),
        internal.map(InternalPort::url),
        engine.map(Engine::python),
        firstAdministrator,
        api.routes(),
        closing);
  }

  private SecuritySettings logins(ServerAddress address) {
    var auth = config.auth();
    return new SecuritySettings(
        address,
        auth.providers(),
        auth.sessionLimits(),
        auth.lifetimes(),
        config.server().security().callingOrigins(),
        config.server().security().ssl().clientCaFile().isPresent());
  }

  private Redirects redirects(ServerAddress address) {
    return new Redirects(
        address, config.auth().authorizedUris(), config.auth().userAuth().redirectUrl());
  }

  private DatabaseSettings database(DatabaseConfig outside) {
    return outside.url().map(Wiring::parsed).orElseGet(this::embedded);
  }

  private DatabaseSettings embedded() {
    var user = OtherUsers.ofDatabase(config);
    return closing.add(EmbeddedPostgres.start(home.database(), user)).settings();
  }

  private static DatabaseSettings parsed(String url) {
    try {
      return DatabaseSettings.parse(url);
    } catch (IllegalArgumentException wrong) {
      throw new ConfigurationException("database.url: " + wrong.getMessage());
    }
  }

  private AttemptLogs logs(Optional<Engine> engine) {
    return attempt ->
        engine
            .map(here -> here.runtime().log(attempt))
            .or(() -> config.tasks().logs().map(logs -> ProcessTaskRuntime.log(logs, attempt)));
  }
}
