package dev.harrier.server;

import static java.util.Objects.requireNonNull;

import dev.harrier.propeller.Propeller;
import dev.harrier.propeller.PropellerSettings;
import dev.harrier.runtime.process.ApiForTasks;
import dev.harrier.runtime.process.AttemptSecrets;
import dev.harrier.runtime.process.ProcessRuntimeSettings;
import dev.harrier.runtime.process.ProcessTaskRuntime;
import dev.harrier.runtime.process.folder.TaskUser;
import dev.harrier.runtime.process.network.Egress;
import dev.harrier.server.config.HarrierConfig;
import dev.harrier.server.config.TasksConfig;
import dev.harrier.server.home.Home;
import dev.harrier.server.python.OwnPython;
import dev.harrier.spi.BlobStore;
import dev.harrier.spi.Journal;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** The engine and the runtime of its tasks, in whichever process they are. */
final class Engine implements AutoCloseable {
  private final Path python;
  private final ProcessTaskRuntime runtime;
  private final Propeller propeller;

  private Engine(Path python, ProcessTaskRuntime runtime, Propeller propeller) {
    this.python = requireNonNull(python, "python");
    this.runtime = requireNonNull(runtime, "runtime");
    this.propeller = requireNonNull(propeller, "propeller");
  }

  /** What the engine meets admin in, and its tasks the API. */
  record Sockets(Journal journal, BlobStore blobs, AttemptSecrets secrets, ApiForTasks api) {
    Sockets {
      requireNonNull(journal, "journal");
      requireNonNull(blobs, "blobs");
      requireNonNull(secrets, "secrets");
      requireNonNull(api, "api");
    }
  }

  /**
   * Makes it; it takes no shard yet.
   *
   * @param user whom tasks run as
   * @throws IOException if the home cannot be read or written
   */
  static Engine open(
      HarrierConfig config,
      Home home,
      TaskUser user,
      Sockets sockets,
      Clock clock,
      MeterRegistry registry)
      throws IOException {
    var python = python(config.tasks(), home);
    var runtime =
        ProcessTaskRuntime.open(
            tasks(config, home, python, user),
            sockets.blobs(),
            sockets.secrets(),
            Optional.of(sockets.api()),
            clock);
    var propeller =
        new Propeller(
            sockets.journal(),
            runtime,
            sockets.blobs(),
            clock,
            home.hostName() + "/" + UUID.randomUUID(),
            PropellerSettings.defaults(),
            new EngineMeter(registry));
    Gauge.builder("harrier.engine.executions", propeller, Propeller::executionsInMemory)
        .description("Executions that the engine has in memory")
        .register(registry);
    return new Engine(python, runtime, propeller);
  }

  /** The interpreter of tasks whose image names no other. */
  Path python() {
    return python;
  }

  ProcessTaskRuntime runtime() {
    return runtime;
  }

  void start() {
    propeller.start();
  }

  /** Gives the shards back; tasks that run go on. */
  @Override
  public void close() {
    try {
      propeller.close();
    } finally {
      runtime.close();
    }
  }

  private static ProcessRuntimeSettings tasks(
      HarrierConfig config, Home home, Path python, TaskUser user) {
    var tasks = config.tasks();
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
            .withEgress(Egress.of(tasks.egress())),
        defaults.parentIdle(),
        tasks.readable(),
        tasks.environment(),
        config.storage().folder().stream().flatMap(Engine::hidden).toList(),
        user);
  }

  /** The folder of blobs; and the home that it is in, if it is in one, where admin's keys are. */
  private static Stream<Path> hidden(Path blobs) {
    var around = blobs.toAbsolutePath().normalize().getParent();
    return around != null && Files.isDirectory(around.resolve("security"))
        ? Stream.of(around, blobs)
        : Stream.of(blobs);
  }

  private static Path python(TasksConfig tasks, Home home) throws IOException {
    if (tasks.python().isPresent()) {
      return tasks.python().get();
    }
    return new OwnPython(home.folder().resolve("python"), System.getenv()).interpreter();
  }
}
