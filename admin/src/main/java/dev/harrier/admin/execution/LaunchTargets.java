package dev.harrier.admin.execution;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.harrier.admin.inventory.Identifiers;
import dev.harrier.admin.query.Sql;
import dev.harrier.admin.task.TaskStore;
import dev.harrier.admin.workflow.ClosureStore;
import dev.harrier.database.Rows;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanSpec;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Interface.ParameterMap;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Finds what can be launched. Versions never change, so what was found once is remembered. */
public final class LaunchTargets {
  private static final int REMEMBERED_MAX = 1_000;

  private final Cache<Identifier, LaunchTarget> found =
      Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).build();
  private final SingleTaskWorkflow singleTask;

  public LaunchTargets(SingleTaskWorkflow singleTask) {
    this.singleTask = requireNonNull(singleTask, "singleTask");
  }

  /**
   * What that launch plan or task launches.
   *
   * @param id whole, of a launch plan or a task
   * @return empty if there is none of that name
   */
  public Optional<LaunchTarget> find(Connection connection, Identifier id) throws SQLException {
    var remembered = found.getIfPresent(id);
    if (remembered != null) {
      return Optional.of(remembered);
    }
    var target =
        id.getResourceType() == ResourceType.TASK ? task(connection, id) : plan(connection, id);
    target.ifPresent(value -> found.put(id, value));
    return target;
  }

  private static Optional<LaunchTarget> plan(Connection connection, Identifier id)
      throws SQLException {
    return Sql.first(
        connection,
        """
        SELECT l.spec, l.expected_inputs, w.project, w.domain, w.name, w.version, w.closure_digest,
          c.bytes AS closure
        FROM launch_plan l JOIN workflow w ON w.project = l.workflow_project
          AND w.domain = l.workflow_domain AND w.name = l.workflow_name
          AND w.version = l.workflow_version JOIN closure c ON c.digest = w.closure_digest
        WHERE l.project = ? AND l.domain = ? AND l.name = ? AND l.version = ?
        """,
        row ->
            new LaunchTarget(
                Identifiers.read(row, ResourceType.WORKFLOW),
                Rows.text(row, "closure_digest"),
                Rows.message(row, "expected_inputs", ParameterMap.parser()),
                Rows.message(row, "spec", LaunchPlanSpec.parser()),
                LaunchTarget.needs(Rows.message(row, "closure", CompiledWorkflowClosure.parser()))),
        Identifiers.binds(id));
  }

  private Optional<LaunchTarget> task(Connection connection, Identifier id) throws SQLException {
    var task = TaskStore.find(connection, id);
    if (task.isEmpty()) {
      return Optional.empty();
    }
    var closure = singleTask.around(task.get().getClosure().getCompiledTask());
    var workflow = closure.getPrimary().getTemplate();
    return Optional.of(
        new LaunchTarget(
            workflow.getId(),
            ClosureStore.put(connection, closure),
            SingleTaskWorkflow.expectedInputs(workflow.getInterface()),
            LaunchPlanSpec.getDefaultInstance(),
            LaunchTarget.needs(closure)));
  }
}
