package dev.harrier.admin.query;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * One condition of a caller, checked against the closed set of columns; its values are still text.
 *
 * @param join what the column needs beside the source's tables, or the empty text
 * @param values at least one; exactly one unless the function takes a list
 */
record Filter(FilterFunction function, Column column, String join, List<String> values) {
  Filter {
    requireNonNull(function, "function");
    requireNonNull(column, "column");
    requireNonNull(join, "join");
    values = List.copyOf(values);
  }

  String value() {
    return values.getFirst();
  }
}
