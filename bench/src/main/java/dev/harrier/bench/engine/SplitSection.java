package dev.harrier.bench.engine;

import static java.util.Objects.requireNonNull;

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
import java.util.function.ToDoubleFunction;

/** What it costs to run admin and the propeller apart, beside one process in the same rounds. */
public final class SplitSection implements Section {
  private static final String NAME = "split";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final LiteralMap INPUTS = Values.of("x", "1");

  private final Sizes sizes;

  public SplitSection(Sizes sizes) {
    this.sizes = requireNonNull(sizes, "sizes");
  }

  /**
   * How much is measured.
   *
   * @param rounds of each figure
   * @param executions at once
   * @param nodes one after the other in each
   */
  public record Sizes(int rounds, int executions, int nodes) {
    /** As many as the section {@code engine} takes. */
    public static Sizes usual(int rounds) {
      return new Sizes(rounds, 200, 50);
    }

    /** So few that only the bench itself is proven. */
    public static Sizes few() {
      return new Sizes(2, 5, 4);
    }

    double all() {
      return (double) executions * nodes;
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void measure(Report report) throws Exception {
    // A PostgreSQL for each: two engines on one database would share its shards.
    try (var scratch = Scratch.create();
        var postgres = EmbeddedPostgres.start(scratch.folder().resolve("one"));
        var database = Database.open(postgres.settings());
        var postgresOfTwo = EmbeddedPostgres.start(scratch.folder().resolve("two"));
        var databaseOfTwo = Database.open(postgresOfTwo.settings());
        var one =
            new WholeEngine(
                database,
                new StopwatchRuntime(new InstantRuntime(Values.of("o", "1"))),
                new DiscardingBlobStore())) {
      one.start();
      try (var two = SplitEngine.start(databaseOfTwo)) {
        var together = new ArrayList<Round>();
        var apart = new ArrayList<Round>();
        // The first rounds are the compilers' and the caches'.
        for (var warmUp = 0; warmUp < Math.max(1, sizes.rounds()); warmUp++) {
          together(one, postgres);
          apart(two, postgresOfTwo);
        }
        for (var round = 0; round < sizes.rounds(); round++) {
          together.add(together(one, postgres));
          apart.add(apart(two, postgresOfTwo));
        }
        add(report, together, apart);
      }
    }
  }

  /**
   * One wave of executions.
   *
   * @param usage of this process, the propeller's if it is another one, and PostgreSQL
   * @param propellerMillis of it the propeller's own process
   */
  private record Round(Usage usage, double propellerMillis) {}

  private Round together(WholeEngine engine, EmbeddedPostgres postgres) throws Exception {
    var wave = engine.make(sizes.executions(), engine.keep(Chains.of(sizes.nodes())), INPUTS);
    var usage =
        Usage.of(
            SplitSection::ownMillis,
            () -> millis(postgres),
            () -> {
              engine.release(wave);
              // Both are waited for in the same way, by the database.
              engine.awaitEnd(wave, 0, PATIENCE);
            });
    return new Round(usage, 0);
  }

  private Round apart(SplitEngine engine, EmbeddedPostgres postgres) throws Exception {
    var wave = engine.make(sizes.executions(), engine.keep(Chains.of(sizes.nodes())), INPUTS);
    var before = engine.propellerMillis();
    var usage =
        Usage.of(
            () -> ownMillis() + engine.propellerMillis(),
            () -> millis(postgres),
            () -> {
              engine.release(wave);
              engine.awaitEnd(wave, PATIENCE);
            });
    return new Round(usage, engine.propellerMillis() - before);
  }

  private static double ownMillis() {
    return ProcessCpu.ownMillis(ProcessHandle.current().pid());
  }

  private static double millis(EmbeddedPostgres postgres) {
    return postgres.process().map(ProcessCpu::treeMillis).orElse(0.0);
  }

  private void add(Report report, List<Round> together, List<Round> apart) {
    ToDoubleFunction<Round> rate = round -> sizes.all() / round.usage().seconds();
    ToDoubleFunction<Round> cost = round -> round.usage().cpuMillis() / sizes.all();
    report.add(
        Figure.of(NAME, "no-op nodes, one process", "1/s", each(together, rate))
            .remark(
                "%d executions at once, each a chain of %d; everybody else kept %.1f processors busy meanwhile"
                    .formatted(
                        sizes.executions(),
                        sizes.nodes(),
                        median(together, round -> round.usage().othersCores()))));
    report.add(
        Figure.of(NAME, "no-op nodes, admin and propeller apart", "1/s", each(apart, rate))
            .beside(new Reference("one process in the same rounds", median(together, rate)))
            .remark(
                "the journal over gRPC on loopback; everybody else kept %.1f processors busy meanwhile"
                    .formatted(median(apart, round -> round.usage().othersCores()))));
    report.add(
        Figure.of(NAME, "CPU a node, one process", "ms", each(together, cost))
            .remark(
                "%.3f ms of it in PostgreSQL"
                    .formatted(
                        median(together, round -> round.usage().postgresMillis() / sizes.all()))));
    report.add(
        Figure.of(NAME, "CPU a node, admin and propeller apart", "ms", each(apart, cost))
            .beside(new Reference("one process in the same rounds", median(together, cost)))
            .remark(
                "%.3f ms in the propeller, %.3f ms in admin, %.3f ms in PostgreSQL"
                    .formatted(
                        median(apart, round -> round.propellerMillis() / sizes.all()),
                        median(
                            apart,
                            round ->
                                (round.usage().programMillis() - round.propellerMillis())
                                    / sizes.all()),
                        median(apart, round -> round.usage().postgresMillis() / sizes.all()))));
  }

  private static List<Double> each(List<Round> rounds, ToDoubleFunction<Round> number) {
    return rounds.stream().map(number::applyAsDouble).toList();
  }

  private static double median(List<Round> rounds, ToDoubleFunction<Round> number) {
    return Samples.median(each(rounds, number));
  }
}
