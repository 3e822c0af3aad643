package dev.harrier.bench.engine;

import dev.harrier.bench.measure.Usage;
import dev.harrier.testkit.Chains;
import dev.harrier.testkit.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/** Keeps an engine busy for as long as one likes: new executions follow those that end. */
final class SteadyFeed {
  /** Of what may be in flight, how much is made at once. */
  private static final int PORTIONS = 4;

  private static final Duration LOOK = Duration.ofMillis(5);

  private final WholeEngine engine;
  private final StopwatchRuntime stopwatch;
  private final DoubleSupplier program;
  private final DoubleSupplier postgres;
  private final int executionsMax;
  private final int nodes;
  private final String graph;
  private final long recordedBefore;
  private long made;

  /**
   * Feeds one engine.
   *
   * @param program tells the processor time of Java so far, in milliseconds
   * @param postgres the same of PostgreSQL
   */
  SteadyFeed(
      WholeEngine engine,
      StopwatchRuntime stopwatch,
      DoubleSupplier program,
      DoubleSupplier postgres,
      int executionsMax,
      int nodes) {
    this.engine = engine;
    this.stopwatch = stopwatch;
    this.program = program;
    this.postgres = postgres;
    this.executionsMax = executionsMax;
    this.nodes = nodes;
    this.graph = engine.keep(Chains.of(nodes));
    this.recordedBefore = stopwatch.recorded();
  }

  /**
   * One span.
   *
   * @param perSecond nodes that were recorded in it
   * @param programMillis processor time of a node in Java
   * @param postgresMillis processor time of a node in PostgreSQL
   */
  record Span(double perSecond, double programMillis, double postgresMillis) {}

  /** Feeds for a while, and measures span for span. */
  List<Span> feedFor(Duration length, Duration span) throws Exception {
    var spans = new ArrayList<Span>();
    var ends = System.nanoTime() + length.toNanos();
    while (System.nanoTime() - ends < 0) {
      spans.add(feedOnce(span));
    }
    return spans;
  }

  private Span feedOnce(Duration span) throws Exception {
    var recordedFrom = stopwatch.recorded();
    var usage =
        Usage.of(
            program,
            postgres,
            () -> {
              var until = System.nanoTime() + span.toNanos();
              while (System.nanoTime() - until < 0) {
                feed();
              }
            });
    var recorded = (double) (stopwatch.recorded() - recordedFrom);
    return new Span(
        recorded / usage.seconds(),
        usage.programMillis() / recorded,
        usage.postgresMillis() / recorded);
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
