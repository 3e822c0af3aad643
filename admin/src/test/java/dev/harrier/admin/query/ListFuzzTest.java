package dev.harrier.admin.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.admin.Common.Sort;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;

/** Whatever a list is asked with: refused as invalid, or conditions without a word of it in SQL. */
@Tag("fuzz")
final class ListFuzzTest {
  /** All that the program itself writes into a condition on these columns. */
  private static final Pattern OURS =
      Pattern.compile(
          "(th\\.(name|state|created_at|duration|phase|tags|key|owner)|pa\\.name|\\?|[=<>@!&]"
              + "|ANY|ALL|LIKE|NOT|ESCAPE ''|\\(|\\)|::(bigint|timestamptz|numeric|text)|\\[\\]|\\[1\\]"
              + "|OR|AND|EXISTS|SELECT|FROM|unnest|AS|member|WHERE|IS|NULL|TRUE|FALSE|\\s)+");

  @DictionaryEntries({
    "eq(",
    "ne(",
    "value_in(",
    "value_not_in(",
    "contains(",
    "not_like(",
    "gte(",
    "name",
    "state",
    "created_at",
    "duration",
    "phase",
    "tags",
    "owner.name",
    "part.name",
    "RUNNING",
    "2026-01-02T03:04:05Z",
    "-1h2m3.5s",
    ")+"
  })
  @FuzzTest(maxDuration = "1m")
  void a_list_is_refused_as_invalid_or_asks_in_the_programs_own_words(
      @NotNull String filters, @NotNull String key, int direction, @NotNull String token) {
    var sort = Sort.newBuilder().setKey(key).setDirectionValue(direction).build();
    try {
      ListQuery.of(
          FilterParserTest.THINGS,
          new ListRequest(
              "ListThings",
              10,
              token,
              filters,
              key.isEmpty() ? Optional.empty() : Optional.of(sort)));
      for (var filter : FilterParser.parse(FilterParserTest.THINGS, filters)) {
        assertThat(Condition.of(filter).sql()).matches(OURS);
      }
    } catch (RejectedException e) {
      assertThat(e.rejection().code()).isEqualTo(Rejection.Code.INVALID_ARGUMENT);
      assertThat(e.getMessage()).hasSizeLessThan(1_000);
    }
  }
}
