package dev.harrier.database;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * Binds a statement's arguments from left to right. Those that take a list bind one array, a value
 * for each element: the columns of an {@code unnest}.
 *
 * <p>Times in arrays go as microseconds since 1970, see {@link #TIME}.
 */
public final class Arguments {
  /**
   * Turns a column of microseconds into one of times: {@code TIME.formatted("p.created_at")}. As
   * text, times would cost the driver and the server more than all other columns together.
   */
  public static final String TIME = "'epoch'::timestamptz + %s * interval '1 microsecond'";

  private final PreparedStatement statement;
  private int bound;

  private Arguments(PreparedStatement statement) {
    this.statement = statement;
  }

  /** Begins with the first argument. */
  public static Arguments of(PreparedStatement statement) {
    return new Arguments(statement);
  }

  public Arguments text(String value) throws SQLException {
    statement.setString(++bound, value);
    return this;
  }

  public Arguments optionalText(Optional<String> value) throws SQLException {
    statement.setString(++bound, value.orElse(null));
    return this;
  }

  public Arguments number(long value) throws SQLException {
    statement.setLong(++bound, value);
    return this;
  }

  public Arguments optionalNumber(Optional<Long> value) throws SQLException {
    if (value.isPresent()) {
      return number(value.get());
    }
    statement.setNull(++bound, Types.BIGINT);
    return this;
  }

  public Arguments truth(boolean value) throws SQLException {
    statement.setBoolean(++bound, value);
    return this;
  }

  public Arguments bytes(byte[] value) throws SQLException {
    statement.setBytes(++bound, value);
    return this;
  }

  /** A NULL where bytes could be. */
  public Arguments noBytes() throws SQLException {
    statement.setNull(++bound, Types.BINARY);
    return this;
  }

  public Arguments instant(Instant value) throws SQLException {
    statement.setObject(++bound, value.atOffset(ZoneOffset.UTC));
    return this;
  }

  /** A value of a type that the driver knows. */
  public Arguments object(Object value) throws SQLException {
    statement.setObject(++bound, value);
    return this;
  }

  /** One array of texts as a single value. */
  public Arguments textArray(List<String> values) throws SQLException {
    return array("text", values.toArray());
  }

  public <T> Arguments longs(List<T> rows, ToLongFunction<T> value) throws SQLException {
    statement.setObject(++bound, rows.stream().mapToLong(value).toArray());
    return this;
  }

  public <T> Arguments ints(List<T> rows, ToIntFunction<T> value) throws SQLException {
    statement.setObject(++bound, rows.stream().mapToInt(value).toArray());
    return this;
  }

  public <T> Arguments texts(List<T> rows, Function<T, String> value) throws SQLException {
    return array("text", rows.stream().map(value).toArray(String[]::new));
  }

  public <T> Arguments optionalTexts(List<T> rows, Function<T, Optional<String>> value)
      throws SQLException {
    return array(
        "text", rows.stream().map(row -> value.apply(row).orElse(null)).toArray(String[]::new));
  }

  public <T> Arguments optionalInts(List<T> rows, Function<T, Optional<Integer>> value)
      throws SQLException {
    return array(
        "int4", rows.stream().map(row -> value.apply(row).orElse(null)).toArray(Integer[]::new));
  }

  public <T> Arguments optionalTruths(List<T> rows, Function<T, Optional<Boolean>> value)
      throws SQLException {
    return array(
        "bool", rows.stream().map(row -> value.apply(row).orElse(null)).toArray(Boolean[]::new));
  }

  public <T> Arguments bytes(List<T> rows, Function<T, byte[]> value) throws SQLException {
    return array("bytea", rows.stream().map(value).toArray(byte[][]::new));
  }

  public <T> Arguments optionalBytes(List<T> rows, Function<T, Optional<byte[]>> value)
      throws SQLException {
    return array(
        "bytea", rows.stream().map(row -> value.apply(row).orElse(null)).toArray(byte[][]::new));
  }

  public <T> Arguments instants(List<T> rows, Function<T, Instant> value) throws SQLException {
    return longs(rows, row -> micros(value.apply(row)));
  }

  public <T> Arguments optionalInstants(List<T> rows, Function<T, Optional<Instant>> value)
      throws SQLException {
    return array(
        "int8",
        rows.stream()
            .map(row -> value.apply(row).map(Arguments::micros).orElse(null))
            .toArray(Long[]::new));
  }

  private Arguments array(String type, Object[] values) throws SQLException {
    statement.setArray(++bound, statement.getConnection().createArrayOf(type, values));
    return this;
  }

  private static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1000);
  }
}
