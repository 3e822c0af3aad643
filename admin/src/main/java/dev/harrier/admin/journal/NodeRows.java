package dev.harrier.admin.journal;

import dev.harrier.admin.journal.BatchWriter.Of;
import dev.harrier.database.Arguments;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.Failure;
import dev.harrier.spi.NodeRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Writes nodes. */
final class NodeRows {
  private final Connection connection;

  NodeRows(Connection connection) {
    this.connection = connection;
  }

  void insert(List<Of<NodeRow>> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    var sql =
        """
        INSERT INTO node_execution (execution_key, path, phase, attempt, started_at, ended_at,
          updated_at, outputs, failure_code, failure_message, failure_kind, failure_recoverable,
          child_project, child_domain, child_name, state, revision, parent, spec_node_id, kind,
          retry_group, created_at, inputs)
        SELECT p.key, p.path, p.phase, p.attempt, %s, %s, %s, p.outputs, p.failure_code,
          p.failure_message, p.failure_kind, p.failure_recoverable, p.child_project,
          p.child_domain, p.child_name, p.state, p.revision, p.parent, p.spec_node_id, p.kind,
          p.retry_group, %s, p.inputs
        FROM unnest(%s, ?::text[], ?::text[], ?::text[], ?::int[], ?::bigint[], ?::bytea[])
          AS p (%s, parent, spec_node_id, kind, retry_group, created_at, inputs)
        """
            .formatted(
                Arguments.TIME.formatted("p.started_at"),
                Arguments.TIME.formatted("p.ended_at"),
                Arguments.TIME.formatted("p.updated_at"),
                Arguments.TIME.formatted("p.created_at"),
                CHANGING_TYPES,
                CHANGING_COLUMNS);
    try (var statement = connection.prepareStatement(sql)) {
      changing(Arguments.of(statement), rows)
          .texts(rows, row -> row.row().parent())
          .texts(rows, row -> row.row().specNodeId())
          .texts(rows, row -> row.row().kind().name())
          .ints(rows, row -> row.row().retryGroup())
          .instants(rows, row -> row.row().createdAt())
          .bytes(rows, row -> row.row().inputs().toByteArray());
      statement.executeUpdate();
    }
  }

  void update(List<Of<NodeRow>> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    var sql =
        """
        UPDATE node_execution n SET phase = p.phase, attempt = p.attempt, started_at = %s,
          ended_at = %s, updated_at = %s, outputs = p.outputs, failure_code = p.failure_code,
          failure_message = p.failure_message, failure_kind = p.failure_kind,
          failure_recoverable = p.failure_recoverable, child_project = p.child_project,
          child_domain = p.child_domain, child_name = p.child_name, state = p.state,
          revision = p.revision
        FROM unnest(%s, ?::int[]) AS p (%s, before)
        WHERE n.execution_key = p.key AND n.path = p.path AND n.revision = p.revision - 1
          AND (1 << n.phase) & p.before <> 0
        """
            .formatted(
                Arguments.TIME.formatted("p.started_at"),
                Arguments.TIME.formatted("p.ended_at"),
                Arguments.TIME.formatted("p.updated_at"),
                CHANGING_TYPES,
                CHANGING_COLUMNS);
    try (var statement = connection.prepareStatement(sql)) {
      changing(Arguments.of(statement), rows)
          .ints(rows, row -> Predecessors.OF_NODES.of(row.row().phase()));
      BatchWriter.expect(statement.executeUpdate(), rows, "node");
    }
  }

  private static final String CHANGING_COLUMNS =
      "key, path, phase, attempt, started_at, ended_at, updated_at, outputs, failure_code,"
          + " failure_message, failure_kind, failure_recoverable, child_project, child_domain,"
          + " child_name, state, revision";

  private static final String CHANGING_TYPES =
      "?::bigint[], ?::text[], ?::int[], ?::int[], ?::bigint[], ?::bigint[], ?::bigint[],"
          + " ?::bytea[], ?::text[], ?::text[], ?::int[], ?::bool[], ?::text[], ?::text[],"
          + " ?::text[], ?::bytea[], ?::int[]";

  private static Arguments changing(Arguments arguments, List<Of<NodeRow>> rows)
      throws SQLException {
    return arguments
        .longs(rows, row -> row.ref().key())
        .texts(rows, row -> row.row().path())
        .ints(rows, row -> row.row().phase().number())
        .ints(rows, row -> row.row().attempt())
        .optionalInstants(rows, row -> row.row().startedAt())
        .optionalInstants(rows, row -> row.row().endedAt())
        .instants(rows, row -> row.row().updatedAt())
        .optionalBytes(rows, row -> row.row().outputs().map(outputs -> outputs.toByteArray()))
        .optionalTexts(rows, row -> row.row().failure().map(Failure::code))
        .optionalTexts(rows, row -> row.row().failure().map(Failure::message))
        .optionalInts(rows, row -> row.row().failure().map(failure -> failure.kind().number()))
        .optionalTruths(rows, row -> row.row().failure().map(Failure::recoverable))
        .optionalTexts(rows, row -> row.row().child().map(ExecutionId::project))
        .optionalTexts(rows, row -> row.row().child().map(ExecutionId::domain))
        .optionalTexts(rows, row -> row.row().child().map(ExecutionId::name))
        .bytes(rows, row -> row.row().state().toByteArray())
        .ints(rows, row -> row.row().revision());
  }
}
