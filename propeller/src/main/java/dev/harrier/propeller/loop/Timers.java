package dev.harrier.propeller.loop;

import dev.harrier.spi.DueTimer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The timers of one loop that are due soon, by time. It may hold stale ones: whoever is told of a
 * timer checks it against the row. For one thread.
 */
final class Timers {
  private final TreeSet<DueTimer> timers =
      new TreeSet<>(
          Comparator.comparing((DueTimer due) -> due.timer().dueAt())
              .thenComparing(due -> due.ref().key())
              .thenComparing(due -> due.timer().nodePath())
              .thenComparing(due -> due.timer().kind())
              .thenComparing(due -> due.timer().attempt()));

  void add(DueTimer timer) {
    timers.add(timer);
  }

  /** Takes the timers due at {@code now} or before. */
  List<DueTimer> due(Instant now) {
    var due = new ArrayList<DueTimer>();
    while (!timers.isEmpty() && !timers.first().timer().dueAt().isAfter(now)) {
      due.add(timers.removeFirst());
    }
    return due;
  }

  /** When the next one is due. */
  Optional<Instant> next() {
    return timers.isEmpty() ? Optional.empty() : Optional.of(timers.first().timer().dueAt());
  }

  void drop(int shard) {
    timers.removeIf(timer -> timer.ref().shard() == shard);
  }
}
