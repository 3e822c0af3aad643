package dev.harrier.admin.query;

import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads filters: {@code function(field,value)}, several joined by {@code +}, a list of values by
 * {@code ;}.
 *
 * <p>Each character is looked at a bounded number of times. Neither a plus sign nor, in a list, a
 * semicolon can be part of a value; Flyte's own reader has no way to write them either.
 */
final class FilterParser {
  /** Filters of one call, at most. */
  static final int FILTERS_MAX = 100;

  /** Values of one filter, at most. */
  static final int VALUES_MAX = 10_000;

  private FilterParser() {}

  /**
   * The filters of a text; none for the empty text.
   *
   * @throws RejectedException that names what is wrong
   */
  static List<Filter> parse(Source source, String text) {
    if (text.isEmpty()) {
      return List.of();
    }
    var filters = new ArrayList<Filter>();
    for (var expression : split(text, '+', FILTERS_MAX, "filters")) {
      filters.add(expression(source, expression));
    }
    return List.copyOf(filters);
  }

  private static Filter expression(Source source, String expression) {
    var open = expression.indexOf('(');
    var comma = expression.indexOf(',', open + 1);
    var close = expression.length() - 1;
    if (open < 1 || comma <= open + 1 || close <= comma + 1 || expression.charAt(close) != ')') {
      throw invalid();
    }
    var field = expression.substring(open + 1, comma);
    var value = expression.substring(comma + 1, close);
    if (value.length() > 1 && Character.isWhitespace(value.charAt(0))) {
      value = value.substring(1);
    }
    if (value.indexOf('\0') >= 0) {
      throw invalid();
    }
    return filter(source, expression.substring(0, open), field, value);
  }

  private static Filter filter(Source source, String word, String field, String value) {
    var dot = field.indexOf('.');
    var prefix = dot < 0 ? source.prefix() : field.substring(0, dot);
    var name = field.substring(dot + 1);
    var family =
        source
            .family(prefix)
            .orElseThrow(
                () -> Rejection.invalid("'%s' entity is not allowed in filters", Echo.of(prefix)));
    var column = family.columns().get(name);
    if (column == null) {
      throw Rejection.invalid("'%s.%s' is invalid filter", family.letter(), Echo.of(name));
    }
    var function =
        FilterFunction.of(word)
            .orElseThrow(
                () -> Rejection.invalid("unrecognized filter function: %s", Echo.of(word)));
    var values = split(value, ';', VALUES_MAX, "values in the filter on '" + name + "'");
    if (!function.takesList() && values.size() > 1) {
      throw Rejection.invalid(
          "invalid single value filter expression: %s; for a list of values use value_in or value_not_in",
          function.words());
    }
    return new Filter(function, column, family.join(), values);
  }

  private static List<String> split(String text, char separator, int limit, String what) {
    var parts = new ArrayList<String>();
    var begin = 0;
    while (true) {
      var end = text.indexOf(separator, begin);
      if (parts.size() == limit) {
        throw Rejection.invalid(
            "invalid value for filters: expected at most %d %s, got more", limit, what);
      }
      if (end < 0) {
        parts.add(text.substring(begin));
        return parts;
      }
      parts.add(text.substring(begin, end));
      begin = end + 1;
    }
  }

  private static RejectedException invalid() {
    return Rejection.invalid("invalid value for filters");
  }
}
