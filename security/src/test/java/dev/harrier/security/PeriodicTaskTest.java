package dev.harrier.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What is done again and again. */
final class PeriodicTaskTest {
  private static final int PATIENCE_SECONDS = 30;

  @Test
  void a_round_that_throws_is_not_the_last() throws InterruptedException {
    var rounds = new CountDownLatch(3);
    try (var task =
        new PeriodicTask(
            "throws",
            Duration.ofMillis(1),
            () -> {
              rounds.countDown();
              throw new IllegalStateException("as it does each time");
            })) {
      task.start();

      assertThat(rounds.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void neither_is_one_that_ends_in_an_error() throws InterruptedException {
    var rounds = new CountDownLatch(3);
    try (var task =
        new PeriodicTask(
            "errs",
            Duration.ofMillis(1),
            () -> {
              rounds.countDown();
              throw new NoClassDefFoundError("as it does each time");
            })) {
      task.start();

      assertThat(rounds.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void a_round_that_takes_long_is_interrupted_by_the_end_and_can_see_it()
      throws InterruptedException {
    var begun = new CountDownLatch(1);
    var ended = new CountDownLatch(1);
    var told = new AtomicBoolean();
    var self = new PeriodicTask[1];
    self[0] =
        new PeriodicTask(
            "long",
            Duration.ofDays(1),
            () -> {
              begun.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                told.set(self[0].closed());
                ended.countDown();
              }
            });

    self[0].startNow();
    assertThat(begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    self[0].close();

    assertThat(ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(told).isTrue();
  }
}
