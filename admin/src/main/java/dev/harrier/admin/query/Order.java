package dev.harrier.admin.query;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.Rejection;
import flyteidl.admin.Common.Sort;
import java.util.Optional;

/** By which column a list is sorted, and which way. */
record Order(Column column, boolean descending) {
  Order {
    requireNonNull(column, "column");
  }

  /** The order that a call asks for, else the source's own. */
  static Order of(Source source, Optional<Sort> sort) {
    if (sort.isEmpty()) {
      return source.defaultOrder();
    }
    var wanted = sort.orElseThrow();
    var column =
        source
            .column(wanted.getKey())
            .filter(Column::sortable)
            .orElseThrow(
                () -> Rejection.invalid("invalid sort key '%s'", Echo.of(wanted.getKey())));
    return switch (wanted.getDirection()) {
      case DESCENDING -> new Order(column, true);
      case ASCENDING -> new Order(column, false);
      case UNRECOGNIZED ->
          throw Rejection.invalid(
              "invalid sort order specified: expected 0 (descending) or 1 (ascending), got %d",
              wanted.getDirectionValue());
    };
  }

  /** The expression that rows are sorted by. */
  String sql() {
    if (column.type() instanceof ColumnType.Words words) {
      var cases = new StringBuilder("(CASE ").append(column.sql());
      words.numbers().entrySet().stream()
          .sorted(java.util.Map.Entry.comparingByKey())
          .forEach(
              word ->
                  cases
                      .append(" WHEN ")
                      .append(word.getValue())
                      .append(" THEN '")
                      .append(word.getKey())
                      .append('\''));
      return cases.append(" END)").toString();
    }
    return column.sql();
  }

  String direction() {
    return descending ? "DESC" : "ASC";
  }
}
