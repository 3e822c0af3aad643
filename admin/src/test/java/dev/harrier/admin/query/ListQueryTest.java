package dev.harrier.admin.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.admin.Common.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(TestDatabase.class)
final class ListQueryTest {
  // Fifty rows: seven of each time, a length of time for two in three, tags for a few.
  private static final Source ROWS =
      Source.of(
              "row",
              "r",
              """
              (SELECT n AS key, 'name ' || (n % 5) AS name, n % 3 + 1 AS phase,
                 timestamptz '2026-01-01 00:00:00.123456Z' + (n / 7) * interval '1 microsecond'
                   AS created_at,
                 CASE WHEN n % 3 > 0 THEN (n % 4) * 1.5 END AS duration,
                 CASE WHEN n < 3 THEN ARRAY['a', 'b'] ELSE ARRAY['b'] END AS tags
               FROM generate_series(1, 50) AS n) AS r
              """,
              Column.number("key", "r.key"),
              Column.text("name", "r.name"),
              Column.time("created_at", "r.created_at"),
              Column.seconds("duration", "r.duration").orNull(),
              Column.words("phase", "r.phase", Map.of("QUEUED", 3, "RUNNING", 1, "FAILED", 2)),
              Column.texts("tags", "r.tags"))
          .joined(
              "other",
              "o",
              "JOIN (VALUES (1, 'one'), (2, 'two')) AS o (key, name) ON o.key = r.key",
              Column.text("name", "o.name"))
          .newestFirst("created_at", Column.number("key", "r.key"));

  private final Database database;

  ListQueryTest(Database database) {
    this.database = database;
  }

  @Test
  void without_a_sort_key_the_newest_come_first_and_ties_have_an_order() {
    var page = read(request(50, "", "", Optional.empty()));

    assertThat(page.rows())
        .isEqualTo(IntStream.rangeClosed(1, 50).map(n -> 51 - n).boxed().toList());
  }

  @ParameterizedTest
  @CsvSource({
    "created_at, ASCENDING", "created_at, DESCENDING",
    "duration, ASCENDING", "duration, DESCENDING",
    "phase, ASCENDING", "phase, DESCENDING",
    "name, ASCENDING", "name, DESCENDING",
    "key, ASCENDING", "key, DESCENDING",
  })
  void pages_walked_by_token_hold_each_row_once_in_one_order(String key, Sort.Direction direction) {
    var sort = Optional.of(Sort.newBuilder().setKey(key).setDirection(direction).build());
    var whole = read(request(100, "", "", sort));

    var walked = new ArrayList<Integer>();
    var token = "";
    do {
      var page = read(request(3, token, "", sort));
      walked.addAll(page.rows());
      token = page.token();
    } while (!token.isEmpty());

    assertThat(whole.rows()).hasSize(50).doesNotHaveDuplicates();
    assertThat(whole.token()).isEmpty();
    assertThat(walked).isEqualTo(whole.rows());
  }

  @Test
  void a_full_last_page_has_a_token_and_an_empty_page_follows() {
    var last = read(request(50, "", "", Optional.empty()));

    var beyond = read(request(50, last.token(), "", Optional.empty()));

    assertThat(last.token()).isNotEmpty();
    assertThat(beyond).isEqualTo(new Page<Integer>(List.of(), ""));
  }

  @Test
  void a_bare_decimal_leaves_out_so_many_rows() {
    var page = read(request(2, "47", "", Optional.empty()));

    var next = read(request(2, page.token(), "", Optional.empty()));

    assertThat(page.rows()).containsExactly(3, 2);
    assertThat(next.rows()).containsExactly(1);
  }

  @Test
  void an_offset_past_the_end_gives_an_empty_page() {
    assertThat(read(request(2, "100000", "", Optional.empty())).rows()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "abc",
        "-1",
        "1.5",
        "k.",
        "k.!!!",
        "k.AAAA",
        "k.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "99999999999999999999",
        "0x10",
        "1; DROP TABLE task"
      })
  void a_token_that_is_none_is_refused(String token) {
    assertThatThrownBy(() -> read(request(2, token, "", Optional.empty())))
        .isInstanceOf(RejectedException.class)
        .hasMessage("invalid pagination token " + token + " for ListRows");
  }

