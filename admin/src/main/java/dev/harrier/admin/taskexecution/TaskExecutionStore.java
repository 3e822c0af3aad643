package dev.harrier.admin.taskexecution;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.nodeexecution.WholeLiterals;
import dev.harrier.admin.query.Bind;
import dev.harrier.admin.query.Column;
import dev.harrier.admin.query.ListQuery;
import dev.harrier.admin.query.Page;
import dev.harrier.admin.query.Source;
import dev.harrier.admin.query.Sql;
import dev.harrier.database.Database;
import dev.harrier.database.Rows;
import dev.harrier.spi.AttemptPhase;
import dev.harrier.spi.NodeId;
import flyteidl.admin.TaskExecutionOuterClass.TaskExecution;
import flyteidl.core.Execution.TaskExecution.Phase;
import flyteidl.core.Literals.LiteralMap;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads the rows of attempts. */
public final class TaskExecutionStore {
  private static final Map<String, Integer> PHASES =
      Arrays.stream(Phase.values())
          .filter(phase -> phase != Phase.UNRECOGNIZED)
          .collect(Collectors.toMap(Phase::name, Phase::getNumber));

  // The first attempt first: clients take the last one of the list for the current one.
  static final Source SOURCE =
      Source.of(
              "task_execution",
              "t",
              "attempt a JOIN execution e ON e.key = a.execution_key",
              Column.text("execution_project", "e.project"),
              Column.text("execution_domain", "e.domain"),
              Column.text("execution_name", "e.name"),
              Column.text("node_id", "a.node_path"),
              Column.number("retry_attempt", "a.number"),
              Column.words("phase", "a.phase", PHASES),
              Column.time("started_at", "a.started_at").orNull(),
              Column.time("created_at", "a.created_at"),
              Column.time("updated_at", "a.updated_at"),
              Column.time("task_execution_created_at", "a.created_at"),
              Column.time("task_execution_updated_at", "a.updated_at"),
              Column.seconds("duration", "extract(epoch FROM a.ended_at - a.started_at)").orNull())
          .related(
              "execution",
              "e",
              Column.text("execution_project", "e.project"),
              Column.text("execution_domain", "e.domain"),
              Column.text("execution_name", "e.name"))
          .related("node_execution", "n", Column.text("node_id", "a.node_path"))
          .leastFirst("retry_attempt", Column.number("retry_attempt", "a.number"));

  private static final String SHOWN =
      "a.number, a.phase, a.created_at, a.started_at, a.ended_at, a.updated_at, a.failure_code,"
          + " a.failure_message, a.failure_kind, a.host, a.log_uri";

  private static final String OF_ATTEMPT =
      " FROM attempt a JOIN execution e ON e.key = a.execution_key"
          + " JOIN node_execution n ON n.execution_key = a.execution_key AND n.path = a.node_path"
          + " WHERE e.project = ? AND e.domain = ? AND e.name = ? AND a.node_path = ?"
          + " AND a.number = ?";

  private final Database database;
  private final TaskExecutionView view;
  private final TaskIndexes indexes = new TaskIndexes();

  public TaskExecutionStore(Database database, TaskExecutionView view) {
    this.database = requireNonNull(database, "database");
    this.view = requireNonNull(view, "view");
  }

  Optional<TaskExecution> find(TaskExecutionIds.Asked asked) {
    return database
        .api()
        .run(
            "read the task execution",
            connection -> {
              var task = task(connection, asked.node());
              // A node runs one task: under the name of another it has no attempts.
              if (task.isEmpty()
                  || asked.task().filter(named -> !named.equals(task.get().id())).isPresent()) {
                return Optional.<TaskExecution>empty();
              }
              return Sql.first(
                  connection,
                  "SELECT " + SHOWN + OF_ATTEMPT,
                  row -> view.read(row, asked.node(), task.get()),
                  binds(asked));
            });
  }

  /** A page of the attempts of one node. */
  Page<TaskExecution> list(NodeId node, ListQuery query) {
    query
        .where("e.project = ?", Bind.text(node.execution().project()))
        .where("e.domain = ?", Bind.text(node.execution().domain()))
        .where("e.name = ?", Bind.text(node.execution().name()))
        .where("a.node_path = ?", Bind.text(node.path()));
    return database
        .api()
        .run(
            "list task executions",
            connection -> {
              var task = task(connection, node);
              return task.isEmpty()
                  ? new Page<>(List.<TaskExecution>of(), "")
                  : query.read(connection, SHOWN, row -> view.read(row, node, task.get()));
            });
  }

  /** What an attempt took and gave, as the row of its node holds it. */
  Optional<WholeLiterals.Data> data(TaskExecutionIds.Asked asked) {
    return database
        .api()
        .run(
            "read the data of the task execution",
            connection -> {
              var named = asked.task();
              if (named.isPresent()
                  && !task(connection, asked.node()).map(TaskIndex.RunTask::id).equals(named)) {
                return Optional.<WholeLiterals.Data>empty();
              }
              return Sql.first(
                  connection,
                  "SELECT n.inputs, a.phase, n.outputs" + OF_ATTEMPT,
                  row ->
                      new WholeLiterals.Data(
                          Rows.message(row, "inputs", LiteralMap.parser()),
                          // Only the attempt that succeeded gave the node its outputs.
                          row.getInt("phase") == AttemptPhase.SUCCEEDED.number()
                              ? Rows.optionalMessage(row, "outputs", LiteralMap.parser())
                              : Optional.empty()),
                  binds(asked));
            });
  }

  /** The task that a node runs; empty if there is no such node, or it runs none. */
  private Optional<TaskIndex.RunTask> task(Connection connection, NodeId node) throws SQLException {
    // From the top down to the node: each names the one within what the one before it leads to.
    var steps =
        Sql.all(
            connection,
            """
            WITH RECURSIVE chain AS (
              SELECT n.execution_key, n.parent, n.spec_node_id, e.closure_digest, 0 AS height
              FROM node_execution n JOIN execution e ON e.key = n.execution_key
              WHERE e.project = ? AND e.domain = ? AND e.name = ? AND n.path = ?
              UNION ALL
              SELECT n.execution_key, n.parent, n.spec_node_id, c.closure_digest, c.height + 1
              FROM chain c
              JOIN node_execution n ON n.execution_key = c.execution_key AND n.path = c.parent
              WHERE c.parent <> '')
            SELECT spec_node_id, closure_digest FROM chain ORDER BY height DESC
            """,
            row -> new Step(Rows.text(row, "spec_node_id"), Rows.text(row, "closure_digest")),
            binds(node));
    if (steps.isEmpty()) {
      return Optional.empty();
    }
    return indexes
        .of(connection, steps.getFirst().closureDigest())
        .task(steps.stream().map(Step::specNodeId).toList());
  }

  private record Step(String specNodeId, String closureDigest) {}

  private static Bind[] binds(NodeId node) {
    return new Bind[] {
      Bind.text(node.execution().project()),
      Bind.text(node.execution().domain()),
      Bind.text(node.execution().name()),
      Bind.text(node.path())
    };
  }

  private static Bind[] binds(TaskExecutionIds.Asked asked) {
    var node = asked.node();
    return new Bind[] {
      Bind.text(node.execution().project()),
      Bind.text(node.execution().domain()),
      Bind.text(node.execution().name()),
      Bind.text(node.path()),
      Bind.number(asked.number())
    };
  }
}
