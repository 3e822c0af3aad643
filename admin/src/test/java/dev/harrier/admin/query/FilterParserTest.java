package dev.harrier.admin.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FilterParserTest {
  static final Source THINGS =
      Source.of(
              "thing",
              "th",
              "thing th",
              Column.text("name", "th.name"),
              Column.number("state", "th.state"),
              Column.time("created_at", "th.created_at"),
              Column.seconds("duration", "th.duration").orNull(),
              Column.words("phase", "th.phase", Map.of("QUEUED", 1, "RUNNING", 2, "FAILED", 6)),
              Column.texts("tags", "th.tags"),
              Column.number("key", "th.key"))
          .related("owner", "o", Column.text("name", "th.owner"))
          .joined("part", "pa", "JOIN part pa ON pa.thing = th.key", Column.text("name", "pa.name"))
          .newestFirst("created_at", Column.number("key", "th.key"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "eq(name,x)            | th.name = ?",
        "eq(name, x)           | th.name = ?",
        "eq(thing.name,x)      | th.name = ?",
        "ne(owner.name,x)      | th.owner <> ?",
        "contains(name,x)      | th.name LIKE ? ESCAPE ''",
        "not_like(name,.f%)    | th.name NOT LIKE ? ESCAPE ''",
        "gt(name,x)            | th.name > ?",
        "value_in(name,x;y)    | th.name = ANY (?)",
        "value_in(name,x)      | th.name = ANY (?)",
        "value_not_in(name,x)  | th.name <> ALL (?)",
        "gte(state,1)          | th.state >= (?::bigint[])[1]",
        "value_in(state,1;-2)  | th.state = ANY (?)",
        "lt(created_at,2026-01-02T03:04:05.678Z) | th.created_at < (?::timestamptz[])[1]",
        "lt(created_at,2026-01-02 03:04:05)      | th.created_at < (?::timestamptz[])[1]",
        "lt(created_at,2026-01-02)               | th.created_at < (?::timestamptz[])[1]",
        "lte(duration,1.5)     | th.duration <= (?::numeric[])[1]",
        "lte(duration,-1h2m3.5s) | th.duration <= (?::numeric[])[1]",
        "eq(phase,RUNNING)     | th.phase = ANY (?)",
        "eq(phase,running)     | th.phase = ANY (?)",
        "eq(tags,a)            | th.tags @> ?",
        "eq(name,a(b),c)       | th.name = ?",
        "eq(name,)))           | th.name = ?",
      })
  void a_filter_becomes_sql_with_bound_values(String text, String sql) {
    var filters = FilterParser.parse(THINGS, text);

    assertThat(filters).singleElement().extracting(Condition::of).extracting("sql").isEqualTo(sql);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nonsense               | invalid value for filters",
        "eq(name)               | invalid value for filters",
        "eq(name,)              | invalid value for filters",
        "eq(,x)                 | invalid value for filters",
        "(name,x)               | invalid value for filters",
        "eq(name,x              | invalid value for filters",
        "eq(name,x)+            | invalid value for filters",
        "+                      | invalid value for filters",
        "eq(name,x)eq(name,y)z  | invalid value for filters",
        "eq(title,x)            | 'th.title' is invalid filter",
        "eq(owner.title,x)      | 'o.title' is invalid filter",
        "eq(workflow.name,x)    | 'workflow' entity is not allowed in filters",
        "like(name,x)           | unrecognized filter function: like",
        "EQ(name,x)             | unrecognized filter function: EQ",
        "eq(name,x;y)           | invalid single value filter expression: equal; for a list of values use value_in or value_not_in",
        "eq(state,one)          | invalid value for the filter on 'state': expected a whole number, got 'one'",
        "contains(state,1)      | unsupported filter expression: contains cannot be asked of 'state'",
        "gt(tags,a)             | unsupported filter expression: greater than cannot be asked of 'tags'",
        "gt(created_at,soon)    | invalid value for the filter on 'created_at': expected a timestamp that conforms to RFC 3339, got 'soon'",
        "gt(created_at,+999999999-01-01T00:00:00Z) | invalid value for filters",
        "gt(created_at,0000-01-01T00:00:00Z) | invalid value for the filter on 'created_at': expected a timestamp that conforms to RFC 3339, got '0000-01-01T00:00:00Z'",
        "gt(duration,1e999999)  | Failed to parse duration [1e999999] in the filter on 'duration': expected seconds, or a text like 1h2m3.5s",
        "gt(duration,NaN)       | Failed to parse duration [NaN] in the filter on 'duration': expected seconds, or a text like 1h2m3.5s",
        "gt(duration,5x)        | Failed to parse duration [5x] in the filter on 'duration': expected seconds, or a text like 1h2m3.5s",
      })
  void a_faulty_filter_is_refused_with_what_is_wrong(String text, String message) {
    assertThatThrownBy(() -> FilterParser.parse(THINGS, text).forEach(Condition::of))
        .isInstanceOfSatisfying(
            RejectedException.class,
            refused ->
                assertThat(refused.rejection().code()).isEqualTo(Rejection.Code.INVALID_ARGUMENT))
        .hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eq(name,'; DROP TABLE task; --)",
        "eq(name,' OR '1'='1)",
        "eq(name,x' UNION SELECT token FROM secrets --)",
        "contains(name,%' OR 1=1 --)",
        "value_in(name,a');b\";c\\)",
        "eq(name,$1)",
        "eq(name,?)",
        "eq(name,\\')",
        "not_like(name,%\\)",
      })
  void no_text_of_a_caller_becomes_sql(String text) {
    var filters =
        FilterParser.parse(THINGS, text.replace(";", text.startsWith("value") ? ";" : ","));

    var condition = Condition.of(filters.getFirst());

    assertThat(condition.sql()).matches("th\\.name [A-Z<>= ]+ ?\\(?\\?\\)?( ESCAPE '')?");
    assertThat(condition.binds()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eq(name; DROP TABLE task,x)",
        "eq(1=1 OR name,x)",
        "eq(name = name --,x)",
        "eq(th.name,x)",
        "eq(pg_sleep(10),x)",
        "eq(\"name\",x)",
        "name = 1 OR eq(name,x)",
        "eq(name\u0000,x)",
        "eq(name,x\u0000)",
      })
  void a_field_or_function_outside_the_closed_set_is_refused(String text) {
    assertThatThrownBy(() -> FilterParser.parse(THINGS, text))
        .isInstanceOf(RejectedException.class);
  }

  @Test
  void filters_joined_by_a_plus_sign_all_hold() {
    var filters = FilterParser.parse(THINGS, "eq(name,x)+gt(part.name,a)+gt(part.name,b)");

    assertThat(filters).hasSize(3);
    assertThat(filters).extracting(Filter::join).containsOnly("", filters.get(1).join());
  }

  @Test
  void a_word_compares_as_text() {
    assertThat(words("gt(phase,QUEUED)")).containsExactly("RUNNING");
    assertThat(words("contains(phase,N_ING)")).containsExactly("RUNNING");
    assertThat(words("not_like(phase,%ED)")).containsExactly("RUNNING");
    assertThat(words("value_not_in(phase,RUNNING;FAILED)")).containsExactly("QUEUED");
  }

  @Test
  void a_megabyte_of_text_is_read_in_one_pass() {
    var garbage = "(".repeat(500_000) + ",".repeat(500_000);
    var longValue = "eq(name," + "a,(".repeat(350_000) + ")";

    assertThatThrownBy(() -> FilterParser.parse(THINGS, garbage))
        .hasMessage("invalid value for filters");
    assertThat(FilterParser.parse(THINGS, longValue)).hasSize(1);
    assertThatThrownBy(() -> FilterParser.parse(THINGS, "+".repeat(1_000_000)))
        .hasMessageContaining("invalid value for filters");
    assertThatThrownBy(
            () -> FilterParser.parse(THINGS, "value_in(name," + "a;".repeat(500_000) + ")"))
        .hasMessageContaining("expected at most 10000 values");
  }

  @Test
  void a_refusal_shows_only_the_beginning_of_a_long_text() {
    assertThatThrownBy(() -> FilterParser.parse(THINGS, "eq(" + "n".repeat(100_000) + ",x)"))
        .satisfies(
            refused -> assertThat(String.valueOf(refused.getMessage())).hasSizeLessThan(200));
  }

  private static List<String> words(String text) {
    var filter = FilterParser.parse(THINGS, text).getFirst();
    return List.of("FAILED", "QUEUED", "RUNNING").stream()
        .filter(word -> Values.holds(filter, word))
        .toList();
  }
}
