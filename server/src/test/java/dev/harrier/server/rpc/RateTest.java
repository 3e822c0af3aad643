package dev.harrier.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RateTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final Rate rate = new Rate(10, 3, nanos::get);

  @Test
  void a_burst_passes_and_what_is_over_is_told_how_long_to_wait() {
    assertThat(rate.take("ada")).isEmpty();
    assertThat(rate.take("ada")).isEmpty();
    assertThat(rate.take("ada")).isEmpty();

    assertThat(rate.take("ada")).contains(Duration.ofMillis(100));
    assertThat(rate.take("bob")).as("another caller").isEmpty();
  }

  @Test
  void who_waits_as_long_as_told_is_let_in_and_no_earlier() {
    for (var call = 0; call < 3; call++) {
      rate.take("ada");
    }

    nanos.addAndGet(Duration.ofMillis(99).toNanos());
    assertThat(rate.take("ada")).isPresent();
    nanos.addAndGet(Duration.ofMillis(1).toNanos());
    assertThat(rate.take("ada")).isEmpty();
    assertThat(rate.take("ada")).isPresent();
  }

  @Test
  void over_time_as_many_pass_as_are_given() {
    var passed = 0;
    for (var step = 0; step < 1_000; step++) {
      nanos.addAndGet(Duration.ofMillis(10).toNanos());
      passed += rate.take("ada").isEmpty() ? 1 : 0;
    }

    // Ten seconds, ten each, and the burst.
    assertThat(passed).isBetween(100, 103);
  }
}
