package dev.harrier.admin.query;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.util.List;

/** SQL for a WHERE clause, with the values of its question marks in order. */
record Condition(String sql, List<Bind> binds) {
  Condition {
    requireNonNull(sql, "sql");
    binds = List.copyOf(binds);
  }

  /**
   * What a filter asks for.
   *
   * @throws RejectedException if its values are none that the column has, or the function cannot be
   *     asked of it
   */
  static Condition of(Filter filter) {
    return switch (filter.column().type()) {
      case ColumnType.Text text -> text(filter);
      case ColumnType.Whole number ->
          scalar(
              filter,
              Bind.numbers(
                  filter.values().stream().map(value -> Values.number(filter, value)).toList()),
              "bigint[]");
      case ColumnType.Time time ->
          scalar(
              filter,
              Bind.times(
                  filter.values().stream().map(value -> Values.time(filter, value)).toList()),
              "timestamptz[]");
      case ColumnType.Seconds seconds ->
          scalar(
              filter,
              Bind.decimals(
                  filter.values().stream().map(value -> Values.seconds(filter, value)).toList()),
              "numeric[]");
      case ColumnType.Words words -> words(filter, words);
      case ColumnType.Texts texts -> texts(filter);
    };
  }

  private static Condition text(Filter filter) {
    var sql = filter.column().sql();
    return switch (filter.function()) {
      // No character escapes in a pattern, as a pattern that ends with the escape is an error.
      case CONTAINS -> one(sql + " LIKE ? ESCAPE ''", Bind.text("%" + filter.value() + "%"));
      case NOT_LIKE -> one(sql + " NOT LIKE ? ESCAPE ''", Bind.text(filter.value()));
      case IN -> one(sql + " = ANY (?)", Bind.texts(filter.values()));
      case NOT_IN -> one(sql + " <> ALL (?)", Bind.texts(filter.values()));
      case GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL, EQUAL, NOT_EQUAL ->
          one(sql + " " + filter.function().operator() + " ?", Bind.text(filter.value()));
    };
  }

  private static Condition scalar(Filter filter, Bind values, String arrayType) {
    var sql = filter.column().sql();
    return switch (filter.function()) {
      case CONTAINS, NOT_LIKE -> throw unsupported(filter);
      case IN -> one(sql + " = ANY (?)", values);
      case NOT_IN -> one(sql + " <> ALL (?)", values);
      case GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL, EQUAL, NOT_EQUAL ->
          one("%s %s (?::%s)[1]".formatted(sql, filter.function().operator(), arrayType), values);
    };
  }

  private static Condition words(Filter filter, ColumnType.Words words) {
    var numbers =
        words.numbers().entrySet().stream()
            .filter(word -> Values.holds(filter, word.getKey()))
            .map(word -> word.getValue().longValue())
            .toList();
    return one(filter.column().sql() + " = ANY (?)", Bind.numbers(numbers));
  }

  private static Condition texts(Filter filter) {
    var sql = filter.column().sql();
    return switch (filter.function()) {
      case EQUAL -> one(sql + " @> ?", Bind.texts(filter.values()));
      case NOT_EQUAL -> one("NOT (" + sql + " @> ?)", Bind.texts(filter.values()));
      case IN -> one(sql + " && ?", Bind.texts(filter.values()));
      case NOT_IN -> one("NOT (" + sql + " && ?)", Bind.texts(filter.values()));
      case CONTAINS ->
          one(
              "EXISTS (SELECT FROM unnest(%s) AS member WHERE member LIKE ? ESCAPE '')"
                  .formatted(sql),
              Bind.text("%" + filter.value() + "%"));
      case NOT_LIKE ->
          one(
              "NOT EXISTS (SELECT FROM unnest(%s) AS member WHERE member LIKE ? ESCAPE '')"
                  .formatted(sql),
              Bind.text(filter.value()));
      case GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL -> throw unsupported(filter);
    };
  }

  private static Condition one(String sql, Bind bind) {
    return new Condition(sql, List.of(bind));
  }

  private static RejectedException unsupported(Filter filter) {
    return Rejection.invalid(
        "unsupported filter expression: %s cannot be asked of '%s'",
        filter.function().words(), filter.column().name());
  }
}
