package dev.harrier.server;

import dev.harrier.blobstore.BlobStoreSettings;
import dev.harrier.blobstore.FileBlobStore;
import dev.harrier.idl.journal.v1.DescribeResponse;
import dev.harrier.runtime.process.ApiForTasks;
import dev.harrier.runtime.process.FlytekitSecrets;
import dev.harrier.server.config.ConfigurationException;
import dev.harrier.server.config.HarrierConfig;
import dev.harrier.server.home.Home;
import dev.harrier.server.port.ApiPort;
import dev.harrier.server.port.MetricsPort;
import dev.harrier.server.role.AdminLine;
import dev.harrier.server.safety.StartChecks;
import dev.harrier.spi.machine.MachineUser;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Makes every part of a propeller in a process of its own, top to bottom: an engine, its tasks, and
 * a line to admin. It opens no database, has no key that signs tokens or URLs, and listens on
 * nothing but its metrics.
 */
public final class PropellerWiring {
  private static final String STARTS_OR_STOPS = "it starts or stops";

  private final HarrierConfig config;
  private final Home home;
  private final Closing closing = new Closing();
  private final Clock clock = Clock.systemUTC();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final AtomicBoolean ready = new AtomicBoolean();

  private PropellerWiring(HarrierConfig config, Home home) {
    this.config = config;
    this.home = home;
  }

  /**
   * Starts a propeller on a home that this process holds; it is at work once it has heard of admin.
   *
   * @throws IOException if the home cannot be read or written
   */
  public static RunningPropeller start(HarrierConfig config, Home home) throws IOException {
    check(config);
    var wiring = new PropellerWiring(config, home);
    try {
      return wiring.start();
    } catch (IOException | RuntimeException e) {
      wiring.closing.close();
      throw e;
    }
  }

  private static void check(HarrierConfig config) {
    if (config.database().url().isPresent()) {
      throw new ConfigurationException(
          "database.url: expected none, as a propeller never opens the database, found one. Give it"
              + " to the role admin alone.");
    }
    if (config.storage().folder().isEmpty()) {
      throw new ConfigurationException(
          "storage.folder: expected the folder that admin keeps blobs in, as a propeller has none"
              + " of its own, found none");
    }
    var admin = config.admin();
    if (admin.clientSecretLocation().isEmpty() && admin.certificateFile().isEmpty()) {
      throw new ConfigurationException(
          "admin: expected clientSecretLocation, or certificateFile and keyFile, to prove that this is '%s', found neither"
              .formatted(admin.clientId()));
    }
  }

  private RunningPropeller start() throws IOException {
    new StartChecks(config, home.files(), clock, MachineUser.thisIsRoot()).beforeOpening();
    var metricsAddress = MetricsPort.address(config.server());
    var metricsPort = ApiPort.choose(metricsAddress, config.server().metricsPort());
    var auditing = closing.add(Auditing.open(config.audit(), home, clock, registry));
    var line = closing.add(AdminLine.open(config.admin(), clock));
    var metrics =
        closing.add(
            new MetricsPort(
                config.server(),
                metricsPort,
                registry,
                () -> unready(line),
                auditing.aroundMetrics()));
    metrics.start();
    return new RunningPropeller(
        ApiPort.url(metricsAddress, metricsPort), line, admin -> begin(line, admin), closing);
  }

  /** Why this propeller takes no work; a line to admin that broke or was closed is a reason. */
  private Optional<String> unready(AdminLine line) {
    return line.trouble().or(() -> ready.get() ? Optional.empty() : Optional.of(STARTS_OR_STOPS));
  }

  private void begin(AdminLine line, DescribeResponse admin) throws IOException {
    var taskUser = OtherUsers.ofTasks(config, home);
    var blobs =
        FileBlobStore.withoutUrls(
            BlobStoreSettings.of(
                    config.storage().folder().orElseThrow(),
                    home.security().resolve("blob-url-key"))
                .ownedBy(OtherUsers.ofBlobs(config, taskUser)),
            clock);
    var attempts = line.attempts();
    var sockets =
        new Engine.Sockets(
            line.journal(admin.getShardCount()),
            blobs,
            start ->
                new FlytekitSecrets((execution, id) -> attempts.secret(start.id(), id)).of(start),
            new ApiForTasks(
                URI.create(admin.getApiUrl()), config.admin().caCertFilePath(), attempts::token));
    var engine = closing.add(Engine.open(config, home, taskUser, sockets, clock, registry));
    engine.start();
    closing.add(() -> ready.set(false));
    ready.set(true);
  }
}
