package dev.harrier.admin.journal;

import dev.harrier.database.Arguments;
import dev.harrier.idl.engine.v1.ChildRequest;
import dev.harrier.spi.Batch;
import dev.harrier.spi.Batch.ExecutionChange;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.ExecutionRow;
import dev.harrier.spi.Failure;
import dev.harrier.spi.PendingCommand;
import dev.harrier.spi.PoisonedBatchException;
import dev.harrier.spi.TimerRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Writes a batch: the fence first, then each table with one statement for all of its rows. Whoever
 * else locks rows of several tables does so in the same order.
 */
final class BatchWriter {
  private final Connection connection;
  private final List<ExecutionChange> changes;

  private BatchWriter(Connection connection, List<ExecutionChange> changes) {
    this.connection = connection;
    this.changes = changes;
  }

  /**
   * What came of a batch.
   *
   * @param lost shards whose part was left out
   * @param posted to be handed over after the commit
   */
  record Written(Set<Integer> lost, List<PendingCommand> posted, boolean childrenRequested) {}

  /**
   * To be called in a transaction of its own.
   *
   * @throws PoisonedBatchException if a row is not as the batch says it should be
   */
  static Written write(Connection connection, Batch batch) throws SQLException {
    var kept = BatchRows.fence(connection, batch);
    var lost = new HashSet<Integer>();
    var changes = new ArrayList<ExecutionChange>();
    for (var part : batch.parts()) {
      if (kept.contains(part.lease().shard())) {
        changes.addAll(part.executions());
      } else {
        lost.add(part.lease().shard());
      }
    }
    var writer = new BatchWriter(connection, changes);
    writer.updateExecutions();
    var nodes = new NodeRows(connection);
    nodes.insert(writer.each(ExecutionChange::insertedNodes));
    nodes.update(writer.each(ExecutionChange::updatedNodes));
    var attempts = new AttemptRows(connection);
    attempts.insert(writer.each(ExecutionChange::insertedAttempts));
    attempts.update(writer.each(ExecutionChange::updatedAttempts));
    attempts.release(writer.each(ExecutionChange::released));
    writer.clearTimers(writer.each(ExecutionChange::clearedTimers));
    writer.setTimers(writer.each(ExecutionChange::setTimers));
    writer.deleteCommands(writer.each(ExecutionChange::consumed));
    var posted = writer.postCommands(writer.each(ExecutionChange::posted));
    var children = writer.each(ExecutionChange::children);
    writer.requestChildren(children);
    return new Written(lost, posted, !children.isEmpty());
  }

  /** A row with the execution that it is of. */
  record Of<T>(ExecutionRef ref, T row) {}

  private <T> List<Of<T>> each(Function<ExecutionChange, List<T>> rows) {
    var all = new ArrayList<Of<T>>();
    for (var change : changes) {
      for (var row : rows.apply(change)) {
        all.add(new Of<>(change.ref(), row));
      }
    }
    return all;
  }

