package dev.harrier.testkit;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.AttemptId;
import dev.harrier.spi.AttemptStart;
import dev.harrier.spi.Observation;
import dev.harrier.spi.TaskRuntime;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Tasks.TaskTemplate;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A task runtime in memory. What each attempt does is decided by a function, at once; one for which
 * it gives nothing runs until {@link #finish} or an abort. A place outlives the runtimes on it.
 */
public final class FakeTaskRuntime implements TaskRuntime {
  private final Place place;
  private final Function<AttemptStart, Optional<Observation>> behaviour;
  private final Clock clock;
  private Consumer<Observation> receiver = seen -> {};

  /** A runtime of its own on which every attempt succeeds at once without outputs. */
  public FakeTaskRuntime() {
    this(new Place(), Clock.systemUTC(), FakeTaskRuntime::succeed);
  }

  public FakeTaskRuntime(
      Place place, Clock clock, Function<AttemptStart, Optional<Observation>> behaviour) {
    this.place = requireNonNull(place, "place");
    this.clock = requireNonNull(clock, "clock");
    this.behaviour = requireNonNull(behaviour, "behaviour");
  }

  /** Success without outputs. */
  public static Optional<Observation> succeed(AttemptStart start) {
    return Optional.of(
        new Observation.Succeeded(start.id(), Instant.EPOCH, LiteralMap.getDefaultInstance()));
  }

  /** What is kept when a runtime is closed: all that ran, runs and may not run. */
  public static final class Place {
    private final Map<AttemptId, Observation> last = new HashMap<>();
    private final Map<AttemptId, Integer> runs = new HashMap<>();
    private final Map<AttemptId, Long> epochs = new HashMap<>();
    private final Set<AttemptId> aborted = new HashSet<>();
    private final Set<AttemptId> forgotten = new HashSet<>();

    /** How often an attempt ran. */
    public synchronized int runs(AttemptId attempt) {
      return runs.getOrDefault(attempt, 0);
    }

    private synchronized boolean admit(AttemptId attempt, long epoch) {
      return epochs.merge(attempt, epoch, Math::max) == epoch;
    }
  }

  @Override
  public void observe(Consumer<Observation> observer) {
    receiver = requireNonNull(observer, "observer");
  }

  @Override
  public Optional<String> refusal(TaskTemplate task) {
    return Optional.empty();
  }

  @Override
  public void start(AttemptStart start) {
    var id = start.id();
    synchronized (place) {
      if (!place.admit(id, start.epoch()) || place.aborted.contains(id)) {
        return;
      }
      var last = place.last.get(id);
      if (last != null) {
        receiver.accept(last);
        return;
      }
      if (place.forgotten.contains(id)) {
        return;
      }
      place.runs.merge(id, 1, Integer::sum);
      tell(new Observation.Started(id, clock.instant(), "fake", "memory:" + id));
    }
    behaviour.apply(start).ifPresent(this::finish);
  }

  /** Ends a running attempt; one that was aborted or has ended stays as it is. */
  public void finish(Observation end) {
    synchronized (place) {
      if (place.last.get(end.attempt()) instanceof Observation.Started
          && !place.aborted.contains(end.attempt())) {
        tell(end);
      }
    }
  }

  @Override
  public void abort(AttemptId attempt, long epoch, String reason) {
    synchronized (place) {
      if (place.admit(attempt, epoch)) {
        place.aborted.add(attempt);
      }
    }
  }

  @Override
  public void acknowledge(AttemptId attempt) {
    synchronized (place) {
      place.last.remove(attempt);
      place.forgotten.add(attempt);
    }
  }

  @Override
  public void reconcile(Collection<AttemptId> attempts) {
    synchronized (place) {
      for (var attempt : attempts) {
        var last = place.last.get(attempt);
        if (last != null) {
          receiver.accept(last);
        } else {
          tell(new Observation.Lost(attempt, clock.instant(), "it was never started"));
        }
      }
    }
  }

  @Override
  public void close() {
    receiver = seen -> {};
  }

  private void tell(Observation seen) {
    place.last.put(seen.attempt(), seen);
    receiver.accept(seen);
  }
}
