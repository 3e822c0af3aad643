package dev.harrier.database;

import static java.util.Objects.requireNonNull;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;

/** Connections to one database for one purpose. */
public final class Pool implements AutoCloseable {
  private final HikariDataSource source;

  Pool(HikariDataSource source) {
    this.source = requireNonNull(source, "source");
  }

  /**
   * Runs statements that each stand for themselves.
   *
   * @param doing what is being done, for error messages: "read the execution"
   * @throws dev.harrier.spi.StoreUnavailableException if the database is out of reach
   */
  public <T> T run(String doing, SqlWork<T> work) {
    try (var connection = source.getConnection()) {
      return work.run(connection);
    } catch (SQLException error) {
      throw SqlErrors.translate(doing, error);
    }
  }

  /** Runs statements that all take effect, or none. */
  public <T> T transaction(String doing, SqlWork<T> work) {
    try {
      return transaction(work);
    } catch (SQLException error) {
      throw SqlErrors.translate(doing, error);
    }
  }

  /** Runs queries that all see the same state. */
  public <T> T snapshot(String doing, SqlWork<T> work) {
    return transaction(
        doing,
        connection -> {
          // Sent together with BEGIN; the driver's own setter would cost the session two more
          // turns.
          try (var statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
          }
          return work.run(connection);
        });
  }

  /** Runs statements that all take effect, or none; errors come as the driver tells them. */
  public <T> T transaction(SqlWork<T> work) throws SQLException {
    // The pool puts auto-commit back when it takes the connection back.
    try (var connection = source.getConnection()) {
      connection.setAutoCommit(false);
      T result;
      try {
        result = work.run(connection);
      } catch (SQLException | RuntimeException | Error failure) {
        rollback(connection, failure);
        throw failure;
      }
      connection.commit();
      return result;
    }
  }

  private static void rollback(Connection connection, Throwable failure) {
    try {
      connection.rollback();
    } catch (SQLException broken) {
      // The connection is gone, and with it the transaction; the first failure says why.
      failure.addSuppressed(broken);
    }
  }

  @Override
  public void close() {
    source.close();
  }
}
