package dev.harrier.conformance;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Asks again until there is an answer: another process tells nobody here when it is done. */
final class Patience {
  private static final Duration PAUSE = Duration.ofMillis(50);

  private Patience() {}

  /**
   * The first answer.
   *
   * @param what is waited for, for the message
   * @throws AssertionError if there is none within {@code limit}
   */
  static <T> T await(String what, Duration limit, Supplier<Optional<T>> ask) {
    var deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      var answer = ask.get();
      if (answer.isPresent()) {
        return answer.get();
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("Waited %s for %s.".formatted(limit, what));
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  static void awaitTrue(String what, Duration limit, Supplier<Boolean> ask) {
    await(what, limit, () -> ask.get() ? Optional.of(true) : Optional.empty());
  }
}
