package dev.harrier.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class QuantityTest {
  @ParameterizedTest
  @CsvSource({"500m, 500", "2, 2000", "0.1, 100", "1e1, 10000", "1500u, 2", ".5, 500", "+1., 1000"})
  void processors_are_counted_in_thousandths_rounded_up(String text, long millis) {
    assertThat(Quantity.millis("cpu", text)).isEqualTo(millis);
  }

  @ParameterizedTest
  @CsvSource({
    "512Mi, 536870912",
    "1G, 1000000000",
    "128974848, 128974848",
    "1.5Ki, 1536",
    "1E, 1000000000000000000",
    "1E3, 1000",
    "1e-999, 1",
    "0, 0"
  })
  void memory_is_counted_in_bytes(String text, long bytes) {
    assertThat(Quantity.units("memory", text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"much", "", "-1", "1Qi", "1..2", " 1", "1e", "8Ei", "1e99", "1e9999"})
  void what_is_no_amount_or_too_much_is_refused_with_its_name(String text) {
    assertThat(Quantity.parse(text)).isEmpty();
    assertThatThrownBy(() -> Quantity.units("memory", text))
        .isInstanceOf(RejectedException.class)
        .hasMessage(
            "memory: expected an amount such as 500m, 2 or 4Gi, found '%s'".formatted(text));
  }

  @Test
  void more_thousandths_than_can_be_counted_are_refused() {
    assertThat(Quantity.parse("1E")).isPresent();
    assertThatThrownBy(() -> Quantity.millis("cpu", "1E")).isInstanceOf(RejectedException.class);
  }

  @Test
  void a_long_text_is_refused_unread_and_not_repeated() {
    var text = "1".repeat(Quantity.CHARACTERS_MAX + 1);

    assertThatThrownBy(() -> Quantity.units("memory", text))
        .hasMessageEndingWith("found 65 characters");
  }
}
