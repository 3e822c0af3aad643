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
import dev.harrier.propeller.Propeller;
import dev.harrier.propeller.PropellerSettings;
import dev.harrier.runtime.process.ApiForTasks;
import dev.harrier.runtime.process.Egress;
import dev.harrier.runtime.process.ProcessRuntimeSettings;
import dev.harrier.runtime.process.ProcessTaskRuntime;
import dev.harrier.security.client.Clients;
import dev.harrier.security.oauth.AuthorizationServer;
import dev.harrier.security.oauth.ServerMetadata;
import dev.harrier.security.policy.PolicyAccess;
import dev.harrier.security.provider.Providers;
import dev.harrier.security.rpc.AuthMetadataRpc;
import dev.harrier.security.rpc.IdentityRpc;
import dev.harrier.security.rpc.RpcGate;
import dev.harrier.security.rpc.RpcRules;
import dev.harrier.security.session.KnownBrowsers;
import dev.harrier.security.session.People;
import dev.harrier.security.session.Rechecks;
import dev.harrier.security.session.Seal;
import dev.harrier.security.session.SessionCallers;
import dev.harrier.security.session.Sessions;
import dev.harrier.security.sweep.Sweep;
import dev.harrier.security.token.Authenticator;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.security.token.SigningKeys;
import dev.harrier.security.token.Standing;
import dev.harrier.security.token.TokenIssuer;
import dev.harrier.security.token.TokenVerifier;
import dev.harrier.security.user.LoginDelays;
import dev.harrier.security.user.PasswordLinks;
import dev.harrier.security.user.PasswordLogin;
import dev.harrier.security.user.Users;
import dev.harrier.server.audit.AuditedAccess;
import dev.harrier.server.config.ConfigurationException;
import dev.harrier.server.config.DatabaseConfig;
import dev.harrier.server.config.HarrierConfig;
import dev.harrier.server.config.TasksConfig;
import dev.harrier.server.home.ClientFiles;
import dev.harrier.server.home.Home;
import dev.harrier.server.http.OpenApi;
import dev.harrier.server.page.AccountPages;
import dev.harrier.server.page.AuthorizePage;
import dev.harrier.server.page.BlobPage;
import dev.harrier.server.page.BrowserLogins;
import dev.harrier.server.page.DevicePage;
import dev.harrier.server.page.Forms;
import dev.harrier.server.page.HttpCallers;
import dev.harrier.server.page.LivenessPage;
import dev.harrier.server.page.LogPage;
import dev.harrier.server.page.LoginPage;
import dev.harrier.server.page.LogoutPage;
import dev.harrier.server.page.OpenApiPage;
import dev.harrier.server.page.PasswordPage;
import dev.harrier.server.page.ProviderPages;
import dev.harrier.server.page.Redirects;
import dev.harrier.server.page.SessionPages;
import dev.harrier.server.page.TokenPages;
import dev.harrier.server.port.ApiPort;
import dev.harrier.server.port.MetricsPort;
import dev.harrier.server.port.Peers;
import dev.harrier.server.python.OwnPython;
import dev.harrier.server.rpc.ServedRpcs;
import dev.harrier.server.rpc.UnservedRpcs;
import dev.harrier.server.safety.ClockChecks;
import dev.harrier.server.safety.StartChecks;
import dev.harrier.server.tls.ServerIdentity;
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
    new StartChecks(config, home.files(), clock, System.getProperty("user.name")).beforeOpening();

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

    // State.
    var database = closing.add(Database.open(database(config.database())));
    ClockChecks.againstDatabase(database, clock);
    var blobs =
        FileBlobStore.open(
            BlobStoreSettings.of(home.blobs(), home.security().resolve("blob-url-key")),
            clock,
            () -> url);

    // Security.
    var address = new ServerAddress(url);
    var signingKeys = SigningKeys.open(home.security().resolve("signing-key.json"), clock);
    var standing = closing.add(new Standing(database, clock));
    var verifier =
        new TokenVerifier(
            address.issuer(), signingKeys, clock, standing, new HeldAttempts(database));
    var providers =
        closing.add(
            new Providers(
                config.auth().providers(),
                address.at(ServerAddress.CALLBACK_PATH),
                standing,
                clock));
    var people = new People(database, standing, clock);
    var seal = Seal.open(home.security().resolve("session-key"));
    var sessions =
        new Sessions(database, standing, people, seal, config.auth().sessionLimits(), clock);
    var rechecks =
        closing.add(new Rechecks(sessions, providers, config.auth().sessionLimits().recheck()));
    var authenticator =
        new Authenticator(
            verifier,
            providers,
            new SessionCallers(sessions, address, config.server().security().callingOrigins()));
    var policy = closing.add(AccessPolicy.open(config.auth().policy(), home, database, clock));
    var access =
        new AuditedAccess(
            new PolicyAccess(address.issuer(), standing::administers, policy.inForce()));

    // Logins.
    var users = new Users(database, standing, clock);
    var links = new PasswordLinks(database, standing, clock);
    var delays = new LoginDelays(database, clock);
    var logins = PasswordLogin.of(users, links, delays);
    var clients = new Clients(database, standing, clock);
    var issuer = new TokenIssuer(address.issuer(), signingKeys, clock);
    var authorization =
        AuthorizationServer.of(
            address,
            database,
            clients,
            standing,
            issuer,
            verifier,
            config.auth().lifetimes(),
            clock);
    var described =
        new ServerMetadata(address, config.server().security().ssl().clientCaFile().isPresent());
    var forms = new Forms(address);
    var known = new KnownBrowsers(seal, address, clock);
    var browsers = new BrowserLogins(logins, providers, sessions, known, address);
    var redirects =
        new Redirects(
            address, config.auth().authorizedUris(), config.auth().userAuth().redirectUrl());
    var sweep = closing.add(new Sweep(database, signingKeys, clock));

    // Tasks.
    var secrets = SecretParts.open(config.secrets(), home, database, clock);
    var python = python(config.tasks());
    var runtime =
        closing.add(
            ProcessTaskRuntime.open(
                tasks(config.tasks(), python),
                blobs,
                secrets.forAttempts(),
                Optional.of(
                    new ApiForTasks(
                        url,
                        identity.flatMap(ServerIdentity::authorityFile),
                        (attempt, lifetime) ->
                            issuer.forAttempt(attempt, lifetime).value().reveal())),
                clock));

    // The API, and the engine that runs what it records.
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
                new RpcGate(RpcRules.all(), authenticator, access, Peers::current),
                auditing.calls(),
                registry,
                config.server().callsMax(),
                config.server().callerLimits())
            .add(new AuthMetadataRpc(described))
            .add(new IdentityRpc(people))
            .add(policy.rpc(access, address.issuer(), standing, clock))
            .add(health.getHealthService())
            .addAll(admin.services());
    var offered = rpcs.services();
    rpcs.addAll(UnservedRpcs.all());
    var callers = new HttpCallers(authenticator);
    var pages =
        List.of(
            new LivenessPage(),
            new TokenPages(described, authorization, signingKeys),
            new LoginPage(browsers, redirects, forms),
            new LogoutPage(browsers, redirects, forms),
            new ProviderPages(browsers, redirects, seal, address, clock),
            new AuthorizePage(authorization.authorize(), browsers, forms),
            new DevicePage(authorization.devices(), browsers, delays, forms),
            new PasswordPage(links, known, forms),
            new AccountPages(
                callers, access, users, links, clients, signingKeys, sessions, people, address),
            new SessionPages(callers, sessions),
            secrets.pages(callers, access),
            new BlobPage(blobs),
            new OpenApiPage(callers, () -> OpenApi.of(offered, ProgramVersion.text())),
            new LogPage(
                callers,
                access,
                attempt -> Optional.of(runtime.log(attempt)).filter(Files::isRegularFile)),
            auditing.aroundApi());

    // From here on somebody may call.
    var ready = new AtomicBoolean();
    var metrics =
        closing.add(
            new MetricsPort(
                config.server(), metricsPort, registry, ready::get, auditing.aroundMetrics()));
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
    standing.start();
    policy.inForce().start();
    sweep.start();
    rechecks.start();
    admin.start();
    propeller.start();
    metrics.start();
    api.start();
    new ClientFiles(home, clients).write(url, identity.flatMap(ServerIdentity::authorityFile));
    ready.set(true);
    health.setStatus("flyteadmin", ServingStatus.SERVING);
    closing.add(
        () -> {
          ready.set(false);
          health.enterTerminalState();
        });
    var firstAdministrator =
        links.forFirstAdministrator().map(link -> AccountPages.linkAddress(address, link));
    return new RunningHarrier(
        url, metricsUrl, home.clientFile(), python, firstAdministrator, api.routes(), closing);
  }

  private DatabaseSettings database(DatabaseConfig outside) {
    return outside
        .url()
        .map(Wiring::parsed)
        .orElseGet(() -> closing.add(EmbeddedPostgres.start(home.database())).settings());
  }

  private static DatabaseSettings parsed(String url) {
    try {
      return DatabaseSettings.parse(url);
    } catch (IllegalArgumentException wrong) {
      throw new ConfigurationException("database.url: " + wrong.getMessage());
    }
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
        defaults
            .limits()
            .withMachineShare(
                tasks.limits().processes(), tasks.limits().memory(), tasks.limits().storage())
            .withEgress(new Egress(tasks.egress())),
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
