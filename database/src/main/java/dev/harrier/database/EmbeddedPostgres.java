package dev.harrier.database;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.machine.MachineUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL that the program brings along: a real server of its own, reached over a Unix
 * socket that only its own user and root may open, with a password made up at first start, and
 * durable.
 *
 * <p>The server outlives a {@code kill -9} of this process; the next start finds it by its pid file
 * and goes on with it. If the server itself dies, it is started again.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  /** Whom it runs as where this process is root: a number that no system gives to accounts. */
  public static final MachineUser DEFAULT_USER = new MachineUser(65_522, 65_522);

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration RESTART_PAUSE = Duration.ofMillis(200);
  private static final Duration RESTART_PAUSE_MAX = Duration.ofSeconds(5);

  private final PostgresCluster cluster;
  private final Object monitor = new Object();
  private Optional<ProcessHandle> server = Optional.empty();
  private boolean closed;

  private EmbeddedPostgres(PostgresCluster cluster) {
    this.cluster = requireNonNull(cluster, "cluster");
  }

  /**
   * Makes the server at first, else goes on with what is in the folder.
   *
   * @param folder of this server alone; made if missing
   * @throws IllegalStateException that says what this machine lacks, or that the folder was written
   *     by another major version
   */
  public static EmbeddedPostgres start(Path folder) {
    return start(folder, folder, DEFAULT_USER);
  }

  /**
   * The same as another user than usual.
   *
   * @param user whom PostgreSQL runs as, and to whom its files belong, where this process is root
   */
  public static EmbeddedPostgres start(Path folder, MachineUser user) {
    return start(folder, folder, user);
  }

  /**
   * The same with PostgreSQL's programs elsewhere, so that several servers share them.
   *
   * @param programs made if missing; its owner alone may write there
   */
  public static EmbeddedPostgres start(Path folder, Path programs) {
    return start(folder, programs, DEFAULT_USER);
  }

  private static EmbeddedPostgres start(Path folder, Path programs, MachineUser user) {
    try {
      Files.createDirectories(folder);
      Files.createDirectories(programs);
      var password = PostgresPassword.of(folder);
      var cluster = PostgresCluster.in(folder.toRealPath(), programs.toRealPath(), password, user);
      cluster.changeHands();
      cluster.initialize();
      var postgres = new EmbeddedPostgres(cluster);
      synchronized (postgres.monitor) {
        postgres.startOrAdopt();
      }
      return postgres;
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "The embedded PostgreSQL in %s could not be started: %s"
              .formatted(folder, failure.getMessage()),
          failure);
    }
  }

  /** How to reach it. */
  public DatabaseSettings settings() {
    return DatabaseSettings.of(
        "jdbc:postgresql://localhost/" + PostgresCluster.DATABASE,
        PostgresCluster.USER,
        cluster.password(),
        Map.of(
            "socketFactory",
            UnixSocketFactory.class.getName(),
            "socketFactoryArg",
            cluster.socket().toString(),
            "sslmode",
            "disable",
            "requireAuth",
            PostgresCluster.REQUIRED_PROOF));
  }

  /** The server's process, as long as it runs. */
  public Optional<ProcessHandle> process() {
    synchronized (monitor) {
      return server.filter(ProcessHandle::isAlive);
    }
  }

  /** Stops the server; what was committed is kept. */
  @Override
  public void close() {
    synchronized (monitor) {
      if (closed) {
        return;
      }
      closed = true;
      monitor.notifyAll();
      cluster.stop(PostgresCluster.StopMode.FAST);
    }
  }

  /** Leaves the server running and stops caring for it; the next start finds it. */
  void abandon() {
    synchronized (monitor) {
      closed = true;
      monitor.notifyAll();
    }
  }

  private void startOrAdopt() throws IOException {
    var running = cluster.running();
    if (running.isPresent()) {
      if (cluster.answersWithin(START_LIMIT, running.get())) {
        LOG.info("embedded PostgreSQL: goes on with process {}", running.get().pid());
        watch(running.get());
        return;
      }
      LOG.warn("embedded PostgreSQL: process {} does not answer and is stopped", running.get());
      cluster.stop(PostgresCluster.StopMode.IMMEDIATE);
    }
    var started = cluster.launch();
    if (!cluster.answersWithin(START_LIMIT, started)) {
      throw new IOException(
          "the server did not answer; its log %s ends with:%n%s"
              .formatted(cluster.log(), cluster.logTail()));
    }
    watch(started);
  }

  private void watch(ProcessHandle handle) {
    server = Optional.of(handle);
    var unused = handle.onExit().thenAcceptAsync(this::restart, Thread::startVirtualThread);
  }

  private void restart(ProcessHandle dead) {
    var pause = RESTART_PAUSE;
    while (true) {
      synchronized (monitor) {
        if (closed) {
          return;
        }
        LOG.warn("embedded PostgreSQL: process {} is gone, starts again", dead.pid());
        try {
          startOrAdopt();
          return;
        } catch (IOException | RuntimeException failure) {
          // Its other processes may still be on their way out; the log says what is wrong if not.
          LOG.warn("embedded PostgreSQL: did not start again: {}", failure.getMessage());
        }
        try {
          monitor.wait(pause.toMillis());
        } catch (InterruptedException stop) {
          Thread.currentThread().interrupt();
          return;
        }
      }
      var next = pause.multipliedBy(2);
      pause = next.compareTo(RESTART_PAUSE_MAX) > 0 ? RESTART_PAUSE_MAX : next;
    }
  }
}
