package dev.harrier.admin.launchplan;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.spi.RejectedException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CronSyntaxTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "* * * * *",
        "*/5 0-6,22 1,15 jan-MAR/2 ?",
        "0 10 * * mon-fri",
        "@daily",
        "@every 1h30m",
        "CRON_TZ=Europe/Berlin 0 9 * * *",
        "TZ=UTC 0 9 * * 6"
      })
  void a_sound_expression_is_taken(String expression) {
    assertThatCode(() -> CronSyntax.check(expression)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "* * * *",
        "0 10 * * ? *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 7",
        "5-1 * * * *",
        "*/0 * * * *",
        "1/2/3 * * * *",
        "a * * * *",
        "*-5 * * * *",
        "@sometimes",
        "@every soon",
        "TZ=Moon/Sea 0 9 * * *",
        "TZ=UTC",
        ", * * * *"
      })
  void an_unsound_expression_is_refused(String expression) {
    assertThatThrownBy(() -> CronSyntax.check(expression))
        .isInstanceOf(RejectedException.class)
        .hasMessageStartingWith("Invalid cron expression: ");
  }
}
