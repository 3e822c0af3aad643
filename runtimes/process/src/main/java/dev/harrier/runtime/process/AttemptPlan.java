package dev.harrier.runtime.process;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.harrier.runtime.process.folder.Names;
import dev.harrier.runtime.process.network.OwnNetwork;
import dev.harrier.runtime.process.outcome.AttemptFacts;
import dev.harrier.runtime.process.python.PythonEnvironment;
import dev.harrier.runtime.process.sandbox.SandboxReport;
import dev.harrier.runtime.process.sandbox.Walls;
import dev.harrier.spi.AttemptStart;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.BlobStore;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Turns a task and its inputs into what a parent and a keeper are told. */
final class AttemptPlan {
  private static final String CHECKPOINTS = "/_flytecheckpoints";
  private static final String TASK_TEMPLATE = "task.pb";

  /** The prefix, the execution, the node with its attempt. */
  private static final int NAMES_BELOW_DATA = 3;

  private final ProcessRuntimeSettings settings;
  private final Workplace workplace;
  private final SandboxReport sandbox;
  private final AttemptFolders folders;
  private final AttemptLimits limits;
  private final BlobStore blobs;
  private final Optional<AttemptApi> api;

  AttemptPlan(
      ProcessRuntimeSettings settings,
      Workplace workplace,
      BlobStore blobs,
      Optional<AttemptApi> api) {
    this.settings = settings;
    this.workplace = workplace;
    this.sandbox = workplace.sandbox();
    this.folders = workplace.folders();
    this.limits = workplace.limits();
    this.blobs = blobs;
    this.api = api;
  }

  /** What is known of an attempt from its task alone. */
  AttemptFacts facts(AttemptStart start, Resources resources) {
    return new AttemptFacts(
        start.id(),
        start.locations().outputPrefix(),
        start.task().getInterface().getOutputs(),
        containerName(start),
        resources.share().cpuMillis(),
        resources.share().memoryBytes());
  }

  /** Writes the inputs, unless they are there. */
  void writeInputs(AttemptStart start) throws IOException {
    var key = start.locations().inputs();
    if (blobs.stat(key).isEmpty()) {
      blobs.write(key, start.inputs().toByteString());
    }
  }

  /** What the parent watches. */
  JsonObject limits(AttemptStart start, Resources resources) {
    var own = Stream.of(folders.work(Names.of(start.id())));
    return limits.of(start, resources, Stream.concat(own, writable(start).stream()).toList());
  }

  /** The folders of the scope's blobs; none if the store keeps them elsewhere. */
  List<Path> data(AttemptStart start) {
    return folder(blobs.uri(new BlobKey(start.id().node().execution().scope(), "x"))).stream()
        .map(Path::getParent)
        .toList();
  }

  /** What the keeper alone reads. */
  JsonObject request(AttemptStart start, PythonEnvironment python, AttemptSecrets.Found secrets)
      throws IOException {
    var name = Names.of(start.id());
    var calls =
        api.isPresent() ? Optional.of(api.get().prepare(start.id())) : Optional.<Path>empty();
    var work = folders.work(name);
    var temporary = work.resolve("tmp");
    var homeFolder = sandbox.walls() == Walls.NONE ? temporary.toString() : "/tmp";
    var defaults = new HashMap<String, String>();
    calls.ifPresent(
        folder -> defaults.put(AttemptApi.VARIABLE, AttemptApi.configurationIn(folder).toString()));
    defaults.putAll(settings.environment());
    var environment = TaskEnvironment.of(start, python, defaults, homeFolder);
    var writable = writable(start);
    var request = new JsonObject();
    request.add("command", texts(command(start).stream()));
    request.add("environment", map(environment));
    request.add("writable", texts(writable.stream().map(Path::toString)));
    var memory = folders.secrets();
    var readOnly = Stream.concat(data(start).stream(), calls.stream()).toList();
    request.add("read_only", texts(readOnly.stream().map(Path::toString)));
    request.addProperty("secrets", secrets.empty() ? "" : memory.file(name).toString());
    request.addProperty("secret_files", memory.files(name).toString());
    request.addProperty("outputs", outputs(start).map(Path::toString).orElse(""));
    request.addProperty("cpu_seconds", limits.cpuSeconds());
    request.addProperty("processes", limits.processesMax());
    var visible = Stream.concat(readOnly.stream(), Stream.of(memory.files(name))).toList();
    if (sandbox.walls() == Walls.BUBBLEWRAP_EACH && !secrets.empty()) {
      folders.user().folder(memory.files(name));
    }
    var scope = start.id().node().execution().scope();
    request.add("bubblewrap", texts(bubblewrap(python, visible, work, temporary, writable, scope)));
    return request;
  }

  private Optional<Path> outputs(AttemptStart start) {
    return folder(blobs.uri(start.locations().outputPrefix()));
  }

