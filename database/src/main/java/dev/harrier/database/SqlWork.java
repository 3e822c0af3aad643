package dev.harrier.database;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Something to do with a connection. It must neither keep nor close it.
 *
 * @param <T> what comes of it
 */
@FunctionalInterface
public interface SqlWork<T> {
  /** Does it. */
  T run(Connection connection) throws SQLException;
}
