package dev.harrier.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import flyteidl.core.Interface.ParameterMap;
import flyteidl.core.Literals.LiteralMap;
import org.junit.jupiter.api.Tag;

/** Whatever an execution is given: it fits, or is refused in words. */
@Tag("fuzz")
final class InputsFuzzTest {
  @FuzzTest(maxDuration = "1m")
  void inputs_fit_or_are_refused_in_words(
      @NotNull ParameterMap expected, @NotNull LiteralMap fixed, @NotNull LiteralMap given) {
    var problems = InputChecks.check(expected, fixed, given);

    assertThat(problems).doesNotContain("");
    if (problems.isEmpty()) {
      assertThat(InputChecks.merge(expected, fixed, given).getLiteralsMap().keySet())
          .containsAll(given.getLiteralsMap().keySet());
    }
  }
}
