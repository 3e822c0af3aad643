package dev.harrier.runtime.process.sandbox;

import com.google.gson.JsonParser;
import dev.harrier.runtime.process.folder.Folders;
import dev.harrier.runtime.process.folder.TaskUser;
import dev.harrier.runtime.process.network.OwnNetwork;
import dev.harrier.runtime.process.python.PythonEnvironment;
import dev.harrier.runtime.process.python.Shim;
import dev.harrier.spi.machine.MachineUser;
import dev.harrier.spi.machine.ShortProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds out what walls this machine allows by building each once. */
public final class SandboxProbe {
  private static final Duration TRIAL_LIMIT = Duration.ofSeconds(30);

  private final PythonEnvironment python;
  private final Optional<Bubblewrap> installed;
  private final Shim shim;
  private final Path scratch;
  private final TaskUser user;

  /**
   * @param installed bubblewrap, if it is
   * @param scratch a folder of the server's own for what is tried
   * @param user whom tasks run as
   */
  public SandboxProbe(
      PythonEnvironment python,
      Optional<Bubblewrap> installed,
      Shim shim,
      Path scratch,
      TaskUser user) {
    this.python = python;
    this.installed = installed;
    this.shim = shim;
    this.scratch = scratch;
    this.user = user;
  }

  /**
   * Builds the strongest walls first and those below them only if they cannot be built.
   *
   * @param coldWorkers whether workers shall be cold even where they could be warm
   * @param best the strongest walls to try: the tests of weaker ones run on machines that allow all
   */
  public SandboxReport run(boolean coldWorkers, Walls best) throws IOException {
    var findings = new ArrayList<String>();
    var found = tried(coldWorkers, best, findings);
    var all = new ArrayList<String>();
    user.refusal().ifPresent(why -> all.add("Tasks cannot run as another user: " + why + "."));
    // By what came out: whoever could run as another user does not without walls.
    if (MachineUser.thisIsRoot() && found.user().isEmpty()) {
      all.addAll(asRoot(found.walls()));
    }
    all.addAll(findings);
    return new SandboxReport(found.walls(), found.warm(), found.user(), all);
  }

  private List<String> asRoot(Walls walls) {
    if (walls == Walls.NONE) {
      return List.of(
          "The server runs as root, and so do tasks, with all its powers. Run it as an ordinary"
              + " user.");
    }
    var findings = new ArrayList<String>();
    findings.add(
        "The server runs as root, and so do tasks, without root's powers and without what only"
            + " root may read below "
            + ClosedPaths.TREES.keySet().stream().map(Path::toString).sorted().toList()
            + ". Run it as an ordinary user.");
    installed
        .map(Bubblewrap::leftOpen)
        .filter(left -> left > 0)
        .ifPresent(
            left ->
                findings.add(
                    left + " files that only root may read are too many to hide from tasks."));
    return findings;
  }

  private SandboxReport tried(boolean coldWorkers, Walls best, List<String> findings)
      throws IOException {
    findings.add(
        "The network is not walled but where tasks.egress says so: a task reaches what this machine"
            + " reaches.");
    if (CloudMetadata.answers()) {
      findings.add(CloudMetadata.WARNING);
    }
    findings.add(
        "Memory, disk, processes and processor time of an attempt are watched four times a second,"
            + " not held by a control group.");
    if (best == Walls.NONE) {
      return new SandboxReport(Walls.NONE, !coldWorkers, Optional.empty(), findings);
    }
    if (installed.isEmpty()) {
      findings.add("bubblewrap is not installed: apt-get install bubblewrap");
      return new SandboxReport(Walls.NONE, !coldWorkers, Optional.empty(), findings);
    }
    var bubblewrap = installed.get();
    if (!coldWorkers && best == Walls.NAMESPACES) {
      var refused = namespaces(bubblewrap, findings);
      if (refused.isEmpty()) {
        return new SandboxReport(Walls.NAMESPACES, true, user.other(), findings);
      }
      findings.add("Namespaces inside bubblewrap do not work here: " + refused.get());
    }
    var refused = bubblewrapAlone(bubblewrap);
    if (refused.isEmpty()) {
      return new SandboxReport(Walls.BUBBLEWRAP_EACH, false, user.other(), findings);
    }
    findings.add("bubblewrap does not work here: " + refused.get());
    return new SandboxReport(Walls.NONE, !coldWorkers, Optional.empty(), findings);
  }

  private Optional<String> namespaces(Bubblewrap bubblewrap, List<String> findings)
      throws IOException {
    var folder = user.folder(Files.createTempDirectory(scratch, "probe"));
    var line =
        new ArrayList<>(
            bubblewrap.forParent(
                List.of(shim.folder(), python.prefix(), python.basePrefix()),
                List.of(folder),
                true,
                Optional.empty()));
    line.addAll(
        List.of(python.executable().toString(), "-S", shim.probe().toString(), folder.toString()));
    var trial = tryOut(line);
    Folders.delete(folder);
    if (!trial.output().startsWith("{")) {
      return Optional.of(trial.output());
    }
    var answer = JsonParser.parseString(trial.output()).getAsJsonObject();
    if (answer.has("failed")) {
      return Optional.of(answer.get("failed").getAsString());
    }
    if (!answer.get("filter").getAsBoolean()) {
      findings.add("No system call filter: its table for this processor is not known.");
    }
    return Optional.empty();
  }

  private Optional<String> bubblewrapAlone(Bubblewrap bubblewrap) throws IOException {
    var folder = user.folder(Files.createTempDirectory(scratch, "probe"));
    var line = new ArrayList<String>();
    if (bubblewrap.changesUser()) {
      line.addAll(bubblewrap.forParent(List.of(), List.of(folder), false, Optional.empty()));
    }
    line.addAll(
        bubblewrap.forAttempt(List.of(), List.of(folder), folder, folder, true, Optional.empty()));
    line.add("true");
    var trial = tryOut(line);
    Folders.delete(folder);
    return trial.succeeded() ? Optional.empty() : Optional.of(trial.reason());
  }

  /**
   * Makes a network as parents do, once.
   *
   * @param walls that were found
   * @return why it cannot be made; empty if it can
   */
  public Optional<String> network(OwnNetwork network, Walls walls) throws IOException {
    var folder = user.folder(Files.createTempDirectory(scratch, "probe"));
    var settings = folder.resolve("settings");
    user.replace(scratch, settings, network.told(folder).toString());
    var line = new ArrayList<String>();
    var first = walls == Walls.NAMESPACES;
    if (first || user.other().isPresent()) {
      var readable = List.of(shim.folder(), python.prefix(), python.basePrefix());
      line.addAll(
          installed
              .orElseThrow(() -> new IllegalStateException("walls, but no bubblewrap"))
              .forParent(readable, List.of(folder), first, Optional.of(network)));
    }
    line.addAll(
        List.of(
            python.executable().toString(), "-S", shim.network().toString(), settings.toString()));
    var trial = tryOut(line);
    Folders.delete(folder);
    if (!trial.output().startsWith("{")) {
      return Optional.of(trial.output());
    }
    var answer = JsonParser.parseString(trial.output()).getAsJsonObject();
    return Optional.ofNullable(answer.get("failed")).map(failed -> failed.getAsString());
  }

  private static ShortProgram.Ended tryOut(List<String> line) {
    try {
      return ShortProgram.of(line, TRIAL_LIMIT).withEnvironment(Map.of()).run();
    } catch (IOException broken) {
      return new ShortProgram.Ended(-1, String.valueOf(broken.getMessage()));
    }
  }
}
