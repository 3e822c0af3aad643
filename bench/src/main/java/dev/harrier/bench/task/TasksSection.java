package dev.harrier.bench.task;

import static java.util.Objects.requireNonNull;

import dev.harrier.bench.engine.StopwatchRuntime;
import dev.harrier.bench.engine.WholeEngine;
import dev.harrier.bench.measure.Bar;
import dev.harrier.bench.measure.Figure;
import dev.harrier.bench.measure.ProcessCpu;
import dev.harrier.bench.measure.Reference;
import dev.harrier.bench.measure.Report;
import dev.harrier.bench.measure.Samples;
import dev.harrier.bench.measure.Scratch;
import dev.harrier.bench.measure.Section;
import dev.harrier.bench.measure.Usage;
import dev.harrier.blobstore.BlobStoreSettings;
import dev.harrier.blobstore.FileBlobStore;
import dev.harrier.database.Database;
import dev.harrier.database.EmbeddedPostgres;
import dev.harrier.runtime.process.AttemptSecrets;
import dev.harrier.runtime.process.ProcessRuntimeSettings;
import dev.harrier.runtime.process.ProcessTaskRuntime;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How long a trivial task in Python takes, and what it costs. */
public final class TasksSection implements Section {
  private static final String NAME = "tasks";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final URI NOWHERE = URI.create("http://127.0.0.1/");

  private final Sizes sizes;
  private final PythonChoice python;

  /**
   * Measures with an interpreter.
   *
   * @param python finds it
   */
  public TasksSection(Sizes sizes, PythonChoice python) {
    this.sizes = requireNonNull(sizes, "sizes");
    this.python = requireNonNull(python, "python");
  }

  /**
   * How much is measured.
   *
   * @param rounds of each figure
   * @param warm tasks in a round, one after the other, with warm workers
   * @param cold the same with an interpreter for each; none if they are not measured
   */
  public record Sizes(int rounds, int warm, int cold) {
    private static final int WARM = 40;
    private static final int COLD = 4;

    /** What the bars are measured with. */
    public static Sizes usual(int rounds, boolean withCold) {
      return new Sizes(rounds, WARM, withCold ? COLD : 0);
    }

