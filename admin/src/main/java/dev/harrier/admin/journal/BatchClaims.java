package dev.harrier.admin.journal;

import dev.harrier.admin.execution.ExecutionStore;
import dev.harrier.database.Arguments;
import dev.harrier.database.Rows;
import dev.harrier.idl.engine.v1.ChildRequest;
import dev.harrier.idl.engine.v1.ExecutionSettings;
import dev.harrier.spi.AttemptPhase;
import dev.harrier.spi.Batch;
import dev.harrier.spi.Batch.ExecutionChange;
import dev.harrier.spi.Command;
import dev.harrier.spi.PoisonedBatchException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a batch of another process says of executions, compared with their rows: that keys and names
 * belong together, that it adds to no execution that has ended, consumes its executions' own
 * commands, tells only parents and children, asks for children with what their parent has, and lets
 * go only what is over. Phases and revisions are compared where they are written.
 */
final class BatchClaims {
  private static final List<AttemptPhase> ATTEMPTS_OVER =
      Arrays.stream(AttemptPhase.values()).filter(AttemptPhase::terminal).toList();

  private final Connection connection;
  private final List<ExecutionChange> changes;

  private BatchClaims(Connection connection, List<ExecutionChange> changes) {
    this.connection = connection;
    this.changes = changes;
  }

  /**
   * Returns if all is true that can be seen before the batch is written.
   *
   * @throws PoisonedBatchException that says what is not
   */
  static void check(Connection connection, Batch batch) throws SQLException {
    var claims = of(connection, batch);
    claims.names();
    claims.growing();
    claims.consumed();
    claims.children();
  }

  /**
   * Returns if the batch tells only whom it may, and lets go only what is over. To be asked once it
   * is written and before it is committed: an execution that others make meanwhile is told too if
   * it has the name, and what the batch itself ends is over.
   *
   * @throws PoisonedBatchException that says what is not
   */
  static void checkWritten(Connection connection, Batch batch) throws SQLException {
    var claims = of(connection, batch);
    claims.posted();
    claims.released();
  }

  private static BatchClaims of(Connection connection, Batch batch) {
    return new BatchClaims(
        connection, batch.parts().stream().flatMap(part -> part.executions().stream()).toList());
  }

  private record Of<T>(ExecutionChange change, T row) {
    long key() {
      return change.ref().key();
    }
  }

