package dev.harrier.runtime.process;

import static java.util.Objects.requireNonNull;

import dev.harrier.runtime.process.folder.Folders;
import dev.harrier.runtime.process.network.OwnNetworks;
import dev.harrier.runtime.process.python.PythonEnvironment;
import dev.harrier.runtime.process.python.Shim;
import dev.harrier.runtime.process.sandbox.Bubblewrap;
import dev.harrier.runtime.process.sandbox.SandboxProbe;
import dev.harrier.runtime.process.sandbox.SandboxReport;
import dev.harrier.runtime.process.sandbox.Walls;
import dev.harrier.spi.Rejection;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a runtime finds and makes on its machine when it opens.
 *
 * @param process its folder
 * @param python the default one
 * @param bubblewrap if it is installed
 */
record Workplace(
    Path process,
    PythonEnvironment python,
    SandboxReport sandbox,
    Optional<Bubblewrap> bubblewrap,
    AttemptFolders folders,
    AttemptLimits limits,
    OwnNetworks networks,
    Shim shim) {
  private static final Logger LOG = LoggerFactory.getLogger(Workplace.class);

  Workplace {
    requireNonNull(process, "process");
    requireNonNull(python, "python");
    requireNonNull(sandbox, "sandbox");
    requireNonNull(bubblewrap, "bubblewrap");
    requireNonNull(folders, "folders");
    requireNonNull(limits, "limits");
    requireNonNull(networks, "networks");
    requireNonNull(shim, "shim");
  }

  /**
   * Looks at the interpreter and at what walls this machine allows, and makes the folders.
   *
   * @param best the strongest walls to try
   * @param api where tasks call this server
   * @throws dev.harrier.spi.RejectedException if the default interpreter has no flytekit, or tasks
   *     would run without walls and that is not allowed, or this machine cannot hold them to what
   *     they may reach by network; the message says what mends it
   */
  static Workplace open(ProcessRuntimeSettings settings, Instant now, Walls best, Optional<URI> api)
      throws IOException {
    var process = Folders.createPrivate(settings.home().resolve("process"));
    var python = PythonEnvironment.of(settings.python(ProcessRuntimeSettings.ANY_IMAGE));
    var shim = Shim.unpack(process.resolve("shim"));
    var folders =
        new AttemptFolders(process, SecretMemory.open(process, settings.user()), settings.user());
    folders.create();
    folders.sweep(now);
    var scratch = Folders.createPrivate(process.resolve("scratch"));
    var bubblewrap = Bubblewrap.find(settings.home(), settings.hidden(), settings.user().other());
    var probe = new SandboxProbe(python, bubblewrap, shim, scratch, settings.user());
    var sandbox = probe.run(settings.coldWorkers(), best);
    if (sandbox.walls() == Walls.NONE && !settings.unwalledAllowed()) {
      throw Rejection.failedPrecondition(
          "process runtime: expected walls around tasks, found none: %s Allow unwalled tasks to run"
              + " them all the same",
          String.join(" ", sandbox.findings()));
    }
    if (sandbox.walls() == Walls.NONE && settings.limits().egress().needsWalls()) {
      throw Rejection.failedPrecondition(
          "process runtime: tasks.egress says what tasks reach by network, which takes walls, and"
              + " there are none: %s",
          String.join(" ", sandbox.findings()));
    }
    LOG.info("{} {}", sandbox.sentence(), String.join(" ", sandbox.findings()));
    var limits = AttemptLimits.on(settings, process);
    var networks = networks(settings, process, probe, sandbox, api);
    return new Workplace(process, python, sandbox, bubblewrap, folders, limits, networks, shim);
  }

  private static OwnNetworks networks(
      ProcessRuntimeSettings settings,
      Path process,
      SandboxProbe probe,
      SandboxReport sandbox,
      Optional<URI> api)
      throws IOException {
    var egress = settings.limits().egress();
    var networks = OwnNetworks.open(process, egress, api, sandbox.user());
    for (var network : networks.all()) {
      var refused = probe.network(network, sandbox.walls());
      if (refused.isPresent()) {
        throw Rejection.failedPrecondition(
            "process runtime: tasks.egress lists what tasks reach, and this machine cannot hold"
                + " them to it: %s",
            refused.get());
      }
    }
    return networks;
  }

  /** The bubblewrap that these walls are made with. */
  Bubblewrap wrapper() {
    return bubblewrap.orElseThrow(
        () -> new IllegalStateException("walls of bubblewrap, but no bubblewrap"));
  }
}
