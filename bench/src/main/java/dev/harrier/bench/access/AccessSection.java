package dev.harrier.bench.access;

import static java.util.Objects.requireNonNull;

import dev.harrier.bench.measure.Bar;
import dev.harrier.bench.measure.Figure;
import dev.harrier.bench.measure.Reference;
import dev.harrier.bench.measure.Report;
import dev.harrier.bench.measure.Samples;
import dev.harrier.bench.measure.Section;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What a decision costs, and the check of a token, by JMH: each call is timed by itself. */
public final class AccessSection implements Section {
  private static final String NAME = "access";
  private static final double P50 = 50;
  private static final double P99 = 99;
  private static final double NANOS_PER_MICRO = 1_000;

  private final Sizes sizes;

  /** Measures the classes on the class path. */
  public AccessSection(Sizes sizes) {
    this.sizes = requireNonNull(sizes, "sizes");
  }

  /**
   * How much is measured.
   *
   * @param rounds of each figure
   * @param warmUps rounds that go before
   * @param round how long one takes
   * @param ownProcess whether each figure has a process of its own, as is right
   */
  public record Sizes(int rounds, int warmUps, TimeValue round, boolean ownProcess) {
    /** What the bars are measured with. */
    public static Sizes usual(int rounds) {
      return new Sizes(rounds, 5, TimeValue.seconds(2), true);
    }

    /** So few that only the bench itself is proven. */
    public static Sizes few() {
      return new Sizes(1, 0, TimeValue.milliseconds(50), false);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void measure(Report report) throws RunnerException {
    var results = run();
    var bare = percentiles(results, "bareSignature", P50);
    add(report, results, "allow", "a decision under 10,000 bindings", Bar.atMost(5));
    add(report, results, "deny", "a denial with its sentence", null);
    report.add(figure("a bare RS256 signature, p50", bare));
    var reference = new Reference("a bare RS256 signature", Samples.median(bare));
    report.add(
        figure("a token's first use, p50", percentiles(results, "firstUse", P50))
            .with(Bar.atMost(50))
            .beside(reference));
    report.add(figure("a token's first use, p99", percentiles(results, "firstUse", P99)));
    report.add(
        figure("a token's second use, p50", percentiles(results, "secondUse", P50))
            .with(Bar.atMost(2))
            .beside(reference));
    report.add(figure("a token's second use, p99", percentiles(results, "secondUse", P99)));
  }

  private Collection<RunResult> run() throws RunnerException {
    var options =
        new OptionsBuilder()
            .include(Decisions.class.getName())
            .include(Tokens.class.getName())
            .mode(Mode.SampleTime)
            .timeUnit(TimeUnit.NANOSECONDS)
            .threads(1)
            .forks(sizes.ownProcess() ? 1 : 0)
            .warmupIterations(sizes.warmUps())
            .warmupTime(sizes.round())
            .measurementIterations(sizes.rounds())
            .measurementTime(sizes.round())
            .verbosity(VerboseMode.SILENT)
            .build();
    return new Runner(options).run();
  }

  private static void add(
      Report report,
      Collection<RunResult> results,
      String benchmark,
      String name,
      @org.jspecify.annotations.Nullable Bar bar) {
    report.add(figure(name + ", p50", percentiles(results, benchmark, P50)));
    var tail = figure(name + ", p99", percentiles(results, benchmark, P99));
    report.add(bar == null ? tail : tail.with(bar));
  }

  private static Figure figure(String name, List<Double> micros) {
    return Figure.of(NAME, name, "µs", micros);
  }

  /** Microseconds below which a share of the calls of each round lies. */
  private static List<Double> percentiles(
      Collection<RunResult> results, String benchmark, double share) {
    return results.stream()
        .filter(result -> result.getParams().getBenchmark().endsWith("." + benchmark))
        .flatMap(result -> result.getBenchmarkResults().stream())
        .flatMap(result -> result.getIterationResults().stream())
        .map(
            round ->
                round.getPrimaryResult().getStatistics().getPercentile(share) / NANOS_PER_MICRO)
        .toList();
  }
}
