package dev.harrier.bench.engine;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.AttemptId;
import dev.harrier.spi.AttemptStart;
import dev.harrier.spi.Observation;
import dev.harrier.spi.TaskRuntime;
import flyteidl.core.Tasks.TaskTemplate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Another runtime, with a look at the clock whenever an attempt passes by. It always counts; it
 * notes times only while it is asked to, so that noting costs nothing where many pass.
 */
public final class StopwatchRuntime implements TaskRuntime {
  private final TaskRuntime measured;
  private final AtomicLong recorded = new AtomicLong();
  private final Map<AttemptId, Long> started = new ConcurrentHashMap<>();
  private final Map<AttemptId, Long> ended = new ConcurrentHashMap<>();
  private final Map<AttemptId, Long> forgotten = new ConcurrentHashMap<>();
  private volatile Optional<Observation> unhappy = Optional.empty();
  private volatile boolean noting;

  /** Measures a runtime. */
  public StopwatchRuntime(TaskRuntime measured) {
    this.measured = requireNonNull(measured, "measured");
  }

  /**
   * When one attempt passed by, on the clock of {@link System#nanoTime}.
   *
   * @param started the engine asked for it
   * @param ended the runtime said that it ended
   * @param recorded its end and outputs were committed, and the engine let go of it
   */
  public record Times(long started, long ended, long recorded) {}

  /** Attempts whose end is recorded, so far. */
  public long recorded() {
    return recorded.get();
  }

  /** An attempt that did not succeed, if there is one: then the figures mean nothing. */
  public Optional<Observation> unhappy() {
    return unhappy;
  }

  /** Notes times from now on, and forgets those of before. */
  public void note() {
    started.clear();
    ended.clear();
    forgotten.clear();
    noting = true;
  }

  /** Notes no more; the times of all attempts that passed wholly, in the order of their starts. */
  public List<Times> noted() {
    noting = false;
    var times = new ArrayList<Times>();
    started.forEach(
        (attempt, at) -> {
          var end = ended.get(attempt);
          var last = forgotten.get(attempt);
          if (end != null && last != null) {
            times.add(new Times(at, end, last));
          }
        });
    times.sort(Comparator.comparingLong(Times::started));
    return times;
  }

  @Override
  public void observe(Consumer<Observation> receiver) {
    measured.observe(
        observation -> {
          switch (observation) {
            case Observation.Started running -> {}
            case Observation.Succeeded succeeded -> {
              if (noting) {
                ended.putIfAbsent(succeeded.attempt(), System.nanoTime());
              }
            }
            case Observation.Failed failed -> unhappy = Optional.of(failed);
            case Observation.Lost lost -> unhappy = Optional.of(lost);
          }
          receiver.accept(observation);
        });
  }

  @Override
  public Optional<String> refusal(TaskTemplate task) {
    return measured.refusal(task);
  }

  @Override
  public void start(AttemptStart start) {
    if (noting) {
      started.putIfAbsent(start.id(), System.nanoTime());
    }
    measured.start(start);
  }

  @Override
  public void abort(AttemptId attempt, long epoch, String reason) {
    measured.abort(attempt, epoch, reason);
  }

  @Override
  public void acknowledge(AttemptId attempt) {
    // The engine lets go of an attempt only after the commit that holds its end.
    if (noting) {
      forgotten.putIfAbsent(attempt, System.nanoTime());
    }
    recorded.incrementAndGet();
    measured.acknowledge(attempt);
  }

  @Override
  public void reconcile(Collection<AttemptId> attempts) {
    measured.reconcile(attempts);
  }

  @Override
  public void close() {
    measured.close();
  }
}
