package dev.harrier.admin;

import java.sql.Connection;
import java.sql.SQLException;

/** Whoever waits for a lock of the database, for tests of what happens meanwhile. */
public final class LockWaits {
  private LockWaits() {}

  /**
   * Returns once somebody waits for what this connection has locked; a test's limit of time ends it
   * if nobody does.
   */
  public static void awaitOne(Connection connection) throws SQLException {
    var waiting =
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))";
    try (var statement = connection.prepareStatement(waiting)) {
      while (!Thread.interrupted()) {
        try (var row = statement.executeQuery()) {
          if (row.next() && row.getInt(1) > 0) {
            return;
          }
        }
        Thread.onSpinWait();
      }
      throw new AssertionError("Nobody waits for a lock");
    }
  }
}
