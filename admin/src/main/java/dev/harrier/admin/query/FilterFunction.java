package dev.harrier.admin.query;

import java.util.Optional;

/** What a filter asks of a column. */
enum FilterFunction {
  CONTAINS("contains", "contains", "", false),
  NOT_LIKE("not_like", "not like", "", false),
  GREATER("gt", "greater than", ">", false),
  GREATER_OR_EQUAL("gte", "greater than or equal", ">=", false),
  LESS("lt", "less than", "<", false),
  LESS_OR_EQUAL("lte", "less than or equal", "<=", false),
  EQUAL("eq", "equal", "=", false),
  NOT_EQUAL("ne", "not equal", "<>", false),
  IN("value_in", "value in", "", true),
  NOT_IN("value_not_in", "value not in", "", true);

  private final String word;
  private final String words;
  private final String operator;
  private final boolean takesList;

  FilterFunction(String word, String words, String operator, boolean takesList) {
    this.word = word;
    this.words = words;
    this.operator = operator;
    this.takesList = takesList;
  }

  /** The function of that name. */
  static Optional<FilterFunction> of(String word) {
    for (var function : values()) {
      if (function.word.equals(word)) {
        return Optional.of(function);
      }
    }
    return Optional.empty();
  }

  String word() {
    return word;
  }

  /** The name as refusals write it. */
  String words() {
    return words;
  }

  /** The comparison in SQL, empty if it is more than that. */
  String operator() {
    return operator;
  }

  boolean takesList() {
    return takesList;
  }
}
