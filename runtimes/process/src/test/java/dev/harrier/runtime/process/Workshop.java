package dev.harrier.runtime.process;

import com.google.protobuf.ByteString;
import dev.harrier.runtime.process.folder.Names;
import dev.harrier.runtime.process.sandbox.Walls;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.AttemptStart;
import dev.harrier.spi.DataLayout;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.Observation;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.testkit.Observed;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Interface.TypedInterface;
import flyteidl.core.Interface.Variable;
import flyteidl.core.Interface.VariableMap;
import flyteidl.core.Literals.KeyValuePair;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Security.SecurityContext;
import flyteidl.core.Tasks.Container;
import flyteidl.core.Tasks.Resources;
import flyteidl.core.Tasks.TaskTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A home, a blob store and a runtime on them, for one test. */
final class Workshop implements AutoCloseable {
  private static final long DOCUMENT_BYTES_MAX = 64L << 20;
  static final ProjectDomain SCOPE = new ProjectDomain("flytesnacks", "development");

  final Path home;
  final FolderBlobs blobs;
  private final Walls best;
  final ProcessRuntimeSettings settings;
  Observed observed = new Observed();
  ProcessTaskRuntime runtime;
  volatile AttemptSecrets secrets = AttemptSecrets.NONE;

  /** What tasks call, from the next {@link #reopen} on. */
  Optional<ApiForTasks> api = Optional.empty();

  Workshop(Path folder, UnaryOperator<ProcessRuntimeSettings> change) throws IOException {
    this(folder, change, Walls.NAMESPACES);
  }

  Workshop(Path folder, UnaryOperator<ProcessRuntimeSettings> change, Walls best)
      throws IOException {
    this.best = best;
    home = folder.resolve("home");
    blobs = new FolderBlobs(folder.resolve("blobs"));
    settings =
        change.apply(
            ProcessRuntimeSettings.defaults(home, TestPython.path())
                .withParentIdle(Duration.ofSeconds(20)));
    Files.createDirectories(blobs.path(DataLayout.upload(SCOPE, "x", "y")).resolveSibling("."));
    runtime = open();
    runtime.observe(observed);
  }

  ProcessTaskRuntime open() throws IOException {
    return ProcessTaskRuntime.open(
        settings, blobs, start -> secrets.of(start), api, Clock.systemUTC(), best);
  }

  /** Has an attempt ended and forgotten, and waits: its parent writes into the home until then. */
  void end(AttemptId id) {
    runtime.abort(id, 1, "seen enough");
    runtime.acknowledge(id);
    var left = home.resolve("process/attempts").resolve(Names.of(id));
    Processes.await(() -> !Files.exists(left));
  }

  /** A new runtime on the same home, as after a restart of the server. */
  void reopen() throws IOException {
    observed = new Observed();
    runtime = open();
    runtime.observe(observed);
  }

  @Override
  public void close() {
    runtime.close();
  }

  static AttemptId attempt(String node) {
    return attempt(node, 0);
  }

  static AttemptId attempt(String node, int number) {
    return attempt(SCOPE, node, number);
  }

  static AttemptId attempt(ProjectDomain scope, String node, int number) {
    return new AttemptId(
        new NodeId(new ExecutionId(scope.project(), scope.domain(), "f1"), node), number);
  }

  /** A shell script as a task without outputs. */
  static TaskTemplate shell(String script) {
    return container(List.of("sh", "-c", script));
  }

  static TaskTemplate container(List<String> command) {
    return TaskTemplate.newBuilder()
        .setType("raw-container")
        .setContainer(Container.newBuilder().setImage("any").addAllCommand(command))
        .build();
  }

  static TaskTemplate withResources(TaskTemplate task, Resources resources) {
    var builder = task.toBuilder();
    builder.getContainerBuilder().setResources(resources);
    return builder.build();
  }

  static TaskTemplate withEnvironment(TaskTemplate task, Map<String, String> variables) {
    var builder = task.toBuilder();
    variables.forEach(
        (name, value) ->
            builder
                .getContainerBuilder()
                .addEnv(KeyValuePair.newBuilder().setKey(name).setValue(value)));
    return builder.build();
  }

  static TaskTemplate withOutputs(TaskTemplate task, String... names) {
    var outputs = VariableMap.newBuilder();
    for (var name : names) {
      outputs.putVariables(name, Variable.getDefaultInstance());
    }
    return task.toBuilder().setInterface(TypedInterface.newBuilder().setOutputs(outputs)).build();
  }

  AttemptStart start(AttemptId id, TaskTemplate task) {
    return start(id, 1, task, LiteralMap.getDefaultInstance(), Optional.empty());
  }

  AttemptStart start(
      AttemptId id, long epoch, TaskTemplate task, LiteralMap inputs, Optional<Duration> timeout) {
    return new AttemptStart(
        id,
        epoch,
        task,
        inputs,
        new AttemptStart.DataLocations(
            DataLayout.inputs(id.node()),
            DataLayout.outputPrefix(id),
            blobs.uri(DataLayout.rawPrefix(id))),
        Map.of(),
        timeout,
        false,
        SecurityContext.getDefaultInstance(),
        Identifier.getDefaultInstance(),
        Identifier.getDefaultInstance());
  }

  /** The same with raw data elsewhere. */
  AttemptStart withRaw(AttemptStart start, String rawOutputPrefix) {
    return new AttemptStart(
        start.id(),
        start.epoch(),
        start.task(),
        start.inputs(),
        new AttemptStart.DataLocations(
            start.locations().inputs(), start.locations().outputPrefix(), rawOutputPrefix),
        start.environment(),
        start.timeout(),
        start.interruptible(),
        start.securityContext(),
        start.workflow(),
        start.launchPlan());
  }

  /** Runs to the end. */
  Observation run(AttemptId id, TaskTemplate task) {
    runtime.start(start(id, task));
    return observed.awaitEnd(id);
  }

  Observation.Failed fail(AttemptId id, TaskTemplate task) {
    return (Observation.Failed) run(id, task);
  }

  String log(AttemptId id) throws IOException {
    return Files.exists(runtime.log(id)) ? Files.readString(runtime.log(id)) : "";
  }

  Optional<ByteString> output(AttemptId id, String name) throws IOException {
    return blobs.read(DataLayout.outputPrefix(id).child(name), DOCUMENT_BYTES_MAX);
  }
}
