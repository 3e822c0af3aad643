package dev.harrier.bench.engine;

import dev.harrier.bench.measure.CommitRate;
import dev.harrier.database.DatabaseSettings;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A transaction that somebody forgot: as long as it is open PostgreSQL keeps every version of every
 * row that it might still want to read.
 */
final class OldSnapshot implements AutoCloseable {
  private final Connection connection;

  private OldSnapshot(Connection connection) {
    this.connection = connection;
  }

  static OldSnapshot take(DatabaseSettings settings) throws SQLException {
    var snapshot = new OldSnapshot(CommitRate.connect(settings));
    snapshot.connection.setAutoCommit(false);
    snapshot.connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    // A snapshot is taken by the first statement, not by the beginning of the transaction.
    snapshot.check();
    return snapshot;
  }

  /** Reads with it, which fails if it is not held any more. */
  void check() throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT count(*) FROM shard")) {
      row.next();
    }
  }

  @Override
  public void close() throws SQLException {
    connection.rollback();
    connection.close();
  }
}
