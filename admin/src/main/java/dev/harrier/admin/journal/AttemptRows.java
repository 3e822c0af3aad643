package dev.harrier.admin.journal;

import dev.harrier.admin.journal.BatchWriter.Of;
import dev.harrier.database.Arguments;
import dev.harrier.spi.AttemptRow;
import dev.harrier.spi.Batch;
import dev.harrier.spi.Failure;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Writes attempts, and beside them which of them are held. */
final class AttemptRows {
  private static final String TYPES =
      "?::bigint[], ?::text[], ?::int[], ?::int[], ?::bigint[], ?::bigint[], ?::bigint[],"
          + " ?::text[], ?::text[], ?::text[], ?::text[], ?::int[], ?::bool[], ?::int[]";

  private static final String COLUMNS =
      "key, path, number, phase, started_at, ended_at, updated_at, host, log_uri, failure_code,"
          + " failure_message, failure_kind, failure_recoverable, revision";

  private final Connection connection;

  AttemptRows(Connection connection) {
    this.connection = connection;
  }

  void insert(List<Of<AttemptRow>> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    var sql =
        """
        WITH p AS (SELECT * FROM unnest(%s, ?::bigint[], ?::int[]) AS p (%s, created_at, shard)),
          held AS (INSERT INTO held_attempt (shard, execution_key, node_path, number)
            SELECT shard, key, path, number FROM p)
        INSERT INTO attempt (execution_key, node_path, number, phase, started_at, ended_at,
          updated_at, host, log_uri, failure_code, failure_message, failure_kind,
          failure_recoverable, revision, created_at)
        SELECT p.key, p.path, p.number, p.phase, %s, %s, %s, p.host, p.log_uri, p.failure_code,
          p.failure_message, p.failure_kind, p.failure_recoverable, p.revision, %s
        FROM p
        """
            .formatted(
                TYPES,
                COLUMNS,
                Arguments.TIME.formatted("p.started_at"),
                Arguments.TIME.formatted("p.ended_at"),
                Arguments.TIME.formatted("p.updated_at"),
                Arguments.TIME.formatted("p.created_at"));
    try (var statement = connection.prepareStatement(sql)) {
      bind(Arguments.of(statement), rows)
          .instants(rows, row -> row.row().createdAt())
          .ints(rows, row -> row.ref().shard());
      statement.executeUpdate();
    }
  }

  void update(List<Of<AttemptRow>> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    var sql =
        """
        UPDATE attempt a SET phase = p.phase, started_at = %s, ended_at = %s, updated_at = %s,
          host = p.host, log_uri = p.log_uri, failure_code = p.failure_code,
          failure_message = p.failure_message, failure_kind = p.failure_kind,
          failure_recoverable = p.failure_recoverable, revision = p.revision
        FROM unnest(%s, ?::int[]) AS p (%s, before)
        WHERE a.execution_key = p.key AND a.node_path = p.path AND a.number = p.number
          AND a.revision = p.revision - 1 AND (1 << a.phase) & p.before <> 0
        """
            .formatted(
                Arguments.TIME.formatted("p.started_at"),
                Arguments.TIME.formatted("p.ended_at"),
                Arguments.TIME.formatted("p.updated_at"),
                TYPES,
                COLUMNS);
    try (var statement = connection.prepareStatement(sql)) {
      bind(Arguments.of(statement), rows)
          .ints(rows, row -> Predecessors.OF_ATTEMPTS.of(row.row().phase()));
      BatchWriter.expect(statement.executeUpdate(), rows, "attempt");
    }
  }

  void release(List<Of<Batch.Released>> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    // One look-up for each: of a table with few rows and many dead ones the planner would read all.
    var sql =
        """
        DELETE FROM held_attempt WHERE ctid = ANY (ARRAY(
          SELECT h.ctid
          FROM unnest(?::int[], ?::bigint[], ?::text[], ?::int[]) AS p (shard, key, path, number)
          CROSS JOIN LATERAL (
            SELECT ctid FROM held_attempt
            WHERE shard = p.shard AND execution_key = p.key AND node_path = p.path
              AND number = p.number OFFSET 0) h))
        """;
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement)
          .ints(rows, row -> row.ref().shard())
          .longs(rows, row -> row.ref().key())
          .texts(rows, row -> row.row().nodePath())
          .ints(rows, row -> row.row().number());
      statement.executeUpdate();
    }
  }

  private static Arguments bind(Arguments arguments, List<Of<AttemptRow>> rows)
      throws SQLException {
    return arguments
        .longs(rows, row -> row.ref().key())
        .texts(rows, row -> row.row().nodePath())
        .ints(rows, row -> row.row().number())
        .ints(rows, row -> row.row().phase().number())
        .optionalInstants(rows, row -> row.row().startedAt())
        .optionalInstants(rows, row -> row.row().endedAt())
        .instants(rows, row -> row.row().updatedAt())
        .texts(rows, row -> row.row().host())
        .texts(rows, row -> row.row().logUri())
        .optionalTexts(rows, row -> row.row().failure().map(Failure::code))
        .optionalTexts(rows, row -> row.row().failure().map(Failure::message))
        .optionalInts(rows, row -> row.row().failure().map(failure -> failure.kind().number()))
        .optionalTruths(rows, row -> row.row().failure().map(Failure::recoverable))
        .ints(rows, row -> row.row().revision());
  }
}
