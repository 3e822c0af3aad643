package dev.harrier.admin.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.spi.ExecutionPhase;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class TerminalPhasesTest {
  @Test
  void the_numbers_in_queries_are_those_of_the_terminal_phases() {
    var numbers =
        Arrays.stream(ExecutionPhase.values())
            .filter(ExecutionPhase::terminal)
            .map(phase -> String.valueOf(phase.number()))
            .collect(Collectors.joining(", ", "(", ")"));

    assertThat(ExecutionStore.TERMINAL_PHASES).isEqualTo(numbers);
  }
}
