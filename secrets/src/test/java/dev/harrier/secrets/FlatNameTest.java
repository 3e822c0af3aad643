package dev.harrier.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class FlatNameTest {
  private static String flat(String... parts) {
    return FlatName.of("", Stream.of(parts));
  }

  @Test
  void plain_names_stay_as_they_are() {
    assertThat(flat("team-a", "production", "warehouse", "password"))
        .isEqualTo("team-a---production---warehouse---password");
  }

  @Test
  void other_letters_are_spelled() {
    assertThat(flat("db_1", "Pass.word:1")).isEqualTo("db--5f1-----50ass--2eword--3a1");
  }

  @Test
  void no_two_lists_of_short_parts_become_one_name() {
    var letters = List.of("a", "2", "f", "-", "/", "_", "--", "-a", "a-", "-2f", "--2f", "a-b");
    var seen = new HashMap<String, List<String>>();

    for (var first : letters) {
      for (var second : letters) {
        for (var parts :
            List.of(List.of(first + second), List.of(first, second), List.of(first, second, "a"))) {
          var before = seen.put(FlatName.of("", parts.stream()), parts);
          assertThat(before == null || before.equals(parts))
              .as("%s and %s", before, parts)
              .isTrue();
        }
      }
    }
  }
}
