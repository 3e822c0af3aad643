package dev.harrier.admin.journal;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.harrier.admin.execution.ExecutionStore;
import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.security.token.LiveAttempts;
import dev.harrier.spi.AttemptId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Knows which attempts run by the rows that the engine keeps of them until their runtime has
 * forgotten them, or their execution has ended. A yes is remembered for a moment, since a task
 * makes its calls in a row.
 */
public final class HeldAttempts implements LiveAttempts {
  private static final Duration REMEMBERED = Duration.ofSeconds(2);
  private static final int REMEMBERED_MAX = 10_000;

  private final Database database;
  private final Cache<AttemptId, Boolean> live =
      Caffeine.newBuilder()
          .maximumSize(REMEMBERED_MAX)
          .expireAfterWrite(REMEMBERED)
          .executor(Runnable::run)
          .build();

  public HeldAttempts(Database database) {
    this.database = requireNonNull(database, "database");
  }

  @Override
  public boolean live(AttemptId attempt) {
    if (live.getIfPresent(attempt) != null) {
      return true;
    }
    var held =
        database.api().run("look whether an attempt runs", connection -> held(connection, attempt));
    if (held) {
      live.put(attempt, true);
    }
    return held;
  }

  private static boolean held(Connection connection, AttemptId attempt) throws SQLException {
    var execution = attempt.node().execution();
    try (var statement =
        connection.prepareStatement(
            """
            SELECT 1 FROM execution e
            JOIN held_attempt h ON h.shard = e.shard AND h.execution_key = e.key
            JOIN attempt a ON a.execution_key = h.execution_key AND a.node_path = h.node_path
              AND a.number = h.number
            WHERE e.project = ? AND e.domain = ? AND e.name = ? AND h.node_path = ?
              AND h.number = ? AND a.ended_at IS NULL AND e.phase NOT IN
            """
                + ExecutionStore.TERMINAL_PHASES)) {
      Arguments.of(statement)
          .text(execution.project())
          .text(execution.domain())
          .text(execution.name())
          .text(attempt.node().path())
          .number(attempt.number());
      try (var rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }
}
