package dev.harrier.admin.query;

import dev.harrier.spi.Rejection;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;

/** A value for a question mark of a statement. */
@FunctionalInterface
public interface Bind {
  /** Sets the value at a position, 1-based. */
  void set(Connection connection, PreparedStatement statement, int position) throws SQLException;

  /**
   * A text.
   *
   * @throws dev.harrier.spi.RejectedException if it holds a character that no stored text can have
   */
  static Bind text(String value) {
    requireStorable(value);
    return (connection, statement, position) -> statement.setString(position, value);
  }

  /** A whole number. */
  static Bind number(long value) {
    return (connection, statement, position) -> statement.setLong(position, value);
  }

  /** A number with decimals. */
  static Bind decimal(BigDecimal value) {
    return (connection, statement, position) -> statement.setBigDecimal(position, value);
  }

  /** A point in time, to the microsecond. */
  static Bind time(Instant value) {
    return (connection, statement, position) ->
        statement.setObject(position, value.atOffset(ZoneOffset.UTC));
  }

  /** Bytes. */
  static Bind bytes(byte[] value) {
    return (connection, statement, position) -> statement.setBytes(position, value);
  }

  /** Texts, as one array. */
  static Bind texts(Collection<String> values) {
    values.forEach(Bind::requireStorable);
    return array("text", values.toArray());
  }

  /** Whole numbers, as one array. */
  static Bind numbers(Collection<? extends Number> values) {
    return array("bigint", values.stream().map(Number::longValue).toArray());
  }

  /** Numbers with decimals, as one array. */
  static Bind decimals(Collection<BigDecimal> values) {
    return array("numeric", values.toArray());
  }

  /** Points in time, as one array. */
  static Bind times(Collection<Instant> values) {
    return array(
        "timestamptz", values.stream().map(time -> time.atOffset(ZoneOffset.UTC)).toArray());
  }

  private static Bind array(String type, Object[] values) {
    return (connection, statement, position) ->
        statement.setArray(position, connection.createArrayOf(type, values));
  }

  private static void requireStorable(String value) {
    // PostgreSQL cannot store it, so nothing that is stored can equal it either.
    if (value.indexOf('\0') >= 0) {
      throw Rejection.invalid("a text of the request holds the character NUL, which none may hold");
    }
  }
}
