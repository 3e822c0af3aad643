package dev.harrier.database;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads columns of a query's current row. */
public final class Rows {
  private Rows() {}

  /** A text that is never NULL. */
  public static String text(ResultSet row, String column) throws SQLException {
    var value = row.getString(column);
    if (value == null) {
      throw missing(column);
    }
    return value;
  }

  /** A text that may be NULL. */
  public static Optional<String> optionalText(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getString(column));
  }

  /** Texts of an array that is never NULL, in its order. */
  public static List<String> texts(ResultSet row, String column) throws SQLException {
    var array = row.getArray(column);
    if (array == null) {
      throw missing(column);
    }
    return Arrays.stream((Object[]) array.getArray()).map(String::valueOf).toList();
  }

  /** A time that is never NULL. */
  public static Instant instant(ResultSet row, String column) throws SQLException {
    return optionalInstant(row, column).orElseThrow(() -> missing(column));
  }

  /** A time that may be NULL. */
  public static Optional<Instant> optionalInstant(ResultSet row, String column)
      throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  /** A message that is never NULL. */
  public static <M extends Message> M message(ResultSet row, String column, Parser<M> parser)
      throws SQLException {
    return optionalMessage(row, column, parser).orElseThrow(() -> missing(column));
  }

  /** A message that may be NULL. */
  public static <M extends Message> Optional<M> optionalMessage(
      ResultSet row, String column, Parser<M> parser) throws SQLException {
    var bytes = row.getBytes(column);
    if (bytes == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(parser.parseFrom(bytes));
    } catch (InvalidProtocolBufferException broken) {
      throw new IllegalStateException(
          "column %s: %d bytes are not the message they should be".formatted(column, bytes.length),
          broken);
    }
  }

  private static IllegalStateException missing(String column) {
    return new IllegalStateException("column %s: expected a value, got NULL".formatted(column));
  }
}
