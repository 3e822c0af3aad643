package dev.harrier.admin.query;

import com.google.errorprone.annotations.CompileTimeConstant;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Constant statements with bound values. */
public final class Sql {
  private Sql() {}

  /** All rows of a query. */
  public static <T> List<T> all(
      Connection connection,
      @CompileTimeConstant final String sql,
      RowReader<T> reader,
      Bind... binds)
      throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      bind(connection, statement, binds);
      try (var rows = statement.executeQuery()) {
        var values = new ArrayList<T>();
        while (rows.next()) {
          values.add(reader.read(rows));
        }
        return List.copyOf(values);
      }
    }
  }

  /** The first row of a query, if there is one. */
  public static <T> Optional<T> first(
      Connection connection,
      @CompileTimeConstant final String sql,
      RowReader<T> reader,
      Bind... binds)
      throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      bind(connection, statement, binds);
      try (var rows = statement.executeQuery()) {
        return rows.next() ? Optional.of(reader.read(rows)) : Optional.empty();
      }
    }
  }

  /**
   * Runs a statement that changes rows.
   *
   * @return how many
   */
  public static int update(
      Connection connection, @CompileTimeConstant final String sql, Bind... binds)
      throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      bind(connection, statement, binds);
      return statement.executeUpdate();
    }
  }

  private static void bind(Connection connection, PreparedStatement statement, Bind... binds)
      throws SQLException {
    for (var i = 0; i < binds.length; i++) {
      binds[i].set(connection, statement, i + 1);
    }
  }
}
