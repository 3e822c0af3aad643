package dev.harrier.admin.workflow;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.description.DescriptionStore;
import dev.harrier.admin.inventory.Differences;
import dev.harrier.admin.inventory.Identifiers;
import dev.harrier.admin.inventory.Required;
import dev.harrier.admin.namedentity.NamedEntityStore;
import dev.harrier.admin.project.ProjectCheck;
import dev.harrier.admin.task.TaskGuards;
import dev.harrier.compiler.NodeTree;
import dev.harrier.database.Database;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.admin.WorkflowOuterClass.CreateWorkflowFailureReason;
import flyteidl.admin.WorkflowOuterClass.WorkflowErrorExistsDifferentStructure;
import flyteidl.admin.WorkflowOuterClass.WorkflowErrorExistsIdenticalStructure;
import flyteidl.admin.WorkflowOuterClass.WorkflowSpec;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Registers a version of a workflow: compiles it and stores the closed graph. */
public final class RegisterWorkflow {
  private final Database database;
  private final ProjectCheck projects;
  private final Access access;
  private final TaskGuards guards;
  private final CompileWorkflow compile;

  public RegisterWorkflow(
      Database database,
      ProjectCheck projects,
      Access access,
      TaskGuards guards,
      CompileWorkflow compile) {
    this.database = requireNonNull(database, "database");
    this.projects = requireNonNull(projects, "projects");
    this.access = requireNonNull(access, "access");
    this.guards = requireNonNull(guards, "guards");
    this.compile = requireNonNull(compile, "compile");
  }

  /**
   * Stores a workflow under an id, for good.
   *
   * @param spec its template's own id is replaced by {@code id}
   * @throws RejectedException ALREADY_EXISTS if the same workflow is there; INVALID_ARGUMENT if
   *     another one is, if the workflow does not compile, or if a node overrides resources with
   *     what is no quantity
   */
  public void register(Caller caller, Identifier id, WorkflowSpec spec) {
    Identifiers.check(id, ResourceType.WORKFLOW);
    access.require(caller, Permission.INVENTORY_REGISTER, Identifiers.scope(id));
    requireOverrides(caller, id, spec);
    var template = spec.getTemplate().toBuilder().setId(id).build();
    var digest = WorkflowDigest.of(template, spec.getSubWorkflowsList());
    var existing =
        database
            .api()
            .run(
                "look for the workflow",
                connection -> {
                  projects.requireActive(connection, Identifiers.projectDomain(id));
                  Required.present(spec.hasTemplate(), "spec");
                  return WorkflowStore.digest(connection, id);
                });
    // Clients repeat a refused call three times at once, so what is there already is found before
    // anything is compiled.
    refuseIdentical(id, existing, digest);
    OverrideChecks.check(template, spec.getSubWorkflowsList());
    var closure = compile.compile(caller, template, spec.getSubWorkflowsList());
    if (existing.isPresent()) {
      throw different(id, closure);
    }
    var stored =
        database
            .api()
            .transaction(
                "store the workflow", connection -> insert(connection, closure, spec, digest));
    if (!stored) {
      // Somebody else was faster.
      refuseIdentical(
          id,
          database
              .api()
              .run("look for the workflow", connection -> WorkflowStore.digest(connection, id)),
          digest);
      throw different(id, closure);
    }
  }

  /** What a node puts in the place of its task's own is asked for as the task's would be. */
  private void requireOverrides(Caller caller, Identifier id, WorkflowSpec spec) {
    Stream.concat(Stream.of(spec.getTemplate()), spec.getSubWorkflowsList().stream())
        .forEach(
            workflow ->
                NodeTree.forEach(
                    workflow,
                    node ->
                        guards.require(
                            caller, node.getTaskNode().getOverrides(), Identifiers.scope(id))));
  }

  private static boolean insert(
      Connection connection, CompiledWorkflowClosure closure, WorkflowSpec spec, byte[] digest)
      throws SQLException {
    var id = closure.getPrimary().getTemplate().getId();
    var shortDescription = spec.getDescription().getShortDescription();
    if (!WorkflowStore.insert(connection, closure, shortDescription, digest)) {
      return false;
    }
    NamedEntityStore.record(connection, id);
    if (spec.hasDescription()) {
      DescriptionStore.insert(connection, id, spec.getDescription());
    }
    return true;
  }

  private static void refuseIdentical(Identifier id, Optional<byte[]> existing, byte[] digest) {
    if (existing.filter(stored -> Arrays.equals(stored, digest)).isPresent()) {
      throw Rejection.alreadyExists("workflow with identical structure already exists")
          .with(
              CreateWorkflowFailureReason.newBuilder()
                  .setExistsIdenticalStructure(
                      WorkflowErrorExistsIdenticalStructure.newBuilder().setId(id))
                  .build());
    }
  }

  private RejectedException different(Identifier id, CompiledWorkflowClosure wanted) {
    var old =
        database
            .api()
            .run(
                "read the workflow",
                connection -> {
                  var summary = WorkflowStore.summary(connection, id);
                  return summary.isEmpty()
                      ? Optional.<CompiledWorkflowClosure>empty()
                      : ClosureStore.find(connection, summary.orElseThrow().closureDigest());
                });
    return Rejection.invalid(
            "%s workflow with different structure already exists. (Please register a new version of the workflow):\n%s",
            id.getName(), old.map(closure -> Differences.between(closure, wanted)).orElse(""))
        .with(
            CreateWorkflowFailureReason.newBuilder()
                .setExistsDifferentStructure(
                    WorkflowErrorExistsDifferentStructure.newBuilder().setId(id))
                .build());
  }
}
