package dev.harrier.bench.api;

import dev.harrier.bench.measure.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;

/** Calls a server from several threads, each of which waits for one answer before it asks again. */
final class Callers {
  private Callers() {}

  /** One call, which returns when it is answered and throws if it is refused. */
  @FunctionalInterface
  interface Call {
    void run();
  }

  /**
   * What came of it.
   *
   * @param seconds from the first call to the last answer
   * @param calls that were answered
   * @param p50Millis half of the calls took no longer
   * @param p99Millis all but one in a hundred took no longer
   */
  record Outcome(double seconds, int calls, double p50Millis, double p99Millis) {
    private static Outcome of(double seconds, long[] nanos) {
      return new Outcome(
          seconds,
          nanos.length,
          Samples.percentileMillis(nanos, 0.5),
          Samples.percentileMillis(nanos, 0.99));
    }

    double perSecond() {
      return calls / seconds;
    }
  }

  /** Calls for a while. */
  static Outcome run(int callers, Duration length, Call call) throws Exception {
    try (var threads = Executors.newFixedThreadPool(callers)) {
      var from = System.nanoTime();
      var ends = from + length.toNanos();
      List<Callable<long[]>> tasks = new ArrayList<>();
      for (var number = 0; number < callers; number++) {
        tasks.add(() -> callUntil(ends, call));
      }
      var all = LongStream.builder();
      for (var one : threads.invokeAll(tasks)) {
        Arrays.stream(one.get()).forEach(all);
      }
      return Outcome.of((System.nanoTime() - from) / 1e9, all.build().toArray());
    }
  }

  private static long[] callUntil(long ends, Call call) {
    var nanos = new long[1024];
    var count = 0;
    for (var from = System.nanoTime(); from - ends < 0; ) {
      call.run();
      var until = System.nanoTime();
      if (count == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * count);
      }
      nanos[count++] = until - from;
      from = until;
    }
    return Arrays.copyOf(nanos, count);
  }
}
