package dev.harrier.admin.nodeexecution;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.query.Bind;
import dev.harrier.admin.query.Column;
import dev.harrier.admin.query.ListQuery;
import dev.harrier.admin.query.Page;
import dev.harrier.admin.query.Source;
import dev.harrier.admin.query.Sql;
import dev.harrier.database.Database;
import dev.harrier.database.Rows;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.NodeId;
import flyteidl.core.Execution.NodeExecution.Phase;
import flyteidl.core.Literals.LiteralMap;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads the rows of nodes. */
public final class NodeExecutionStore {
  private static final Map<String, Integer> PHASES =
      Arrays.stream(Phase.values())
          .filter(phase -> phase != Phase.UNRECOGNIZED)
          .collect(Collectors.toMap(Phase::name, Phase::getNumber));

  // The oldest first: while an execution runs, what is new comes after the pages already read.
  static final Source SOURCE =
      Source.of(
              "node_execution",
              "n",
              "node_execution n JOIN execution e ON e.key = n.execution_key",
              Column.text("execution_project", "e.project"),
              Column.text("execution_domain", "e.domain"),
              Column.text("execution_name", "e.name"),
              Column.text("node_id", "n.path"),
              Column.words("phase", "n.phase", PHASES),
              Column.time("started_at", "n.started_at").orNull(),
              Column.time("created_at", "n.created_at"),
              Column.time("updated_at", "n.updated_at"),
              Column.time("node_execution_created_at", "n.created_at"),
              Column.time("node_execution_updated_at", "n.updated_at"),
              Column.seconds("duration", "extract(epoch FROM n.ended_at - n.started_at)").orNull(),
              Column.text("error_code", "n.failure_code").orNull(),
              Column.text(
                      "error_kind",
                      "CASE n.failure_kind WHEN 1 THEN 'USER' WHEN 2 THEN 'SYSTEM' END")
                  .orNull())
          .related(
              "execution",
              "e",
              Column.text("execution_project", "e.project"),
              Column.text("execution_domain", "e.domain"),
              Column.text("execution_name", "e.name"))
          .leastFirst("created_at", Column.text("node_id", "n.path"));

  private static final String SHOWN =
      "e.project, e.domain, e.name, n.path, n.spec_node_id, n.kind, n.phase, n.attempt,"
          + " n.retry_group, n.created_at, n.started_at, n.ended_at, n.updated_at, n.failure_code,"
          + " n.failure_kind, n.child_project, n.child_domain, n.child_name, ";

  // A list may have ten thousand nodes, and a traceback each would be more than clients take.
  private static final String SHOWN_IN_LISTS =
      SHOWN + "left(n.failure_message, 1000) AS failure_message";

  private static final String OF_NODE =
      " FROM node_execution n JOIN execution e ON e.key = n.execution_key"
          + " WHERE e.project = ? AND e.domain = ? AND e.name = ? AND n.path = ?";

  private final Database database;
  private final NodeExecutionView view;

  public NodeExecutionStore(Database database, NodeExecutionView view) {
    this.database = requireNonNull(database, "database");
    this.view = requireNonNull(view, "view");
  }

  Optional<NodeExecutionView.Shown> find(NodeId id) {
    return database
        .api()
        .run(
            "read the node",
            connection ->
                Sql.first(
                    connection,
                    "SELECT " + SHOWN + "n.failure_message" + OF_NODE,
                    view::read,
                    binds(id)));
  }

  boolean exists(NodeId id) {
    return database
        .api()
        .run(
            "look for the node",
            connection -> Sql.first(connection, "SELECT 1" + OF_NODE, row -> true, binds(id)))
        .isPresent();
  }

  /** A page of nodes of one execution: those right below a node, or at the top. */
  Page<NodeExecutionView.Shown> list(ExecutionId execution, String parent, ListQuery query) {
    query
        .where("e.project = ?", Bind.text(execution.project()))
        .where("e.domain = ?", Bind.text(execution.domain()))
        .where("e.name = ?", Bind.text(execution.name()))
        .where("n.parent = ?", Bind.text(parent));
    return database
        .api()
        .run("list nodes", connection -> query.read(connection, SHOWN_IN_LISTS, view::read));
  }

  /**
   * What a node took and gave, as its row holds it.
   *
   * @param attempt the current one of a task
   */
  record StoredData(WholeLiterals.Data literals, Optional<AttemptId> attempt) {
    StoredData {
      requireNonNull(literals, "literals");
      requireNonNull(attempt, "attempt");
    }
  }

  Optional<StoredData> data(NodeId id) {
    return database
        .api()
        .run(
            "read the data of the node",
            connection ->
                Sql.first(
                    connection,
                    "SELECT n.inputs, n.outputs, n.kind, n.attempt" + OF_NODE,
                    row ->
                        new StoredData(
                            new WholeLiterals.Data(
                                Rows.message(row, "inputs", LiteralMap.parser()),
                                Rows.optionalMessage(row, "outputs", LiteralMap.parser())),
                            NodeExecutionView.attempt(row, id)),
                    binds(id)));
  }

  private static Bind[] binds(NodeId id) {
    return new Bind[] {
      Bind.text(id.execution().project()),
      Bind.text(id.execution().domain()),
      Bind.text(id.execution().name()),
      Bind.text(id.path())
    };
  }
}
