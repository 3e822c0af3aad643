package dev.harrier.admin.journal;

import dev.harrier.database.Arguments;
import dev.harrier.database.Rows;
import dev.harrier.spi.Command;
import dev.harrier.spi.DueTimer;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.HeldAttempt;
import dev.harrier.spi.PendingCommand;
import dev.harrier.spi.TimerRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What waits on a shard: commands, timers, and attempts that were not released. */
final class WaitingRows {
  private WaitingRows() {}

  static List<PendingCommand> commands(Connection connection, List<Integer> shards, int limit)
      throws SQLException {
    var sql =
        """
        SELECT c.id, c.payload, e.key, e.shard, e.project, e.domain, e.name
        FROM command c JOIN execution e ON e.key = c.execution_key
        WHERE c.shard = ANY(?::int[]) ORDER BY c.id LIMIT ?
        """;
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement).ints(shards, Integer::intValue).number(limit);
      var found = new ArrayList<PendingCommand>();
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          found.add(
              new PendingCommand(
                  row.getLong("id"), ref(row), Command.parse(row.getBytes("payload"))));
        }
      }
      return found;
    }
  }

  static List<DueTimer> timers(
      Connection connection, List<Integer> shards, Instant until, int limit) throws SQLException {
    var sql =
        """
        SELECT t.node_path, t.kind, t.attempt, t.due_at, e.key, e.shard, e.project, e.domain, e.name
        FROM timer t JOIN execution e ON e.key = t.execution_key
        WHERE t.shard = ANY(?::int[]) AND t.due_at <= ?
        ORDER BY t.due_at, t.execution_key LIMIT ?
        """;
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement).ints(shards, Integer::intValue).instant(until).number(limit);
      var found = new ArrayList<DueTimer>();
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          found.add(new DueTimer(ref(row), timer(row)));
        }
      }
      return found;
    }
  }

  static List<HeldAttempt> held(Connection connection, int shard) throws SQLException {
    var sql =
        """
        SELECT a.*, false AS released, e.key, e.shard, e.project, e.domain, e.name
        FROM held_attempt h
        JOIN attempt a ON a.execution_key = h.execution_key AND a.node_path = h.node_path
          AND a.number = h.number
        JOIN execution e ON e.key = h.execution_key
        WHERE h.shard = ? ORDER BY h.execution_key, h.node_path, h.number
        """;
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement).number(shard);
      var found = new ArrayList<HeldAttempt>();
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          found.add(new HeldAttempt(ref(row), EngineRows.attempt(row)));
        }
      }
      return found;
    }
  }

  static TimerRow timer(ResultSet row) throws SQLException {
    return new TimerRow(
        Rows.text(row, "node_path"),
        TimerRow.Kind.valueOf(Rows.text(row, "kind")),
        row.getInt("attempt"),
        Rows.instant(row, "due_at"));
  }

  private static ExecutionRef ref(ResultSet row) throws SQLException {
    return new ExecutionRef(
        new ExecutionId(
            Rows.text(row, "project"), Rows.text(row, "domain"), Rows.text(row, "name")),
        row.getLong("key"),
        row.getInt("shard"));
  }
}
