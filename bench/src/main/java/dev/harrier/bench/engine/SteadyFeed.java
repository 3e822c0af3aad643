package dev.harrier.bench.engine;

import dev.harrier.testkit.Chains;
import dev.harrier.testkit.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Keeps an engine busy for as long as one likes: new executions follow those that end. */
final class SteadyFeed {
  /** Of what may be in flight, how much is made at once. */
  private static final int PORTIONS = 4;

  private static final Duration LOOK = Duration.ofMillis(5);

  private final WholeEngine engine;
  private final StopwatchRuntime stopwatch;
  private final int executionsMax;
  private final int nodes;
  private final String graph;
  private final long recordedBefore;
  private long made;

  SteadyFeed(WholeEngine engine, StopwatchRuntime stopwatch, int executionsMax, int nodes) {
    this.engine = engine;
    this.stopwatch = stopwatch;
    this.executionsMax = executionsMax;
    this.nodes = nodes;
    this.graph = engine.keep(Chains.of(nodes));
    this.recordedBefore = stopwatch.recorded();
  }

  /** Nodes a second, span for span. */
  List<Double> ratesFor(Duration length, Duration span) throws InterruptedException {
    var rates = new ArrayList<Double>();
    var ends = System.nanoTime() + length.toNanos();
    while (System.nanoTime() - ends < 0) {
      var from = System.nanoTime();
      var recordedFrom = stopwatch.recorded();
      while (System.nanoTime() - from < span.toNanos()) {
        feed();
      }
      rates.add((stopwatch.recorded() - recordedFrom) / ((System.nanoTime() - from) / 1e9));
    }
    return rates;
  }

  private void feed() throws InterruptedException {
    var portion = Math.max(1, executionsMax / PORTIONS);
    var room = (long) (executionsMax - portion) * nodes;
    if (made - (stopwatch.recorded() - recordedBefore) > room) {
      Thread.sleep(LOOK);
      return;
    }
    engine.release(engine.make(portion, graph, Values.of("x", "1")));
    made += (long) portion * nodes;
  }

  /** Returns when all that was fed has been recorded. */
  void drain(Duration limit) throws InterruptedException {
    var ends = System.nanoTime() + limit.toNanos();
    while (stopwatch.recorded() - recordedBefore < made) {
      if (System.nanoTime() - ends > 0) {
        throw new IllegalStateException(
            "expected %d nodes within %s, found %d"
                .formatted(made, limit, stopwatch.recorded() - recordedBefore));
      }
      Thread.sleep(LOOK);
    }
  }
}
