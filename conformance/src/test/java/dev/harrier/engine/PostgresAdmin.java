package dev.harrier.engine;

import dev.harrier.admin.journal.CommandExchange;
import dev.harrier.admin.journal.PostgresJournal;
import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.Pool;
import dev.harrier.idl.engine.v1.ExecutionSettings;
import dev.harrier.propeller.simulation.SimulatedAdmin;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRecord;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.Journal;
import dev.harrier.spi.PendingCommand;
import dev.harrier.spi.ShardLease;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.Literals.LiteralMap;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Executions in a real database, written as admin writes them, without the checks that admin makes.
 */
final class PostgresAdmin implements SimulatedAdmin {
  private final Pool pool;
  private final InstantSource clock;
  private final CommandExchange exchange = new CommandExchange();
  private final PostgresJournal journal;
  private final List<ExecutionRef> created = new ArrayList<>();

  PostgresAdmin(Database database, InstantSource clock) {
    this.pool = database.engine();
    this.clock = clock;
    this.journal = new PostgresJournal(pool, exchange, () -> {});
  }

  /** Removes what an earlier run left. */
  static void clean(Database database) {
    run(
        database.engine(),
        connection -> {
          try (var statement = connection.createStatement()) {
            return statement.executeUpdate(
                "TRUNCATE execution, node_execution, attempt, held_attempt, timer, command, batch,"
                    + " child_request, closure CASCADE");
          }
        });
  }

  @Override
  public Journal journal() {
    return journal;
  }

  /** The same for engines of other processes. */
  PostgresJournal journalForOthers() {
    return journal.comparing();
  }

  @Override
  public void putClosure(String digest, CompiledWorkflowClosure closure) {
    run(
        pool,
        connection -> {
          try (var statement =
              connection.prepareStatement(
                  "INSERT INTO closure VALUES (?, ?) ON CONFLICT DO NOTHING")) {
            statement.setString(1, digest);
            statement.setBytes(2, closure.toByteArray());
            return statement.executeUpdate();
          }
        });
  }

  @Override
  public void create(
      ExecutionId id, String closureDigest, LiteralMap inputs, ExecutionSettings settings) {
    var command =
        run(
            pool,
            connection -> {
              var ref =
                  new ExecutionRef(
                      id,
                      insert(connection, id, closureDigest, inputs, settings),
                      id.shard(journal.shardCount()));
              return append(connection, ref, new Command.Create());
            });
    created.add(command.ref());
    exchange.handOver(List.of(command));
  }

  /** An execution of no graph. */
  ExecutionRef createEmpty(ExecutionId id, LiteralMap inputs) {
    create(id, "no closure", inputs, ExecutionSettings.getDefaultInstance());
    return created.getLast();
  }

  /** Makes an execution the child that a node of another waits for. */
  void adopt(ExecutionRef parent, String nodePath, ExecutionRef child) {
    var unused =
        run(
            pool,
            connection -> {
              try (var statement =
                  connection.prepareStatement(
                      "UPDATE execution SET parent_key = ?, parent_node_path = ? WHERE key = ?")) {
                Arguments.of(statement).number(parent.key()).text(nodePath).number(child.key());
                return statement.executeUpdate();
              }
            });
  }

  /** Takes all leases away. */
  void freeShards() {
    var unused =
        run(
            pool,
            connection -> {
              try (var statement = connection.createStatement()) {
                return statement.executeUpdate("UPDATE shard SET owner = NULL");
              }
            });
  }

  private long insert(
      Connection connection,
      ExecutionId id,
      String closureDigest,
      LiteralMap inputs,
      ExecutionSettings settings)
      throws SQLException {
    var sql =
        """
        INSERT INTO execution (created_at, updated_at, phase, shard, mode, project, domain, name,
          workflow_project, workflow_domain, workflow_name, workflow_version, launch_plan_project,
          launch_plan_domain, launch_plan_name, launch_plan_version, single_task, closure_digest,
          principal, tags, spec, inputs, settings)
        VALUES (?, ?, 1, ?, 0, ?, ?, ?, 'p', 'd', 'w', 'v', 'p', 'd', 'w', 'v', false, ?, 'test',
          '{}', '', ?, ?) RETURNING key
        """;
    try (var statement = connection.prepareStatement(sql)) {
      var now = Timestamp.from(clock.instant());
      statement.setTimestamp(1, now);
      statement.setTimestamp(2, now);
      statement.setInt(3, id.shard(journal.shardCount()));
      statement.setString(4, id.project());
      statement.setString(5, id.domain());
      statement.setString(6, id.name());
      statement.setString(7, closureDigest);
      statement.setBytes(8, inputs.toByteArray());
      statement.setBytes(9, settings.toByteArray());
      try (var row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static PendingCommand append(Connection connection, ExecutionRef ref, Command command)
      throws SQLException {
    var sql = "INSERT INTO command (execution_key, shard, payload) VALUES (?, ?, ?) RETURNING id";
    try (var statement = connection.prepareStatement(sql)) {
      statement.setLong(1, ref.key());
      statement.setInt(2, ref.shard());
      statement.setBytes(3, command.toBytes());
      try (var row = statement.executeQuery()) {
        row.next();
        return new PendingCommand(row.getLong(1), ref, command);
      }
    }
  }

  @Override
  public void post(ExecutionId id, Command command) {
    var ref = record(id).ref();
    var pending = run(pool, connection -> append(connection, ref, command));
    exchange.handOver(List.of(pending));
  }

  @Override
  public int launchChildren() {
    // Graphs without launch plan nodes ask for none; the API's tests cover children.
    return 0;
  }

  @Override
  public ExecutionRecord record(ExecutionId id) {
    return journal.load(List.of(id)).getFirst();
  }

  @Override
  public List<ExecutionRef> executions() {
    return List.copyOf(created);
  }

  @Override
  public int pendingCommands() {
    return (int) number("SELECT count(*) FROM command");
  }

  @Override
  public int heldAttempts() {
    return (int) number("SELECT count(*) FROM held_attempt");
  }

  @Override
  public long changes() {
    return number(
        "SELECT (SELECT coalesce(sum(cardinality(shards)), 0) FROM batch) + (SELECT last_value FROM command_id_seq)");
  }

  @Override
  public ShardLease current(ShardLease lease) {
    throw new UnsupportedOperationException("only for a planted bug, which runs in memory");
  }

  private long number(String sql) {
    return run(
        pool,
        connection -> {
          try (var statement = connection.createStatement();
              var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
          }
        });
  }

  private static <T> T run(Pool pool, dev.harrier.database.SqlWork<T> work) {
    return pool.run("a test's own work", work);
  }
}
