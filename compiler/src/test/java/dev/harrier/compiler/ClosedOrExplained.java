package dev.harrier.compiler;

import static org.assertj.core.api.Assertions.assertThat;

/** What fuzzers of definitions ask of what came of one. */
final class ClosedOrExplained {
  private ClosedOrExplained() {}

  static void check(Compiled<?> compiled) {
    if (compiled instanceof Compiled.Failed<?>(var errors)) {
      assertThat(errors)
          .isNotEmpty()
          .allSatisfy(error -> assertThat(error.toString()).isNotBlank());
    }
  }
}
