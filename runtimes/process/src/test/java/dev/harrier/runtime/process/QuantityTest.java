package dev.harrier.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.spi.RejectedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class QuantityTest {

  @ParameterizedTest
  @CsvSource({"500m,500", "2,2000", "1e3,1000000", "1e-999,1", "0.0001,1"})
  void thousandths_are_rounded_up(String text, long millis) {
    assertThat(Quantity.millis("cpu", text)).isEqualTo(millis);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e-10000000", "1e10000000", "1e999", "-1", "lots", "", "1.2.3", "1X"})
  void what_is_no_amount_is_refused_at_once(String text) {
    assertThatThrownBy(() -> Quantity.units("memory", text))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("memory: expected an amount");
  }

  @Test
  void an_endless_amount_is_refused_without_being_repeated_whole() {
    assertThatThrownBy(() -> Quantity.units("memory", "9".repeat(1_000_000)))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("at most 64 characters, found 1000000")
        .message()
        .hasSizeLessThan(200);
  }
}
