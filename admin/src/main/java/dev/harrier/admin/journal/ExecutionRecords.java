package dev.harrier.admin.journal;

import dev.harrier.database.Arguments;
import dev.harrier.database.Rows;
import dev.harrier.idl.engine.v1.ExecutionSettings;
import dev.harrier.spi.AttemptRow;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRecord;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.ExecutionRow;
import dev.harrier.spi.NodeRow;
import dev.harrier.spi.TimerRow;
import flyteidl.core.Literals.LiteralMap;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads executions whole: four queries for any number of them. */
final class ExecutionRecords {
  private ExecutionRecords() {}

  /** To be called in a transaction whose queries see one state. */
  static List<ExecutionRecord> load(Connection connection, List<ExecutionId> ids)
      throws SQLException {
    var heads = heads(connection, ids);
    var nodes = new HashMap<Long, List<NodeRow>>();
    var attempts = new HashMap<Long, List<AttemptRow>>();
    var timers = new HashMap<Long, List<TimerRow>>();
    if (!heads.isEmpty()) {
      readNodes(connection, heads, nodes);
      readAttempts(connection, heads, attempts);
      readTimers(connection, heads, timers);
    }
    return heads.stream()
        .map(
            head ->
                new ExecutionRecord(
                    head.ref,
                    head.closureDigest,
                    head.inputs,
                    head.settings,
                    head.parent,
                    head.createdAt,
                    head.row,
                    nodes.getOrDefault(head.ref.key(), List.of()),
                    attempts.getOrDefault(head.ref.key(), List.of()),
                    timers.getOrDefault(head.ref.key(), List.of())))
        .toList();
  }

  private record Head(
      ExecutionRef ref,
      String closureDigest,
      LiteralMap inputs,
      ExecutionSettings settings,
      Optional<ExecutionRecord.Parent> parent,
      Instant createdAt,
      ExecutionRow row) {}

  private static List<Head> heads(Connection connection, List<ExecutionId> ids)
      throws SQLException {
    var sql =
        """
        SELECT e.*, p.project AS p_project, p.domain AS p_domain, p.name AS p_name,
          p.shard AS p_shard
        FROM unnest(?::text[], ?::text[], ?::text[]) AS i (project, domain, name)
        JOIN execution e ON e.project = i.project AND e.domain = i.domain AND e.name = i.name
        LEFT JOIN execution p ON p.key = e.parent_key
        """;
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement)
          .texts(ids, ExecutionId::project)
          .texts(ids, ExecutionId::domain)
          .texts(ids, ExecutionId::name);
      var heads = new ArrayList<Head>();
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          heads.add(head(row));
        }
      }
      return heads;
    }
  }

  private static Head head(ResultSet row) throws SQLException {
    var ref =
        new ExecutionRef(
            new ExecutionId(
                Rows.text(row, "project"), Rows.text(row, "domain"), Rows.text(row, "name")),
            row.getLong("key"),
            row.getInt("shard"));
    Optional<ExecutionRecord.Parent> parent = Optional.empty();
    var parentName = row.getString("p_name");
    if (parentName != null) {
      parent =
          Optional.of(
              new ExecutionRecord.Parent(
                  new ExecutionRef(
                      new ExecutionId(
                          Rows.text(row, "p_project"), Rows.text(row, "p_domain"), parentName),
                      row.getLong("parent_key"),
                      row.getInt("p_shard")),
                  Rows.text(row, "parent_node_path")));
    }
    return new Head(
        ref,
        Rows.text(row, "closure_digest"),
        Rows.message(row, "inputs", LiteralMap.parser()),
        Rows.message(row, "settings", ExecutionSettings.parser()),
        parent,
        Rows.instant(row, "created_at"),
        EngineRows.execution(row));
  }

  private static void readNodes(
      Connection connection, List<Head> heads, Map<Long, List<NodeRow>> into) throws SQLException {
    var sql = "SELECT * FROM node_execution WHERE execution_key = ANY(?::bigint[])";
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement).longs(heads, head -> head.ref.key());
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          into.computeIfAbsent(row.getLong("execution_key"), key -> new ArrayList<>())
              .add(EngineRows.node(row));
        }
      }
    }
  }

  private static void readAttempts(
      Connection connection, List<Head> heads, Map<Long, List<AttemptRow>> into)
      throws SQLException {
    var sql =
        """
        SELECT a.*, h.execution_key IS NULL AS released
        FROM unnest(?::bigint[], ?::int[]) AS e (key, shard)
        JOIN attempt a ON a.execution_key = e.key
        LEFT JOIN held_attempt h ON h.shard = e.shard AND h.execution_key = a.execution_key
          AND h.node_path = a.node_path AND h.number = a.number
        """;
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement)
          .longs(heads, head -> head.ref.key())
          .ints(heads, head -> head.ref.shard());
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          into.computeIfAbsent(row.getLong("execution_key"), key -> new ArrayList<>())
              .add(EngineRows.attempt(row));
        }
      }
    }
  }

  private static void readTimers(
      Connection connection, List<Head> heads, Map<Long, List<TimerRow>> into) throws SQLException {
    var sql = "SELECT * FROM timer WHERE execution_key = ANY(?::bigint[])";
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement).longs(heads, head -> head.ref.key());
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          into.computeIfAbsent(row.getLong("execution_key"), key -> new ArrayList<>())
              .add(WaitingRows.timer(row));
        }
      }
    }
  }
}
