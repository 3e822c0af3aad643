package dev.harrier.admin.child;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.execution.ExecutionStore;
import dev.harrier.admin.execution.LaunchTargets;
import dev.harrier.admin.execution.SpecGuards;
import dev.harrier.admin.inventory.Identifiers;
import dev.harrier.admin.project.ProjectCheck;
import dev.harrier.admin.query.Bind;
import dev.harrier.admin.query.Sql;
import dev.harrier.compiler.InputChecks;
import dev.harrier.database.Rows;
import dev.harrier.idl.engine.v1.ChildRequest;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionPhase;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.Failure;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.PendingCommand;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Wire;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Creates one child execution, in one transaction with the answer to the node that asked for it:
 * its row, its first command, and {@link Command.ChildLaunched} for the parent. What cannot be
 * created is answered with {@link Command.ChildRefused}.
 */
public final class LaunchChild {
  private final LaunchTargets targets;
  private final ProjectCheck projects;
  private final SpecGuards guards;
  private final NamedPlans named = new NamedPlans();

  public LaunchChild(LaunchTargets targets, ProjectCheck projects, SpecGuards guards) {
    this.targets = requireNonNull(targets, "targets");
    this.projects = requireNonNull(projects, "projects");
    this.guards = requireNonNull(guards, "guards");
  }

  private record Waiting(ExecutionRef parent, ChildRequest request) {}

  /**
   * Carries out a request, if nobody else does so right now.
   *
   * @return commands to be handed over after the commit
   */
  List<PendingCommand> launch(Connection connection, long requestId) throws SQLException {
    var taken = takeAwaited(connection, requestId);
    if (taken.isEmpty()) {
      return List.of();
    }
    var parent = taken.get().parent();
    var request = taken.get().request();
    var child = Wire.executionId(request.getChild());
    try {
      return create(connection, parent, child, request);
    } catch (RejectedException refusal) {
      return List.of(refuse(connection, parent, request, refusal.rejection().message()));
    }
  }

  /**
   * Answers a request that cannot be carried out.
   *
   * @return commands to be handed over after the commit; none if nobody waits any more
   */
  List<PendingCommand> refuse(Connection connection, long requestId, String why)
      throws SQLException {
    var taken = takeAwaited(connection, requestId);
    return taken.isEmpty()
        ? List.of()
        : List.of(refuse(connection, taken.get().parent(), taken.get().request(), why));
  }

  /** Removes the request; empty if its node was ended meanwhile, so that nobody waits for it. */
  private static Optional<Waiting> takeAwaited(Connection connection, long requestId)
      throws SQLException {
    var taken = take(connection, requestId);
    return taken.isPresent()
            && executionRuns(connection, taken.get().parent())
            && nodeWaits(connection, taken.get().parent(), taken.get().request().getNodePath())
        ? taken
        : Optional.empty();
  }

  private List<PendingCommand> create(
      Connection connection, ExecutionRef parent, ExecutionId child, ChildRequest request)
      throws SQLException {
    projects.requireActive(connection, child.scope());
    var plan = request.getLaunchPlan();
    if (!named.names(connection, parent, plan)) {
      return List.of(
          refuse(
              connection,
              parent,
              request,
              "expected one that its parent's workflow has a node of"));
    }
    var target = targets.find(connection, plan).orElseThrow(() -> Identifiers.missing(plan));
    guards.require(request.getInherited().getHeldPermissionsList(), plan, target, child.scope());
    var problems =
        InputChecks.check(
            target.expectedInputs(), target.plan().getFixedInputs(), request.getInputs());
    if (!problems.isEmpty()) {
      return List.of(refuse(connection, parent, request, String.join("; ", problems)));
    }
    var created =
        ExecutionStore.insert(connection, ChildSettings.execution(parent, child, request, target));
    if (created.isEmpty() && !isChildOf(connection, child, parent, request.getNodePath())) {
      projects.requireActive(connection, child.scope());
      return List.of(
          refuse(
              connection,
              parent,
              request,
              "an execution named %s exists already and is not this node's".formatted(child)));
    }
    var launched =
        ExecutionStore.post(
            connection, parent, new Command.ChildLaunched(request.getNodePath(), child));
    return created.map(first -> List.of(first, launched)).orElse(List.of(launched));
  }

  private static PendingCommand refuse(
      Connection connection, ExecutionRef parent, ChildRequest request, String why)
      throws SQLException {
    var plan = request.getLaunchPlan();
    var failure =
        Failure.user(
            "ChildWorkflowLaunchFailed",
            "launch plan %s:%s:%s:%s could not be launched: %s"
                .formatted(
                    plan.getProject(), plan.getDomain(), plan.getName(), plan.getVersion(), why));
    return ExecutionStore.post(
        connection, parent, new Command.ChildRefused(request.getNodePath(), failure));
  }

  /** Removes the request, unless another process is at it. */
  private static Optional<Waiting> take(Connection connection, long requestId) throws SQLException {
    return Sql.first(
        connection,
        """
        DELETE FROM child_request r USING execution e
        WHERE e.key = r.execution_key AND r.id =
          (SELECT id FROM child_request WHERE id = ? FOR UPDATE SKIP LOCKED)
        RETURNING r.payload, e.key, e.shard, e.project, e.domain, e.name
        """,
        row ->
            new Waiting(
                new ExecutionRef(
                    new ExecutionId(
                        Rows.text(row, "project"),
                        Rows.text(row, "domain"),
                        Rows.text(row, "name")),
                    row.getLong("key"),
                    row.getInt("shard")),
                Rows.message(row, "payload", ChildRequest.parser())),
        Bind.number(requestId));
  }

  /**
   * Whether the execution has not ended; the engine cannot end it before this transaction ends.
   * Locked before its node, in the engine's own order, so that the two never wait for each other.
   */
  private static boolean executionRuns(Connection connection, ExecutionRef parent)
      throws SQLException {
    return Sql.first(
            connection,
            "SELECT phase FROM execution WHERE key = ? FOR SHARE",
            row -> !ExecutionPhase.of(row.getInt("phase")).terminal(),
            Bind.number(parent.key()))
        .orElse(false);
  }

  /** Whether the node still waits; the engine cannot end it before this transaction ends. */
  private static boolean nodeWaits(Connection connection, ExecutionRef parent, String nodePath)
      throws SQLException {
    return Sql.first(
            connection,
            "SELECT phase FROM node_execution WHERE execution_key = ? AND path = ? FOR UPDATE",
            row -> !NodePhase.of(row.getInt("phase")).terminal(),
            Bind.number(parent.key()),
            Bind.text(nodePath))
        .orElse(false);
  }

  private static boolean isChildOf(
      Connection connection, ExecutionId child, ExecutionRef parent, String nodePath)
      throws SQLException {
    return Sql.first(
            connection,
            """
            SELECT 1 FROM execution WHERE project = ? AND domain = ? AND name = ?
              AND parent_key = ? AND parent_node_path = ?
            """,
            row -> true,
            Bind.text(child.project()),
            Bind.text(child.domain()),
            Bind.text(child.name()),
            Bind.number(parent.key()),
            Bind.text(nodePath))
        .isPresent();
  }
}
