package dev.harrier.admin.dataproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import dev.harrier.spi.RejectedException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LinkLifetimeTest {
  private static final java.time.Duration HOUR = java.time.Duration.ofHours(1);

  @Test
  void who_does_not_ask_gets_the_longest() {
    assertThat(LinkLifetime.of(Optional.empty(), HOUR)).isEqualTo(HOUR);
  }

  @ParameterizedTest
  @CsvSource({"3600,0", "1,0", "0,1", "3599,999999999"})
  void up_to_the_longest_each_gets_what_it_asks_for(long seconds, int nanos) {
    assertThat(LinkLifetime.of(asked(seconds, nanos), HOUR))
        .isEqualTo(java.time.Duration.ofSeconds(seconds, nanos));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-1,0",
    "0,-1",
    "1,-1",
    "3600,1",
    "1,1000000000",
    "9223372036854775807,999999999",
    "-9223372036854775808,0"
  })
  void anything_else_is_refused(long seconds, int nanos) {
    assertThatThrownBy(() -> LinkLifetime.of(asked(seconds, nanos), HOUR))
        .isInstanceOf(RejectedException.class)
        .hasMessageStartingWith("expiresIn ");
  }

  private static Optional<Duration> asked(long seconds, int nanos) {
    return Optional.of(Duration.newBuilder().setSeconds(seconds).setNanos(nanos).build());
  }
}
