package dev.harrier.bench.engine;

import static java.util.Objects.requireNonNull;

import dev.harrier.database.Pool;
import dev.harrier.idl.engine.v1.ExecutionSettings;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionPhase;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.PendingCommand;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.Literals.LiteralMap;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Executions in the database as the API writes them, many in one transaction: so their making is
 * not part of what the engine is measured by.
 */
final class ExecutionRows {
  private static final String EXECUTION =
      """
      INSERT INTO execution (created_at, updated_at, phase, shard, mode, project, domain, name,
        workflow_project, workflow_domain, workflow_name, workflow_version, launch_plan_project,
        launch_plan_domain, launch_plan_name, launch_plan_version, single_task, closure_digest,
        principal, tags, spec, inputs, settings)
      VALUES (?, ?, 1, ?, 0, 'p', 'd', ?, 'p', 'd', 'chain', 'v', 'p', 'd', 'chain', 'v', false, ?,
        'bench', '{}', '', ?, ?) RETURNING key
      """;
  private static final String COMMAND =
      "INSERT INTO command (execution_key, shard, payload) VALUES (?, ?, ?) RETURNING id";

  /** What a client asks for that says nothing else. */
  private static final int MAX_PARALLELISM = 25;

  private final Pool pool;
  private final int shards;

  ExecutionRows(Pool pool, int shards) {
    this.pool = requireNonNull(pool, "pool");
    this.shards = shards;
  }

  /** Keeps a graph, under a name that is returned. */
  String keep(CompiledWorkflowClosure closure) {
    var digest = UUID.randomUUID().toString();
    return pool.run(
        "keep a graph",
        connection -> {
          try (var statement = connection.prepareStatement("INSERT INTO closure VALUES (?, ?)")) {
            statement.setString(1, digest);
            statement.setBytes(2, closure.toByteArray());
            statement.executeUpdate();
            return digest;
          }
        });
  }

  /** Makes executions of a graph; the commands that are to start them. */
  List<PendingCommand> create(int count, String digest, LiteralMap inputs) {
    return pool.transaction(
        "make executions",
        connection -> {
          var commands = new ArrayList<PendingCommand>();
          for (var number = 0; number < count; number++) {
            // Names as the API makes them up spread over the shards.
            var name = "f" + UUID.randomUUID().toString().replace("-", "").substring(0, 19);
            var id = new ExecutionId("p", "d", name);
            var key = insert(connection, id, digest, inputs);
            commands.add(append(connection, new ExecutionRef(id, key, id.shard(shards))));
          }
          return commands;
        });
  }

  private long insert(Connection connection, ExecutionId id, String digest, LiteralMap inputs)
      throws SQLException {
    try (var statement = connection.prepareStatement(EXECUTION)) {
      var now = Timestamp.from(Instant.now());
      statement.setTimestamp(1, now);
      statement.setTimestamp(2, now);
      statement.setInt(3, id.shard(shards));
      statement.setString(4, id.name());
      statement.setString(5, digest);
      statement.setBytes(6, inputs.toByteArray());
      statement.setBytes(
          7,
          ExecutionSettings.newBuilder().setMaxParallelism(MAX_PARALLELISM).build().toByteArray());
      try (var row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static PendingCommand append(Connection connection, ExecutionRef ref)
      throws SQLException {
    try (var statement = connection.prepareStatement(COMMAND)) {
      var command = new Command.Create();
      statement.setLong(1, ref.key());
      statement.setInt(2, ref.shard());
      statement.setBytes(3, command.toBytes());
      try (var row = statement.executeQuery()) {
        row.next();
        return new PendingCommand(row.getLong(1), ref, command);
      }
    }
  }

  /** How many executions between two keys, both included, have succeeded. */
  long succeeded(long firstKey, long lastKey) {
    return pool.run(
        "count executions",
        connection -> {
          try (var statement =
              connection.prepareStatement(
                  "SELECT count(*) FROM execution WHERE key BETWEEN ? AND ? AND phase = ?")) {
            statement.setLong(1, firstKey);
            statement.setLong(2, lastKey);
            statement.setInt(3, ExecutionPhase.SUCCEEDED.number());
            try (var row = statement.executeQuery()) {
              row.next();
              return row.getLong(1);
            }
          }
        });
  }

  /** Bytes that PostgreSQL has written to its log ahead since it was made. */
  long writtenAheadBytes() {
    return pool.run(
        "read the position of the log",
        connection -> {
          try (var statement = connection.createStatement();
              var row =
                  statement.executeQuery(
                      "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint")) {
            row.next();
            return row.getLong(1);
          }
        });
  }
}