    /** So few that only the bench itself is proven. */
    public static Sizes few(boolean withCold) {
      return new Sizes(1, 4, withCold ? 2 : 0);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void measure(Report report) throws Exception {
    try (var scratch = Scratch.create()) {
      var interpreter = python.find(scratch.folder().resolve("python"));
      var task = TrivialTask.in(scratch.folder().resolve("code"));
      var byHand = byHand(report, task, interpreter, scratch.folder());
      try (var postgres = EmbeddedPostgres.start(scratch.folder().resolve("pg"));
          var database = Database.open(postgres.settings())) {
        var shop = new Shop(scratch.folder(), interpreter, task, postgres, database);
        shop.measure(report, "warm", sizes.warm(), byHand);
        if (sizes.cold() > 0) {
          shop.measure(report, "cold", sizes.cold(), byHand);
        }
      }
    }
  }

  private Reference byHand(Report report, TrivialTask task, Path interpreter, Path scratch)
      throws Exception {
    task.runByHand(interpreter, scratch);
    var bench = ProcessHandle.current().pid();
    var times = new ArrayList<Double>();
    var cpu = new ArrayList<Double>();
    for (var round = 0; round < sizes.rounds(); round++) {
      var cpuBefore = ProcessCpu.reapedMillis(bench);
      var from = System.nanoTime();
      task.runByHand(interpreter, scratch);
      times.add((System.nanoTime() - from) / 1e6);
      cpu.add(ProcessCpu.reapedMillis(bench) - cpuBefore);
    }
    report.add(
        Figure.of(NAME, "pyflyte-execute by hand", "ms", times)
            .remark("flytekit's own command, an interpreter of its own, without Harrier"));
    report.add(Figure.of(NAME, "CPU of pyflyte-execute by hand", "ms", cpu));
    return new Reference("pyflyte-execute by hand", Samples.median(times));
  }

  /** One home with all that a server runs tasks with. */
  private final class Shop {
    private final Path scratch;
    private final Path interpreter;
    private final TrivialTask task;
    private final EmbeddedPostgres postgres;
    private final Database database;

    Shop(
        Path scratch,
        Path interpreter,
        TrivialTask task,
        EmbeddedPostgres postgres,
        Database database) {
      this.scratch = scratch;
      this.interpreter = interpreter;
      this.task = task;
      this.postgres = postgres;
      this.database = database;
    }

    void measure(Report report, String temper, int tasks, Reference byHand) throws Exception {
      var home = Files.createDirectories(scratch.resolve(temper));
      var blobs =
          FileBlobStore.open(
              BlobStoreSettings.of(home.resolve("blobs"), home.resolve("url-key")),
              Clock.systemUTC(),
              () -> NOWHERE);
      try (var runtime =
          ProcessTaskRuntime.open(
              settings(home, temper.equals("cold")),
              blobs,
              AttemptSecrets.NONE,
              Optional.empty(),
              Clock.systemUTC())) {
        var stopwatch = new StopwatchRuntime(runtime);
        try (var engine = new WholeEngine(database, stopwatch, blobs)) {
          engine.start();
          report.note("%s tasks: %s".formatted(temper, runtime.sandbox().sentence()));
          var graph = engine.keep(task.chain(tasks));
          chain(engine, stopwatch, graph, tasks, home);
          var rounds = new ArrayList<Chain>();
          for (var round = 0; round < sizes.rounds(); round++) {
            rounds.add(chain(engine, stopwatch, graph, tasks, home));
          }
          add(report, temper, tasks, rounds, byHand);
        }
      }
    }

    /**
     * Times of one chain.
     *
     * @param recordedMillis of each task, from its start to its recorded outputs
     * @param usage of the whole chain; the program's part includes the workers
     */
    private record Chain(List<Double> recordedMillis, Usage usage) {}

    private Chain chain(
        WholeEngine engine, StopwatchRuntime stopwatch, String graph, int tasks, Path home)
        throws Exception {
      var wave = engine.make(1, graph, TrivialTask.inputs());
      stopwatch.note();
      var until = stopwatch.recorded() + tasks;
      var usage =
          Usage.of(
              () ->
                  ProcessCpu.ownMillis(ProcessHandle.current().pid())
                      + ProcessCpu.namingMillis(home.toString()),
              () -> postgres.process().map(ProcessCpu::treeMillis).orElse(0.0),
              () -> {
                engine.release(wave);
                engine.awaitEnd(wave, until, PATIENCE);
              });
      var recorded =
          stopwatch.noted().stream()
              .map(times -> (times.recorded() - times.started()) / 1e6)
              .toList();
      return new Chain(recorded, usage);
    }

    private void add(
        Report report, String temper, int tasks, List<Chain> rounds, Reference byHand) {
      var latency =
          Figure.of(
                  NAME,
                  "a trivial task, " + temper,
                  "ms",
                  rounds.stream().map(chain -> Samples.median(chain.recordedMillis())).toList())
              .beside(byHand)
              .remark(
                  "median over a chain of %d, from the attempt's start to its recorded outputs; the slowest of all took %.0f ms; everybody else kept %.1f processors busy meanwhile"
                      .formatted(
                          tasks,
                          rounds.stream()
                              .flatMap(chain -> chain.recordedMillis().stream())
                              .mapToDouble(Double::doubleValue)
                              .max()
                              .orElse(0),
                          Samples.median(
                              rounds.stream().map(chain -> chain.usage().othersCores()).toList())));
      report.add(temper.equals("warm") ? latency.with(Bar.atMost(30)) : latency);
      report.add(
          Figure.of(
                  NAME,
                  "CPU of a trivial task, " + temper,
                  "ms",
                  rounds.stream().map(chain -> chain.usage().cpuMillis() / tasks).toList())
              .remark(
                  "worker, Java and PostgreSQL together; a worker's processes are those whose"
                      + " command line names the home"));
    }

    private ProcessRuntimeSettings settings(Path home, boolean cold) {
      var defaults = ProcessRuntimeSettings.defaults(home, interpreter);
      return new ProcessRuntimeSettings(
          home,
          defaults.pythons(),
          cold,
          true,
          defaults.capacity(),
          defaults.limits(),
          Duration.ofSeconds(5),
          List.of(task.folder()),
          defaults.environment(),
          defaults.hidden(),
          defaults.user());
    }
  }
}
