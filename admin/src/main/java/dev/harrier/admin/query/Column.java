package dev.harrier.admin.query;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CompileTimeConstant;
import java.util.Map;

/**
 * Something that a list may be filtered or sorted by.
 *
 * @param name as filters and sort keys write it
 * @param sql an expression over the list's tables
 * @param nullable whether it may have no value; such rows sort as the greatest
 */
public record Column(String name, String sql, ColumnType type, boolean nullable) {
  public Column {
    requireNonNull(name, "name");
    requireNonNull(sql, "sql");
    requireNonNull(type, "type");
  }

  /** A column of text. */
  public static Column text(String name, @CompileTimeConstant final String sql) {
    return new Column(name, sql, new ColumnType.Text(), false);
  }

  /** A column of whole numbers. */
  public static Column number(String name, @CompileTimeConstant final String sql) {
    return new Column(name, sql, new ColumnType.Whole(), false);
  }

  /** A column of points in time. */
  public static Column time(String name, @CompileTimeConstant final String sql) {
    return new Column(name, sql, new ColumnType.Time(), false);
  }

  /** A column of lengths of time, as numeric seconds. */
  public static Column seconds(String name, @CompileTimeConstant final String sql) {
    return new Column(name, sql, new ColumnType.Seconds(), false);
  }

  /** A column of numbers that stand for words. */
  public static Column words(
      String name, @CompileTimeConstant final String sql, Map<String, Integer> numbers) {
    return new Column(name, sql, new ColumnType.Words(numbers), false);
  }

  /** A column of sets of texts; not to sort by. */
  public static Column texts(String name, @CompileTimeConstant final String sql) {
    return new Column(name, sql, new ColumnType.Texts(), false);
  }

  /** The same, where rows may have no value. */
  public Column orNull() {
    return new Column(name, sql, type, true);
  }

  boolean sortable() {
    return !(type instanceof ColumnType.Texts);
  }
}