  private void names() throws SQLException {
    if (changes.isEmpty()) {
      return;
    }
    var sql =
        """
        SELECT count(*) FROM unnest(?::bigint[], ?::int[], ?::text[], ?::text[], ?::text[])
          AS p (key, shard, project, domain, name)
        WHERE NOT EXISTS (SELECT 1 FROM execution e WHERE e.key = p.key AND e.shard = p.shard
          AND e.project = p.project AND e.domain = p.domain AND e.name = p.name)
        """;
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement)
          .longs(changes, change -> change.ref().key())
          .ints(changes, change -> change.ref().shard())
          .texts(changes, change -> change.ref().id().project())
          .texts(changes, change -> change.ref().id().domain())
          .texts(changes, change -> change.ref().id().name());
      requireNone(statement, "executions of another key or shard than it says");
    }
  }

  /** An attempt gets a token and secrets, so none is made up where everything is over. */
  private void growing() throws SQLException {
    var growing =
        changes.stream()
            .filter(
                change -> !change.insertedNodes().isEmpty() || !change.insertedAttempts().isEmpty())
            .toList();
    if (growing.isEmpty()) {
      return;
    }
    var sql =
        "SELECT count(*) FROM execution WHERE key = ANY(?::bigint[]) AND phase IN "
            + ExecutionStore.TERMINAL_PHASES;
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement).longs(growing, change -> change.ref().key());
      requireNone(statement, "executions that have ended, with new nodes or attempts");
    }
  }

  private void consumed() throws SQLException {
    var consumed =
        changes.stream()
            .flatMap(change -> change.consumed().stream().map(id -> new Of<>(change, id)))
            .toList();
    if (consumed.isEmpty()) {
      return;
    }
    var sql =
        """
        SELECT count(*) FROM unnest(?::bigint[], ?::bigint[]) AS p (id, key)
        JOIN command c ON c.id = p.id WHERE c.execution_key <> p.key
        """;
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement).longs(consumed, Of::row).longs(consumed, Of::key);
      requireNone(statement, "commands of other executions, which it consumes");
    }
  }

  private void posted() throws SQLException {
    var posted =
        changes.stream()
            .flatMap(change -> change.posted().stream().map(one -> new Of<>(change, one)))
            .filter(one -> !one.row().to().equals(one.change().ref().id()))
            .toList();
    if (posted.isEmpty()) {
      return;
    }
    // Upward goes the word that a child has ended, to the node that waits; downward goes an abort.
    var sql =
        """
        SELECT count(*)
        FROM unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[])
          AS p (key, project, domain, name, node_path)
        JOIN execution f ON f.key = p.key
        JOIN execution t ON t.project = p.project AND t.domain = p.domain AND t.name = p.name
        WHERE NOT CASE WHEN p.node_path IS NULL THEN coalesce(t.parent_key = f.key, false)
          ELSE coalesce(f.parent_key = t.key AND f.parent_node_path = p.node_path, false) END
        """;
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement)
          .longs(posted, Of::key)
          .texts(posted, one -> one.row().to().project())
          .texts(posted, one -> one.row().to().domain())
          .texts(posted, one -> one.row().to().name())
          .optionalTexts(
              posted,
              one ->
                  one.row().command() instanceof Command.ChildEnded ended
                      ? Optional.of(ended.nodePath())
                      : Optional.empty());
      requireNone(statement, "executions that are neither parent nor child, which it tells");
    }
  }

  /**
   * What is let go is asked after by nobody, and the execution would wait for ever. In one that has
   * ended an attempt may be let go whose row says that it runs: an execution that is given up is
   * written by its own row alone.
   */
  private void released() throws SQLException {
    var released =
        changes.stream()
            .flatMap(change -> change.released().stream().map(one -> new Of<>(change, one)))
            .toList();
    if (released.isEmpty()) {
      return;
    }
    var sql =
        """
        SELECT count(*) FROM unnest(?::bigint[], ?::text[], ?::int[]) AS p (key, path, number)
        JOIN attempt a ON a.execution_key = p.key AND a.node_path = p.path AND a.number = p.number
        JOIN execution e ON e.key = p.key
        WHERE a.phase <> ALL (?::int[]) AND e.phase NOT IN
        """
            + ExecutionStore.TERMINAL_PHASES;
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement)
          .longs(released, Of::key)
          .texts(released, one -> one.row().nodePath())
          .ints(released, one -> one.row().number())
          .ints(ATTEMPTS_OVER, AttemptPhase::number);
      requireNone(statement, "attempts that are not over, which it lets go");
    }
  }

  private void children() throws SQLException {
    var parents = changes.stream().filter(change -> !change.children().isEmpty()).toList();
    if (parents.isEmpty()) {
      return;
    }
    var settings = new HashMap<Long, ExecutionSettings>();
    var sql = "SELECT key, settings FROM execution WHERE key = ANY(?::bigint[])";
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement).longs(parents, change -> change.ref().key());
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          settings.put(
              row.getLong("key"), Rows.message(row, "settings", ExecutionSettings.parser()));
        }
      }
    }
    for (var parent : parents) {
      var own = settings.get(parent.ref().key());
      if (own == null || !inherited(own, parent.children().stream())) {
        throw refused(
            "execution %s: expected children with its own settings, found others"
                .formatted(parent.ref()));
      }
    }
  }

  private static boolean inherited(ExecutionSettings own, Stream<ChildRequest> children) {
    var expected = own.toBuilder().setNesting(own.getNesting() + 1).build();
    return children.allMatch(child -> child.getInherited().equals(expected));
  }

  private static void requireNone(PreparedStatement statement, String what) throws SQLException {
    try (var row = statement.executeQuery()) {
      if (row.next() && row.getLong(1) > 0) {
        throw refused("the batch has %s %s".formatted(row.getLong(1), what));
      }
    }
  }

  private static PoisonedBatchException refused(String why) {
    return new PoisonedBatchException(why, new IllegalStateException(why));
  }
}