  private void updateExecutions() throws SQLException {
    List<Of<ExecutionRow>> rows = each(change -> change.execution().stream().toList());
    if (rows.isEmpty()) {
      return;
    }
    var sql =
        """
        UPDATE execution e SET phase = p.phase, started_at = %s, ended_at = %s, updated_at = %s,
          outputs = p.outputs, failure_code = p.failure_code,
          failure_message = p.failure_message, failure_kind = p.failure_kind,
          failure_recoverable = p.failure_recoverable, abort_cause = p.abort_cause,
          abort_principal = p.abort_principal, revision = p.revision
        FROM unnest(?::bigint[], ?::int[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bytea[],
          ?::text[], ?::text[], ?::int[], ?::bool[], ?::text[], ?::text[], ?::int[], ?::int[])
          AS p (key, phase, started_at, ended_at, updated_at, outputs, failure_code,
            failure_message, failure_kind, failure_recoverable, abort_cause, abort_principal,
            revision, before)
        WHERE e.key = p.key AND e.revision = p.revision - 1 AND (1 << e.phase) & p.before <> 0
        """
            .formatted(
                Arguments.TIME.formatted("p.started_at"),
                Arguments.TIME.formatted("p.ended_at"),
                Arguments.TIME.formatted("p.updated_at"));
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement)
          .longs(rows, row -> row.ref.key())
          .ints(rows, row -> row.row.phase().number())
          .optionalInstants(rows, row -> row.row.startedAt())
          .optionalInstants(rows, row -> row.row.endedAt())
          .instants(rows, row -> row.row.updatedAt())
          .optionalBytes(rows, row -> row.row.outputs().map(outputs -> outputs.toByteArray()))
          .optionalTexts(rows, row -> row.row.failure().map(Failure::code))
          .optionalTexts(rows, row -> row.row.failure().map(Failure::message))
          .optionalInts(rows, row -> row.row.failure().map(failure -> failure.kind().number()))
          .optionalTruths(rows, row -> row.row.failure().map(Failure::recoverable))
          .optionalTexts(rows, row -> row.row.abort().map(Command.Abort::cause))
          .optionalTexts(rows, row -> row.row.abort().map(Command.Abort::principal))
          .ints(rows, row -> row.row.revision())
          .ints(rows, row -> Predecessors.OF_EXECUTIONS.of(row.row.phase()));
      expect(statement.executeUpdate(), rows, "execution");
    }
  }

  /** Fewer rows than expected: somebody else wrote, or the batch repeats itself. */
  static void expect(int found, List<? extends Of<?>> rows, String what) {
    if (found != rows.size()) {
      var message =
          "%s rows: expected to write %d, but %d were as the batch says they are; of %s"
              .formatted(
                  what,
                  rows.size(),
                  found,
                  rows.stream().map(Of::ref).distinct().limit(5).toList());
      throw new PoisonedBatchException(message, new IllegalStateException(message));
    }
  }

  private void clearTimers(List<Of<TimerRow>> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    // One look-up for each: of a table with few rows and many dead ones the planner would read all.
    var sql =
        """
        DELETE FROM timer WHERE ctid = ANY (ARRAY(
          SELECT t.ctid
          FROM unnest(?::bigint[], ?::text[], ?::text[]) AS p (key, path, kind)
          CROSS JOIN LATERAL (
            SELECT ctid FROM timer
            WHERE execution_key = p.key AND node_path = p.path AND kind = p.kind OFFSET 0) t))
        """;
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement)
          .longs(rows, row -> row.ref.key())
          .texts(rows, row -> row.row.nodePath())
          .texts(rows, row -> row.row.kind().name());
      statement.executeUpdate();
    }
  }

  private void setTimers(List<Of<TimerRow>> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    var sql =
        """
        INSERT INTO timer (execution_key, shard, node_path, kind, attempt, due_at)
        SELECT p.key, p.shard, p.path, p.kind, p.attempt, %s
        FROM unnest(?::bigint[], ?::int[], ?::text[], ?::text[], ?::int[], ?::bigint[])
          AS p (key, shard, path, kind, attempt, due_at)
        ON CONFLICT (execution_key, node_path, kind)
          DO UPDATE SET attempt = excluded.attempt, due_at = excluded.due_at
        """
            .formatted(Arguments.TIME.formatted("p.due_at"));
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement)
          .longs(rows, row -> row.ref.key())
          .ints(rows, row -> row.ref.shard())
          .texts(rows, row -> row.row.nodePath())
          .texts(rows, row -> row.row.kind().name())
          .ints(rows, row -> row.row.attempt())
          .instants(rows, row -> row.row.dueAt());
      statement.executeUpdate();
    }
  }

  private void deleteCommands(List<Of<Long>> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    // By its execution as well: a number that is still to come may be somebody else's by now.
    var sql =
        """
        DELETE FROM command c USING unnest(?::bigint[], ?::bigint[]) AS p (id, key)
        WHERE c.id = p.id AND c.execution_key = p.key
        """;
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement).longs(rows, Of::row).longs(rows, row -> row.ref.key());
      statement.executeUpdate();
    }
  }

  private List<PendingCommand> postCommands(List<Of<Batch.Posted>> rows) throws SQLException {
    if (rows.isEmpty()) {
      return List.of();
    }
    // Numbered here, since the order of RETURNING says nothing about which row got which number.
    var sql =
        """
        SELECT i.number, e.key, e.shard, nextval('command_id_seq') AS id
        FROM unnest(?::text[], ?::text[], ?::text[]) WITH ORDINALITY
          AS i (project, domain, name, number)
        JOIN execution e ON e.project = i.project AND e.domain = i.domain AND e.name = i.name
        """;
    var posted = new ArrayList<PendingCommand>();
    try (var statement = connection.prepareStatement(sql)) {
      Function<Of<Batch.Posted>, ExecutionId> to = row -> row.row.to();
      Arguments.of(statement)
          .texts(rows, row -> to.apply(row).project())
          .texts(rows, row -> to.apply(row).domain())
          .texts(rows, row -> to.apply(row).name());
      try (var found = statement.executeQuery()) {
        while (found.next()) {
          var message = rows.get(found.getInt("number") - 1).row;
          posted.add(
              new PendingCommand(
                  found.getLong("id"),
                  new ExecutionRef(message.to(), found.getLong("key"), found.getInt("shard")),
                  message.command()));
        }
      }
    }
    insertCommands(connection, posted);
    return posted;
  }

  /** Inserts commands that have their numbers. */
  static void insertCommands(Connection connection, List<PendingCommand> commands)
      throws SQLException {
    if (commands.isEmpty()) {
      return;
    }
    var sql =
        """
        INSERT INTO command (id, execution_key, shard, payload)
        SELECT * FROM unnest(?::bigint[], ?::bigint[], ?::int[], ?::bytea[])
        """;
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement)
          .longs(commands, PendingCommand::id)
          .longs(commands, command -> command.ref().key())
          .ints(commands, command -> command.ref().shard())
          .bytes(commands, command -> command.command().toBytes());
      statement.executeUpdate();
    }
  }

  private void requestChildren(List<Of<ChildRequest>> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    var sql =
        """
        INSERT INTO child_request (execution_key, payload)
        SELECT * FROM unnest(?::bigint[], ?::bytea[])
        """;
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement)
          .longs(rows, row -> row.ref.key())
          .bytes(rows, row -> row.row.toByteArray());
      statement.executeUpdate();
    }
  }
}
