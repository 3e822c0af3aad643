package dev.harrier.admin.execution;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.harrier.admin.Inventory;
import dev.harrier.admin.Samples;
import dev.harrier.admin.journal.CommandExchange;
import dev.harrier.admin.journal.PostgresJournal;
import dev.harrier.admin.project.ProjectCheck;
import dev.harrier.admin.project.ProjectSettings;
import dev.harrier.blobstore.BlobStoreSettings;
import dev.harrier.blobstore.FileBlobStore;
import dev.harrier.database.Database;
import dev.harrier.security.Caller;
import dev.harrier.security.policy.PolicyAccess;
import dev.harrier.security.policy.PolicyIndex;
import dev.harrier.security.policy.PolicyReader;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.Journal;
import dev.harrier.spi.PendingCommand;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.Wire;
import flyteidl.admin.ExecutionOuterClass.Execution;
import flyteidl.admin.ExecutionOuterClass.ExecutionCreateRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionSpec;
import flyteidl.admin.ExecutionOuterClass.ExecutionTerminateRequest;
import flyteidl.admin.ExecutionOuterClass.WorkflowExecutionGetRequest;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Literals.LiteralMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** The calls about executions in a project of its own that has one workflow with a launch plan. */
public final class Executions {
  private static final String ISSUER = "http://localhost/test";

  /** Who may run things in production, and see them in development. */
  public static final Caller RUNNER = Caller.of(ISSUER, "sa:runner");

  private static final PolicyIndex POLICY =
      PolicyIndex.of(
          PolicyReader.read(
              """
              apiVersion: authz/v1
              bindings:
                - {name: run, subjects: ["sa:runner"], role: runner, scope: {project: "*", domain: production}}
                - {name: see, subjects: ["sa:runner"], role: viewer, scope: {project: "*", domain: development}}
              """));

  /** Commands that were handed over. */
  public final List<PendingCommand> heard = new CopyOnWriteArrayList<>();

  /** What is registered in the project. */
  public final Inventory inventory;

  /** Shared by all that is made here. */
  public final CommandExchange exchange = new CommandExchange();

  /** What can be launched. */
  public final LaunchTargets targets = new LaunchTargets(new SingleTaskWorkflow());

  /** Whether something may be made. */
  public final ProjectCheck projects;

  /** What an execution's fields need. */
  public final SpecGuards guards;

  private final String project;
  private final Database database;
  private final ExecutionRpc rpc;

  private Executions(Database database, String project, Path folder) {
    this.database = database;
    this.project = project;
    inventory = Inventory.in(database, project);
    inventory.create(task(), Samples.task());
    inventory.create(workflow(), Samples.chain(task(), 2));
    inventory.create(plan(), Samples.launchPlan(workflow()));
    var unused = exchange.subscribe(heard::add);
    var access = new PolicyAccess(ISSUER, Set.of("sa:admin")::contains, () -> POLICY);
    projects = new ProjectCheck(database, ProjectSettings.DEFAULT);
    var store = new ExecutionStore(database);
    guards = new SpecGuards(access, blobs(folder)::key);
    var create =
        new CreateExecution(
            database,
            projects,
            access,
            guards,
            targets,
            new SettingsMerge(ExecutionSettingsDefaults.FLYTE),
            exchange);
    rpc =
        new ExecutionRpc(
            create,
            new RepeatExecution(store, access, guards, create),
            new ChangeExecution(store, access, exchange),
            new ExecutionQueries(store, access, blobs(folder)));
  }

  /** Begins in a new project. */
  public static Executions open(Database database, Path folder) {
    return new Executions(database, "x-" + UUID.randomUUID(), folder);
  }

  private static FileBlobStore blobs(Path folder) {
    try {
      return FileBlobStore.open(
          BlobStoreSettings.of(folder.resolve("blobs"), folder.resolve("key")),
          InstantSource.system(),
          () -> URI.create("http://localhost:1"));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The project. */
  public String project() {
    return project;
  }

  /** The task. */
  public Identifier task() {
    return Samples.id(ResourceType.TASK, project, "t", "v1");
  }

  /** The workflow, which takes x. */
  public Identifier workflow() {
    return Samples.id(ResourceType.WORKFLOW, project, "w", "v1");
  }

  /** Its launch plan. */
  public Identifier plan() {
    return Samples.id(ResourceType.LAUNCH_PLAN, project, "w", "v1");
  }

  /** An id in the project. */
  public ExecutionId id(String name) {
    return new ExecutionId(project, "development", name);
  }

  /** The engine's journal on the same tables. */
  public Journal journal() {
    return new PostgresJournal(database.engine(), exchange, () -> {});
  }

  /** A request for the launch plan with x = 3. */
  public ExecutionCreateRequest.Builder request(String name) {
    return request(name, plan());
  }

  /** A request with x = 3. */
  public ExecutionCreateRequest.Builder request(String name, Identifier launched) {
    return ExecutionCreateRequest.newBuilder()
        .setProject(project)
        .setDomain("development")
        .setName(name)
        .setSpec(ExecutionSpec.newBuilder().setLaunchPlan(launched))
        .setInputs(LiteralMap.newBuilder().putLiterals("x", Samples.literal(3)));
  }

  /** CreateExecution. */
  public ExecutionId create(ExecutionCreateRequest.Builder request) {
    return call(calls -> Wire.executionId(calls.create(request.build()).getId()));
  }

  /** GetExecution. */
  public Execution get(ExecutionId id) {
    return call(
        calls ->
            calls.get(WorkflowExecutionGetRequest.newBuilder().setId(Wire.identifier(id)).build()));
  }

  /** Makes a call as an administrator. */
  public <T> T call(Function<ExecutionRpc, T> call) {
    return as(Inventory.ADMINISTRATOR, call);
  }

  /** Makes a call as somebody. */
  public <T> T as(Caller caller, Function<ExecutionRpc, T> call) {
    var context = caller.bound();
    var before = context.attach();
    try {
      return call.apply(rpc);
    } finally {
      context.detach(before);
    }
  }

  /** Makes a call that is refused. */
  public Rejection refused(Function<ExecutionRpc, ?> call) {
    return refusedAs(Inventory.ADMINISTRATOR, call);
  }

  /** Makes a call that is refused to somebody. */
  public Rejection refusedAs(Caller caller, Function<ExecutionRpc, ?> call) {
    return catchThrowableOfType(RejectedException.class, () -> as(caller, call)).rejection();
  }

  /** Asks for the end of an execution. */
  void terminate(ExecutionId id, String cause) {
    var unused =
        call(
            calls ->
                calls.terminate(
                    ExecutionTerminateRequest.newBuilder()
                        .setId(Wire.identifier(id))
                        .setCause(cause)
                        .build()));
  }
}
