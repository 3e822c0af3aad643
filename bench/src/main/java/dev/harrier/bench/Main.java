package dev.harrier.bench;

import dev.harrier.bench.access.AccessSection;
import dev.harrier.bench.api.ApiSection;
import dev.harrier.bench.api.AuditedCalls;
import dev.harrier.bench.api.GateSection;
import dev.harrier.bench.api.LoginSection;
import dev.harrier.bench.audit.AuditSection;
import dev.harrier.bench.engine.EngineSection;
import dev.harrier.bench.engine.SplitSection;
import dev.harrier.bench.measure.Report;
import dev.harrier.bench.measure.Section;
import dev.harrier.bench.secret.SecretsSection;
import dev.harrier.bench.start.StartSection;
import dev.harrier.bench.task.PythonChoice;
import dev.harrier.bench.task.TasksSection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where the bench begins. */
@Command(
    name = "bench/run",
    mixinStandardHelpOptions = true,
    description = {
      "Measures Harrier on this machine, prints a table and writes JSON.",
      "Without the name of a section all of them run."
    })
public final class Main implements Callable<Integer> {
  private static final int MISUSED = 2;

  /** A server left alone that long has done what it does after a start. */
  private static final int REST_SECONDS = 10;

  private static final int GATE_SECONDS = 5;

  @Parameters(
      paramLabel = "SECTION",
      description =
          "access, gate, engine, split, api, login, start, tasks, secrets, audit or audited-calls.",
      arity = "0..*")
  private List<String> sections = new ArrayList<>();

  @Option(names = "--rounds", paramLabel = "N", description = "Rounds of each figure. Default: 5.")
  private int rounds = 5;

  @Option(
      names = "--hold-snapshot",
      paramLabel = "TIME",
      description =
          "Feeds the engine for that long, such as 10m, and as long again with a snapshot held open.")
  private @Nullable String hold;

  @Option(names = "--quick", description = "Small numbers, to see that the bench works.")
  private boolean quick;

  @Option(
      names = "--cold-workers",
      description = "Measures tasks also with an interpreter of their own for each.")
  private boolean coldWorkers;

  @Option(
      names = "--python",
      paramLabel = "PATH",
      description =
          "The interpreter with flytekit. Default: HARRIER_TEST_PYTHON, else the environment that Harrier makes.")
  private @Nullable Path python;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Where the JSON goes. Default: bench/target/bench.json.")
  private @Nullable Path json;

  public static void main(String[] arguments) {
    // The parts log what a server's operator wants to know; here it would stand between figures.
    var root = Logger.getLogger("");
    root.setLevel(Level.SEVERE);
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    var known =
        List.<Section>of(
            access(),
            gate(),
            engine(),
            split(),
            api(),
            login(),
            start(),
            tasks(),
            secrets(),
            audit(),
            auditedCalls());
    var names = known.stream().map(Section::name).toList();
    for (var asked : sections) {
      if (!names.contains(asked)) {
        System.err.printf("bench: expected one of %s, found '%s'%n", names, asked);
        return MISUSED;
      }
    }
    var report = new Report(System.err);
    for (var section : known) {
      if (sections.isEmpty() || sections.contains(section.name())) {
        System.err.println(section.name());
        section.measure(report);
      }
    }
    System.out.println(report.table());
    var file =
        Optional.ofNullable(json)
            .orElseGet(() -> project().resolve("bench").resolve("target").resolve("bench.json"));
    report.write(file);
    System.err.println("raw numbers: " + file);
    return 0;
  }

  private Section access() {
    return new AccessSection(quick ? AccessSection.Sizes.few() : AccessSection.Sizes.usual(rounds));
  }

  private Section gate() {
    return new GateSection(quick ? 1 : rounds, Duration.ofSeconds(quick ? 1 : GATE_SECONDS));
  }

  private Section engine() {
    var length = Optional.ofNullable(hold).map(Main::duration);
    return new EngineSection(
        quick ? EngineSection.Sizes.few(length) : EngineSection.Sizes.usual(rounds, length));
  }

  private Section split() {
    return new SplitSection(quick ? SplitSection.Sizes.few() : SplitSection.Sizes.usual(rounds));
  }

  private Section api() {
    return new ApiSection(
        project(),
        Optional.ofNullable(python),
        quick ? ApiSection.Sizes.few() : ApiSection.Sizes.usual(rounds));
  }

  private Section login() {
    return new LoginSection(
        project(),
        Optional.ofNullable(python),
        quick ? 1 : rounds,
        Duration.ofSeconds(quick ? 1 : GATE_SECONDS));
  }

  private Section start() {
    return new StartSection(
        project(),
        Optional.ofNullable(python),
        quick ? 1 : rounds,
        Duration.ofSeconds(quick ? 1 : REST_SECONDS));
  }

  private Section tasks() {
    return new TasksSection(
        quick ? TasksSection.Sizes.few(coldWorkers) : TasksSection.Sizes.usual(rounds, coldWorkers),
        new PythonChoice(Optional.ofNullable(python)));
  }

  private Section audit() {
    return new AuditSection(quick ? AuditSection.Sizes.few() : AuditSection.Sizes.usual(rounds));
  }

  private Section auditedCalls() {
    return new AuditedCalls(
        project(),
        Optional.ofNullable(python),
        quick ? 1 : rounds,
        Duration.ofSeconds(quick ? 1 : GATE_SECONDS));
  }

  private Section secrets() {
    return new SecretsSection(
        quick ? SecretsSection.Sizes.few() : SecretsSection.Sizes.usual(rounds));
  }

  private static Path project() {
    return Path.of(System.getProperty("harrier.project", ".")).toAbsolutePath().normalize();
  }

  private static Duration duration(String text) {
    return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
  }
}