  @Test
  void an_offset_beyond_the_cap_is_refused_with_a_way_out() {
    assertThatThrownBy(() -> read(request(2, "100001", "", Optional.empty())))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("go on with the token of the page before");
  }

  @Test
  void a_token_is_good_for_its_own_list_alone() {
    var token = read(request(2, "", "", Optional.empty())).token();
    var byName = Optional.of(Sort.newBuilder().setKey("name").build());

    assertThatThrownBy(() -> read(request(2, token, "gt(key,1)", Optional.empty())))
        .hasMessageContaining("invalid pagination token");
    assertThatThrownBy(() -> read(request(2, token, "", byName)))
        .hasMessageContaining("invalid pagination token");
    assertThatThrownBy(
            () -> ListQuery.of(ROWS, new ListRequest("ListOthers", 2, token, "", Optional.empty())))
        .hasMessageContaining("invalid pagination token");
  }

  @Test
  void a_token_with_forged_values_is_refused_or_harmless() {
    var request = request(2, "", "", Optional.empty());
    var order = Order.of(ROWS, Optional.empty());
    for (var forged : List.of("soon", "1e5", "", "9223372036854775808", "' OR 1=1", "1\u0000")) {
      var token = PageToken.write(request, order, Optional.of(forged), "1");

      assertThatThrownBy(() -> read(request(2, token, "", Optional.empty())))
          .as(forged)
          .isInstanceOf(RejectedException.class)
          .hasMessageContaining("invalid pagination token");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "eq(key,7)|1",
        "eq(name,name 0)|10",
        "value_in(name,name 0;name 1)|20",
        "contains(name,e 0)|10",
        "not_like(name,%e 0)|40",
        "eq(phase,FAILED)|17",
        "ne(phase,FAILED)|33",
        "eq(phase,failed)|0",
        "eq(tags,a)|2",
        "value_in(tags,a;c)|2",
        "ne(tags,a)|48",
        "contains(tags,A)|0",
        "gt(duration,1.5)|17",
        "gt(duration,1500ms)|17",
        "gte(created_at,2026-01-01T00:00:00.123463Z)|2",
        "gte(created_at,2025-12-31T23:00:00.123463-01:00)|2",
        "eq(other.name,two)|1",
        "gt(other.name,a)+lt(other.name,b)|0",
        "eq(name,' OR '1'='1)|0",
        "not_like(name,x\\)|50",
      })
  void filters_select_what_they_say(String filters, int rows) {
    assertThat(read(request(100, "", filters, Optional.empty())).rows()).hasSize(rows);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "unknown", "other.name", "name; DROP TABLE task", "tags", "KEY"})
  void a_sort_key_outside_the_closed_set_is_refused(String key) {
    var sort = Optional.of(Sort.newBuilder().setKey(key).build());

    assertThatThrownBy(() -> read(request(2, "", "", sort)))
        .isInstanceOf(RejectedException.class)
        .hasMessage("invalid sort key '" + key + "'");
  }

  @Test
  void a_sort_direction_that_is_none_is_refused() {
    var sort = Optional.of(Sort.newBuilder().setKey("name").setDirectionValue(7).build());

    assertThatThrownBy(() -> read(request(2, "", "", sort)))
        .hasMessageStartingWith("invalid sort order specified");
  }

  @Test
  void no_limit_is_refused_and_a_huge_one_is_clamped() {
    assertThatThrownBy(() -> read(request(0, "", "", Optional.empty())))
        .isInstanceOfSatisfying(
            RejectedException.class,
            refused ->
                assertThat(refused.rejection().code()).isEqualTo(Rejection.Code.INVALID_ARGUMENT))
        .hasMessage("invalid value for limit");
    assertThat(
            read(ListRequest.of("ListRows", -1, "", "", false, Sort.getDefaultInstance())).rows())
        .hasSize(50);
    assertThat(read(request(0, "", "", Optional.empty()).limitOptional()).rows()).hasSize(50);
  }

  private static ListRequest request(int limit, String token, String filters, Optional<Sort> sort) {
    return new ListRequest("ListRows", limit, token, filters, sort);
  }

  private Page<Integer> read(ListRequest request) {
    var query = ListQuery.of(ROWS, request).where("r.key > ?", Bind.number(0));
    return database
        .api()
        .run("list rows", connection -> query.read(connection, "r.key", row -> row.getInt("key")));
  }
}
