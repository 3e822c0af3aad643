package dev.harrier.bench.engine;

import static java.util.Objects.requireNonNull;

import dev.harrier.bench.measure.Bar;
import dev.harrier.bench.measure.CommitRate;
import dev.harrier.bench.measure.Figure;
import dev.harrier.bench.measure.ProcessCpu;
import dev.harrier.bench.measure.Reference;
import dev.harrier.bench.measure.Report;
import dev.harrier.bench.measure.Samples;
import dev.harrier.bench.measure.Scratch;
import dev.harrier.bench.measure.Section;
import dev.harrier.bench.measure.Usage;
import dev.harrier.database.Database;
import dev.harrier.database.EmbeddedPostgres;
import dev.harrier.testkit.Chains;
import dev.harrier.testkit.DiscardingBlobStore;
import dev.harrier.testkit.InstantRuntime;
import dev.harrier.testkit.Values;
import flyteidl.core.Literals.LiteralMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Nodes a second, and what one costs, with tasks that end at once. */
public final class EngineSection implements Section {
  private static final String NAME = "engine";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final LiteralMap INPUTS = Values.of("x", "1");

  private final Sizes sizes;

  public EngineSection(Sizes sizes) {
    this.sizes = requireNonNull(sizes, "sizes");
  }

  /**
   * How much is measured.
   *
   * @param rounds of each figure
   * @param executions at once
   * @param nodes one after the other in each
   * @param nodesAlone in the one chain that runs by itself
   * @param commits how long a round of the reference takes
   * @param hold how long to go on with an old snapshot held open
   */
  public record Sizes(
      int rounds,
      int executions,
      int nodes,
      int nodesAlone,
      Duration commits,
      Optional<Duration> hold) {
    /** What the bars are measured with. */
    public static Sizes usual(int rounds, Optional<Duration> hold) {
      return new Sizes(rounds, 200, 50, 200, Duration.ofSeconds(5), hold);
    }

    /** So few that only the bench itself is proven. */
    public static Sizes few(Optional<Duration> hold) {
      return new Sizes(2, 5, 4, 10, Duration.ofSeconds(1), hold);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void measure(Report report) throws Exception {
    try (var scratch = Scratch.create();
        var postgres = EmbeddedPostgres.start(scratch.folder().resolve("pg"));
        var database = Database.open(postgres.settings())) {
      var stopwatch = new StopwatchRuntime(new InstantRuntime(Values.of("o", "1")));
      try (var engine = new WholeEngine(database, stopwatch, new DiscardingBlobStore())) {
        engine.start();
        new Rounds(report, postgres, engine, stopwatch).measure();
      }
    }
  }

  /** The section on one database and engine. */
  private final class Rounds {
    private final Report report;
    private final EmbeddedPostgres postgres;
    private final WholeEngine engine;
    private final StopwatchRuntime stopwatch;
    private final CommitRate commits;

    Rounds(
        Report report, EmbeddedPostgres postgres, WholeEngine engine, StopwatchRuntime stopwatch) {
      this.report = report;
      this.postgres = postgres;
      this.engine = engine;
      this.stopwatch = stopwatch;
      this.commits = new CommitRate(postgres.settings(), sizes.commits());
    }

    void measure() throws Exception {
      // The first rounds are the compiler's and the caches', not the engine's.
      var warmUp = Math.max(1, sizes.rounds() / 2);
      for (var round = 0; round < warmUp; round++) {
        crowd();
      }
      var rates = new ArrayList<Double>();
      var crowds = new ArrayList<Crowd>();
      var gaps = new ArrayList<Double>();
      for (var round = 0; round < sizes.rounds(); round++) {
        rates.add(commits.measure());
        crowds.add(crowd());
        gaps.add(gap());
      }
      rates.add(commits.measure());
      var reference =
          new Reference("commits/s by " + CommitRate.instrument(), Samples.median(rates));
      report.add(
          Figure.of(NAME, "commits, 16 connections", "1/s", rates)
              .remark("one small insert each, fsync on, by " + CommitRate.instrument()));
      add(crowds, reference);
      report.add(
          Figure.of(NAME, "between two tasks of a chain", "ms", gaps)
              .with(Bar.atMost(5))
              .remark(
                  "median over a chain of %d that runs alone: from a task's end to the next one's start"
                      .formatted(sizes.nodesAlone())));
      if (sizes.hold().isPresent()) {
        holdingASnapshot(sizes.hold().get());
      }
    }

    private void add(List<Crowd> crowds, Reference reference) {
      report.add(
          Figure.of(NAME, "no-op nodes", "1/s", crowds.stream().map(Crowd::rate).toList())
              .with(Bar.atLeast(2000))
              .beside(reference)
              .remark(
                  "%d executions at once, each a chain of %d; everybody else kept %.1f processors busy meanwhile"
                      .formatted(
                          sizes.executions(),
                          sizes.nodes(),
                          Samples.median(
                              crowds.stream()
                                  .map(crowd -> crowd.usage().othersCores())
                                  .toList()))));
      report.add(
          Figure.of(
                  NAME,
                  "CPU a node",
                  "ms",
                  crowds.stream().map(crowd -> crowd.usage().cpuMillis() / nodes()).toList())
              .with(Bar.atMost(1))
              .remark(
                  "%.2f ms in Java, %.2f ms in PostgreSQL"
                      .formatted(
                          Samples.median(
                              crowds.stream()
                                  .map(crowd -> crowd.usage().programMillis() / nodes())
                                  .toList()),
                          Samples.median(
                              crowds.stream()
                                  .map(crowd -> crowd.usage().postgresMillis() / nodes())
                                  .toList()))));
      report.add(
          Figure.of(
              NAME,
              "WAL a node",
              "bytes",
              crowds.stream().map(crowd -> (double) crowd.logBytes() / nodes()).toList()));
    }

    private double nodes() {
      return (double) sizes.executions() * sizes.nodes();
    }

    private record Crowd(Usage usage, double rate, long logBytes) {}

    private Crowd crowd() throws Exception {
      var graph = engine.keep(Chains.of(sizes.nodes()));
      var wave = engine.make(sizes.executions(), graph, INPUTS);
      var until = stopwatch.recorded() + (long) nodes();
      var logBefore = engine.writtenAheadBytes();
      var usage =
          Usage.of(
              this::programMillis,
              this::postgresMillis,
              () -> {
                engine.release(wave);
                engine.awaitEnd(wave, until, PATIENCE);
              });
      return new Crowd(usage, nodes() / usage.seconds(), engine.writtenAheadBytes() - logBefore);
    }

    private double programMillis() {
      return ProcessCpu.ownMillis(ProcessHandle.current().pid());
    }

    private double postgresMillis() {
      return postgres.process().map(ProcessCpu::treeMillis).orElse(0.0);
    }

    private double gap() throws InterruptedException {
      var wave = engine.make(1, engine.keep(Chains.of(sizes.nodesAlone())), INPUTS);
      stopwatch.note();
      var until = stopwatch.recorded() + sizes.nodesAlone();
      engine.release(wave);
      engine.awaitEnd(wave, until, PATIENCE);
      var times = stopwatch.noted();
      var gaps = new ArrayList<Double>();
      for (var next = 1; next < times.size(); next++) {
        gaps.add((times.get(next).started() - times.get(next - 1).ended()) / 1e6);
      }
      return Samples.median(gaps);
    }

    private void holdingASnapshot(Duration hold) throws Exception {
      var span =
          hold.dividedBy(10).compareTo(Duration.ofMinutes(1)) < 0
              ? hold.dividedBy(10)
              : Duration.ofMinutes(1);
      var feed =
          new SteadyFeed(
              engine,
              stopwatch,
              this::programMillis,
              this::postgresMillis,
              sizes.executions(),
              sizes.nodes());
      // As long again without one: what changes then as well is the growth of tables, or the
      // machine.
      var before = feed.feedFor(hold, span);
      List<SteadyFeed.Span> held;
      try (var oldSnapshot = OldSnapshot.take(postgres.settings())) {
        held = feed.feedFor(hold, span);
        oldSnapshot.check();
      }
      feed.drain(PATIENCE);
      add("without an old snapshot, %s before".formatted(hold), span, before);
      add("while one is held, for %s".formatted(hold), span, held);
    }

    private void add(String when, Duration span, List<SteadyFeed.Span> spans) {
      report.add(
          Figure.of(
                  NAME,
                  "no-op nodes " + when,
                  "1/s",
                  spans.stream().map(SteadyFeed.Span::perSecond).toList())
              .remark(
                  "one round per %d s, in order: %s"
                      .formatted(span.toSeconds(), perSecond(spans))));
      report.add(
          Figure.of(
              NAME,
              "CPU of Java a node " + when,
              "ms",
              spans.stream().map(SteadyFeed.Span::programMillis).toList()));
      report.add(
          Figure.of(
              NAME,
              "CPU of PostgreSQL a node " + when,
              "ms",
              spans.stream().map(SteadyFeed.Span::postgresMillis).toList()));
    }

    private static String perSecond(List<SteadyFeed.Span> spans) {
      return spans.stream()
          .map(one -> String.format(Locale.ROOT, "%,.0f", one.perSecond()))
          .collect(Collectors.joining(" "));
    }
  }
}
