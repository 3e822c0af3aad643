package dev.harrier.testkit;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.AttemptId;
import dev.harrier.spi.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Keeps what a runtime observed, in order, and waits for what is still to come. */
public final class Observed implements Consumer<Observation> {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final List<Observation> seen = new ArrayList<>();

  @Override
  public synchronized void accept(Observation observation) {
    seen.add(requireNonNull(observation, "observation"));
    notifyAll();
  }

  /** All of an attempt so far. */
  public synchronized List<Observation> of(AttemptId attempt) {
    return seen.stream().filter(one -> one.attempt().equals(attempt)).toList();
  }

  /** The first of that sort for the attempt, waiting for it if need be. */
  public <T extends Observation> T await(AttemptId attempt, Class<T> sort) {
    return sort.cast(await(attempt, 1, sort::isInstance, sort.getSimpleName()));
  }

  /** The first end of the attempt, whatever it is. */
  public Observation awaitEnd(AttemptId attempt) {
    return await(attempt, 1, Observed::end, "its end");
  }

  /** The end told for the nth time; 1 is the first. */
  public Observation awaitEnd(AttemptId attempt, int nth) {
    return await(attempt, nth, Observed::end, "its end, time " + nth);
  }

  private static boolean end(Observation one) {
    return !(one instanceof Observation.Started);
  }

  private synchronized Observation await(
      AttemptId attempt, int nth, Predicate<Observation> wanted, String name) {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      var found =
          seen.stream().filter(one -> one.attempt().equals(attempt)).filter(wanted).toList();
      if (found.size() >= nth) {
        return found.get(nth - 1);
      }
      var left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new AssertionError(
            "%s: expected %s within %s, found only %s"
                .formatted(attempt, name, PATIENCE, of(attempt)));
      }
      try {
        wait(Math.max(1, left / 1_000_000));
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting for " + name, interrupted);
      }
    }
  }
}
