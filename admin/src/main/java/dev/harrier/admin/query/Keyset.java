package dev.harrier.admin.query;

import dev.harrier.spi.RejectedException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Order and position of a page in SQL. Rows without a value sort as the greatest. */
record Keyset(Order order, Column tie) {
  private static final int DECIMAL_CHARACTERS_MAX = 60;

  /** The ORDER BY clause, tie-break included. */
  String orderBy() {
    return "%s %s, %s %s".formatted(order.sql(), order.direction(), tie.sql(), order.direction());
  }

  /** The sort key of a row as text that {@link #after} can read back without loss. */
  String sortKeyText() {
    return asText(order.sql(), order.column().type());
  }

  /** The tie-break of a row as text. */
  String tieText() {
    return asText(tie.sql(), tie.type());
  }

  /**
   * The rows after one.
   *
   * @throws RejectedException if the token holds no values of these columns
   */
  Condition after(ListRequest request, PageToken.After token) {
    var key = order.sql();
    var beyond = order.descending() ? "<" : ">";
    var last = bind(request, tie.type(), token.tie());
    var binds = new ArrayList<Bind>();
    if (token.sortKey().isEmpty()) {
      binds.add(last);
      var among = "%s IS NULL AND %s %s ?".formatted(key, tie.sql(), beyond);
      return new Condition(
          order.descending() ? "(%s OR %s IS NOT NULL)".formatted(among, key) : among, binds);
    }
    var value = bind(request, order.column().type(), token.sortKey().orElseThrow());
    // One comparison of two columns: an index on both finds the page's begin.
    binds.addAll(List.of(value, last));
    var rows = "(%s, %s) %s (?, ?)".formatted(key, tie.sql(), beyond);
    return new Condition(
        order.column().nullable() && !order.descending()
            ? "(%s OR %s IS NULL)".formatted(rows, key)
            : rows,
        binds);
  }

  private static String asText(String sql, ColumnType type) {
    return switch (type) {
      case ColumnType.Time time ->
          "(extract(epoch FROM %s) * 1000000)::bigint::text".formatted(sql);
      case ColumnType.Text text -> sql;
      case ColumnType.Words words -> sql;
      case ColumnType.Whole number -> sql + "::text";
      case ColumnType.Seconds seconds -> "(" + sql + ")::numeric::text";
      case ColumnType.Texts texts ->
          throw new IllegalStateException("nothing is sorted by a set of texts");
    };
  }

  private static Bind bind(ListRequest request, ColumnType type, String text) {
    return switch (type) {
      case ColumnType.Time time ->
          Bind.time(Instant.EPOCH.plus(number(request, text), ChronoUnit.MICROS));
      case ColumnType.Text words -> text(request, text);
      case ColumnType.Words words -> text(request, text);
      case ColumnType.Whole number -> Bind.number(number(request, text));
      case ColumnType.Seconds seconds -> Bind.decimal(decimal(request, text));
      case ColumnType.Texts texts -> throw PageToken.invalid(request);
    };
  }

  private static Bind text(ListRequest request, String text) {
    if (text.indexOf('\0') >= 0) {
      throw PageToken.invalid(request);
    }
    return Bind.text(text);
  }

  private static long number(ListRequest request, String text) {
    return parsed(request, () -> Long.parseLong(text));
  }

  private static BigDecimal decimal(ListRequest request, String text) {
    return parsed(
        request,
        () -> {
          if (text.length() > DECIMAL_CHARACTERS_MAX || text.indexOf('e') >= 0) {
            throw new NumberFormatException();
          }
          return new BigDecimal(text);
        });
  }

  private static <T> T parsed(ListRequest request, java.util.function.Supplier<T> parser) {
    try {
      return Optional.ofNullable(parser.get()).orElseThrow(() -> PageToken.invalid(request));
    } catch (NumberFormatException forged) {
      throw PageToken.invalid(request);
    }
  }
}
