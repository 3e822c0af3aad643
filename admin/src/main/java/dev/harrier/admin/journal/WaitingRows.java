package dev.harrier.admin.journal;

import dev.harrier.database.Arguments;
import dev.harrier.database.Rows;
import dev.harrier.spi.Command;
import dev.harrier.spi.DueTimer;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.HeldAttempt;
import dev.harrier.spi.HeldPage;
import dev.harrier.spi.HeldPage.After;
import dev.harrier.spi.PendingCommand;
import dev.harrier.spi.TimerRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What waits on a shard: commands, timers, and attempts that were not released. A row that cannot
 * be read is left out.
 */
final class WaitingRows {
  private static final After BEFORE_ALL = new After(Long.MIN_VALUE, 0, "");

  private WaitingRows() {}

  static List<PendingCommand> commands(
      Connection connection, List<Integer> shards, int limit, UnreadableRows unreadable)
      throws SQLException {
    var sql =
        """
        SELECT c.id, c.payload, e.key, e.shard, e.project, e.domain, e.name
        FROM command c JOIN execution e ON e.key = c.execution_key
        WHERE c.shard = ANY(?::int[]) ORDER BY c.id LIMIT ?
        """;
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement).ints(shards, Integer::intValue).number(unreadable.limit(limit));
      var found = new ArrayList<PendingCommand>();
      try (var row = statement.executeQuery()) {
        while (found.size() < limit && row.next()) {
          var id = row.getLong("id");
          unreadable
              .read(
                  () -> "command %d".formatted(id),
                  () -> new PendingCommand(id, ref(row), Command.parse(row.getBytes("payload"))))
              .ifPresent(found::add);
        }
      }
      return found;
    }
  }

  static List<DueTimer> timers(
      Connection connection,
      List<Integer> shards,
      Instant until,
      int limit,
      UnreadableRows unreadable)
      throws SQLException {
    var sql =
        """
        SELECT t.node_path, t.kind, t.attempt, t.due_at, e.key, e.shard, e.project, e.domain, e.name
        FROM timer t JOIN execution e ON e.key = t.execution_key
        WHERE t.shard = ANY(?::int[]) AND t.due_at <= ?
        ORDER BY t.due_at, t.execution_key LIMIT ?
        """;
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement)
          .ints(shards, Integer::intValue)
          .instant(until)
          .number(unreadable.limit(limit));
      var found = new ArrayList<DueTimer>();
      try (var row = statement.executeQuery()) {
        while (found.size() < limit && row.next()) {
          var key = row.getLong("key");
          var node = row.getString("node_path");
          var kind = row.getString("kind");
          unreadable
              .read(
                  () -> "timer %s of node '%s' of execution %d".formatted(kind, node, key),
                  () -> new DueTimer(ref(row), timer(row)))
              .ifPresent(found::add);
        }
      }
      return found;
    }
  }

  static HeldPage held(
      Connection connection, int shard, Optional<After> after, int limit, UnreadableRows unreadable)
      throws SQLException {
    var from = after.orElse(BEFORE_ALL);
    var sql =
        """
        SELECT a.*, false AS released, e.key, e.shard, e.project, e.domain, e.name
        FROM held_attempt h
        JOIN attempt a ON a.execution_key = h.execution_key AND a.node_path = h.node_path
          AND a.number = h.number
        JOIN execution e ON e.key = h.execution_key
        WHERE h.shard = ? AND (h.execution_key, h.node_path, h.number) > (?, ?, ?)
        ORDER BY h.execution_key, h.node_path, h.number LIMIT ?
        """;
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement)
          .number(shard)
          .number(from.executionKey())
          .text(from.nodePath())
          .number(from.number())
          .number(limit);
      var found = new ArrayList<HeldAttempt>();
      var read = 0;
      var last = from;
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          var key = row.getLong("key");
          var node = Rows.text(row, "node_path");
          var number = row.getInt("number");
          unreadable
              .read(
                  () -> "attempt %d of node '%s' of execution %d".formatted(number, node, key),
                  () -> new HeldAttempt(ref(row), EngineRows.attempt(row)))
              .ifPresent(found::add);
          read++;
          // Behind an unreadable one, too: it must not hold up those after it.
          last = new After(key, number, node);
        }
      }
      return new HeldPage(found, read == limit ? Optional.of(last) : Optional.empty());
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
