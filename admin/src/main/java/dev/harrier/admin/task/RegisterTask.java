package dev.harrier.admin.task;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.description.DescriptionStore;
import dev.harrier.admin.inventory.Differences;
import dev.harrier.admin.inventory.Digests;
import dev.harrier.admin.inventory.Identifiers;
import dev.harrier.admin.inventory.Required;
import dev.harrier.admin.namedentity.NamedEntityStore;
import dev.harrier.admin.project.ProjectCheck;
import dev.harrier.compiler.CompileError;
import dev.harrier.compiler.Compiled;
import dev.harrier.compiler.TaskCompiler;
import dev.harrier.database.Database;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.admin.TaskOuterClass.TaskSpec;
import flyteidl.core.Compiler.CompiledTask;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Tasks.TaskTemplate;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/** Registers a version of a task. */
public final class RegisterTask {
  private final Database database;
  private final ProjectCheck projects;
  private final Access access;
  private final TaskGuards guards;

  public RegisterTask(Database database, ProjectCheck projects, Access access, TaskGuards guards) {
    this.database = requireNonNull(database, "database");
    this.projects = requireNonNull(projects, "projects");
    this.access = requireNonNull(access, "access");
    this.guards = requireNonNull(guards, "guards");
  }

  /**
   * Stores a task under an id, for good.
   *
   * @param spec its template's own id is replaced by {@code id}
   * @throws RejectedException ALREADY_EXISTS if the same task is there; INVALID_ARGUMENT if another
   *     one is, or if the task is not sound; PERMISSION_DENIED also if the caller lacks what its
   *     identity, its secrets or its pod need
   */
  public void register(Caller caller, Identifier id, TaskSpec spec) {
    Identifiers.check(id, ResourceType.TASK);
    access.require(caller, Permission.INVENTORY_REGISTER, Identifiers.scope(id));
    guards.require(caller, spec.getTemplate(), Identifiers.scope(id));
    var template = spec.getTemplate().toBuilder().setId(id).build();
    var digest = Digests.of(template);
    database
        .api()
        .run(
            "look for the task",
            connection -> {
              projects.requireActive(connection, Identifiers.projectDomain(id));
              Required.present(spec.hasTemplate(), "spec");
              // Clients repeat a refused call three times at once, so what is there already is
              // found before anything is compiled.
              refuseExisting(connection, template, digest);
              return id;
            });
    TaskChecks.check(template);
    compile(template);
    var stored =
        database
            .api()
            .transaction(
                "store the task", connection -> insert(connection, template, spec, digest));
    if (!stored) {
      // Somebody else was faster.
      database
          .api()
          .run(
              "look for the task",
              connection -> {
                refuseExisting(connection, template, digest);
                return id;
              });
    }
  }

  private static boolean insert(
      Connection connection, TaskTemplate template, TaskSpec spec, byte[] digest)
      throws SQLException {
    var shortDescription = spec.getDescription().getShortDescription();
    if (!TaskStore.insert(connection, template, shortDescription, digest)) {
      return false;
    }
    NamedEntityStore.record(connection, template.getId());
    if (spec.hasDescription()) {
      DescriptionStore.insert(connection, template.getId(), spec.getDescription());
    }
    return true;
  }

  private static void refuseExisting(Connection connection, TaskTemplate template, byte[] digest)
      throws SQLException {
    var existing = TaskStore.digest(connection, template.getId());
    if (existing.isEmpty()) {
      return;
    }
    if (Arrays.equals(existing.orElseThrow(), digest)) {
      throw Rejection.alreadyExists("task with identical structure already exists");
    }
    var old = TaskStore.find(connection, template.getId());
    throw Rejection.invalid(
        "%s task with different structure already exists. (Please register a new version of the task):\n%s",
        template.getId().getName(),
        old.map(
                task ->
                    Differences.between(
                        task.getClosure().getCompiledTask(),
                        CompiledTask.newBuilder().setTemplate(template).build()))
            .orElse(""));
  }

  private static void compile(TaskTemplate template) {
    switch (TaskCompiler.compile(template)) {
      case Compiled.Ok<CompiledTask> ok -> {
        // Compiling changes nothing in a task.
      }
      case Compiled.Failed<CompiledTask>(List<CompileError> errors) ->
          throw Rejection.invalid(
              "failed to compile task for [%s] with err: %s",
              Identifiers.text(template.getId()), CompileError.describe(errors));
    }
  }
}