  private List<Path> writable(AttemptStart start) {
    var raw = folder(start.locations().rawOutputPrefix());
    raw.ifPresent(folder -> requireRawFolder(folder, data(start)));
    return Stream.concat(folder(blobs.uri(start.locations().outputPrefix())).stream(), raw.stream())
        .toList();
  }

  /**
   * Takes a folder that somebody who started the execution chose a part of.
   *
   * @throws RejectedException INVALID_ARGUMENT if it is among the server's own, or where another
   *     attempt could have put a link in its way
   */
  private void requireRawFolder(Path raw, List<Path> data) {
    var below = data.stream().filter(raw::startsWith).findFirst();
    if (below.isEmpty()) {
      if (raw.normalize().startsWith(settings.home())) {
        throw Rejection.invalid(
            "raw output prefix: expected a folder of the execution's project and domain, or one"
                + " outside of the server's home, found %s",
            raw);
      }
      return;
    }
    // Bubblewrap takes a folder by its name and follows links, and below the folder that one
    // attempt
    // may write another could have put one. The walls of namespaces go by descriptors.
    if (sandbox.walls() == Walls.BUBBLEWRAP_EACH
        && below.get().relativize(raw).getNameCount() != NAMES_BELOW_DATA) {
      throw Rejection.invalid(
          "raw output prefix: expected a folder directly below %s, as bubblewrap walls each task"
              + " off on this machine, found %s",
          below.get(), raw);
    }
  }

  private Stream<String> bubblewrap(
      PythonEnvironment python,
      List<Path> readOnly,
      Path work,
      Path temporary,
      List<Path> writable,
      ProjectDomain scope)
      throws IOException {
    if (sandbox.walls() != Walls.BUBBLEWRAP_EACH) {
      return Stream.empty();
    }
    var readable =
        Stream.of(
                Stream.of(python.prefix(), python.basePrefix()),
                settings.readable().stream(),
                readOnly.stream())
            .flatMap(paths -> paths)
            .toList();
    return workplace
        .wrapper()
        .forAttempt(
            readable,
            Stream.concat(Stream.of(work), writable.stream()).toList(),
            temporary,
            work.resolve("cwd"),
            workplace.networks().fromParent(scope),
            workplace.networks().of(scope).map(OwnNetwork::files))
        .stream();
  }

  private List<String> command(AttemptStart start) throws IOException {
    var container = start.task().getContainer();
    var template =
        Stream.concat(container.getCommandList().stream(), container.getArgsList().stream())
            .toList();
    var locations = start.locations();
    var inputs = blobs.uri(locations.inputs());
    var raw = locations.rawOutputPrefix();
    var values = new HashMap<String, String>();
    values.put("input", inputs);
    values.put("inputprefix", inputs.substring(0, Math.max(0, inputs.lastIndexOf('/'))));
    values.put("outputprefix", blobs.uri(locations.outputPrefix()));
    values.put("rawoutputdataprefix", raw);
    values.put("checkpointoutputprefix", raw + CHECKPOINTS);
    values.put("prevcheckpointprefix", previousCheckpoints(start).orElse("\"\""));
    values.put("perretryuniquekey", containerName(start).replaceAll("[^a-zA-Z0-9_]+", "_"));
    var scope = start.id().node().execution().scope();
    values.put("namespace", scope.project() + "-" + scope.domain());
    if (template.stream()
        .anyMatch(text -> text.toLowerCase(Locale.ROOT).contains("tasktemplatepath"))) {
      var key = locations.outputPrefix().child(TASK_TEMPLATE);
      blobs.write(key, start.task().toByteString());
      values.put("tasktemplatepath", blobs.uri(key));
    }
    return new CommandTemplate(values, start.inputs().getLiteralsMap()).fill(template);
  }

  private static Optional<String> previousCheckpoints(AttemptStart start) {
    var raw = start.locations().rawOutputPrefix();
    var own = "-" + start.id().number();
    if (start.id().number() == 0 || !raw.endsWith(own)) {
      return Optional.empty();
    }
    var before = raw.substring(0, raw.length() - own.length()) + "-" + (start.id().number() - 1);
    return Optional.of(before + CHECKPOINTS);
  }

  private static String containerName(AttemptStart start) {
    var node = start.id().node();
    return "%s-%s-%d".formatted(node.execution().name(), node.path(), start.id().number());
  }

  private static Optional<Path> folder(String uri) {
    if (uri.startsWith("file:///")) {
      return Optional.of(Path.of(uri.substring("file://".length())));
    }
    return uri.startsWith("/") ? Optional.of(Path.of(uri)) : Optional.empty();
  }

  private static JsonArray texts(Stream<String> texts) {
    var array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }

  private static JsonObject map(Map<String, String> map) {
    var json = new JsonObject();
    map.forEach(json::addProperty);
    return json;
  }
}
