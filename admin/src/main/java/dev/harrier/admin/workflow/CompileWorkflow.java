package dev.harrier.admin.workflow;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.inventory.Differences;
import dev.harrier.admin.inventory.Identifiers;
import dev.harrier.admin.launchplan.LaunchPlanStore;
import dev.harrier.admin.task.TaskStore;
import dev.harrier.compiler.CompileError;
import dev.harrier.compiler.Compiled;
import dev.harrier.compiler.LaunchPlanInterface;
import dev.harrier.compiler.WorkflowCompiler;
import dev.harrier.database.Database;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.core.Compiler.CompiledTask;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Workflow.WorkflowTemplate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Compiles a workflow with the tasks and launch plans that it refers to. */
public final class CompileWorkflow {
  private final Database database;
  private final Access access;

  public CompileWorkflow(Database database, Access access) {
    this.database = requireNonNull(database, "database");
    this.access = requireNonNull(access, "access");
  }

  private record References(
      Map<Identifier, CompiledTask> tasks, Map<Identifier, LaunchPlanInterface> launchPlans) {}

  /**
   * The closed graph.
   *
   * @throws RejectedException INVALID_ARGUMENT with all errors, or with the first reference that
   *     leads nowhere; PERMISSION_DENIED if the caller may not read something that is referred to
   */
  public CompiledWorkflowClosure compile(
      Caller caller, WorkflowTemplate template, List<WorkflowTemplate> subWorkflows) {
    var tasks = WorkflowCompiler.requiredTasks(template, subWorkflows);
    var plans = WorkflowCompiler.requiredLaunchPlans(template, subWorkflows);
    requireReadable(caller, tasks);
    requireReadable(caller, plans);
    var found =
        database
            .api()
            .run(
                "read what the workflow refers to",
                connection ->
                    new References(
                        TaskStore.compiled(connection, tasks),
                        LaunchPlanStore.interfaces(connection, plans)));
    var compiled =
        WorkflowCompiler.compile(
            template,
            subWorkflows,
            inOrder(template, ResourceType.TASK, tasks, found.tasks()),
            inOrder(template, ResourceType.LAUNCH_PLAN, plans, found.launchPlans()));
    return switch (compiled) {
      case Compiled.Ok<CompiledWorkflowClosure>(CompiledWorkflowClosure closure) -> closure;
      case Compiled.Failed<CompiledWorkflowClosure>(List<CompileError> errors) ->
          throw failed(template, shortened(CompileError.describe(errors)));
    };
  }

  private void requireReadable(Caller caller, Collection<Identifier> ids) {
    ids.stream()
        .map(Identifiers::scope)
        .distinct()
        .forEach(scope -> access.require(caller, Permission.INVENTORY_READ, scope));
  }

  private static <T> List<T> inOrder(
      WorkflowTemplate template,
      ResourceType kind,
      Collection<Identifier> ids,
      Map<Identifier, T> found) {
    var things = new ArrayList<T>();
    for (var id : ids) {
      var thing = found.get(Identifiers.plain(id, kind));
      if (thing == null) {
        throw failed(template, Identifiers.missingText(Identifiers.plain(id, kind)));
      }
      things.add(thing);
    }
    return things;
  }

  private static RejectedException failed(WorkflowTemplate template, String why) {
    return Rejection.invalid(
        "failed to compile workflow for [%s] with err: %s",
        Identifiers.text(template.getId()), why);
  }

  // The text travels in a header, and clients take only so much of those.
  private static String shortened(String text) {
    return text.length() <= Differences.CHARACTERS_MAX
        ? text
        : text.substring(0, Differences.CHARACTERS_MAX)
            + "\n... [there are more errors than fit into an answer]";
  }
}
