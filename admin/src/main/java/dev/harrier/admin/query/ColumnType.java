package dev.harrier.admin.query;

import java.util.Map;

/** What a column holds, and so what a filter's text means for it. */
public sealed interface ColumnType {

  /** Text. */
  record Text() implements ColumnType {}

  /** Whole numbers. */
  record Whole() implements ColumnType {}

  /** Points in time; filters write them as RFC 3339. */
  record Time() implements ColumnType {}

  /** Lengths of time, in SQL as numeric seconds; filters write seconds or {@code 1h2m3.5s}. */
  record Seconds() implements ColumnType {}

  /**
   * Words of a closed set that rows hold as numbers. Filters name the words and compare them as
   * text; sorted by the words.
   */
  record Words(Map<String, Integer> numbers) implements ColumnType {
    public Words {
      numbers = Map.copyOf(numbers);
    }
  }

  /** A set of texts in one row, such as tags: a filter asks for a row with such a member. */
  record Texts() implements ColumnType {}
}
