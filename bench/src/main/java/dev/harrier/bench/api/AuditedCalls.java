package dev.harrier.bench.api;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.harrier.bench.measure.Bar;
import dev.harrier.bench.measure.Figure;
import dev.harrier.bench.measure.Report;
import dev.harrier.bench.measure.Scratch;
import dev.harrier.bench.measure.Section;
import dev.harrier.bench.measure.Usage;
import flyteidl.admin.ProjectOuterClass.ProjectGetRequest;
import flyteidl.service.AdminServiceGrpc.AdminServiceBlockingStub;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What calls pay for their records: two servers, one without an audit log, called in turns. Both
 * are admin alone: no propeller works on what is created, so that it is creating that is measured.
 */
public final class AuditedCalls implements Section {
  private static final String NAME = "audited-calls";
  private static final int READERS = 64;
  private static final int CREATORS = 16;
  private static final Bar ADDED = Bar.atMost(0.01);
  private static final Bar CREATES = Bar.atLeast(2000);
  private static final Bar CREATE_MILLIS = Bar.atMost(0.6);
  private static final Map<String, String> ADMIN =
      Map.of("HARRIER_ROLE", "admin", "HARRIER_SERVER_INTERNAL_PORT", "0");

  /** Rounds that are thrown away: the JVMs compile in them, and the one with the log has more. */
  private static final int WARM_UPS = 10;

  private final Path project;
  private final Optional<Path> python;
  private final int rounds;
  private final Duration round;

  /** Measures the program of a checkout. */
  public AuditedCalls(Path project, Optional<Path> python, int rounds, Duration round) {
    this.project = requireNonNull(project, "project");
    this.python = requireNonNull(python, "python");
    this.rounds = rounds;
    this.round = requireNonNull(round, "round");
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void measure(Report report) throws Exception {
    var unrecorded = new HashMap<>(ADMIN);
    unrecorded.put("HARRIER_AUDIT_ENABLED", "false");
    try (var scratch = Scratch.create();
        var with = ServerProcess.start(project, scratch.folder().resolve("with"), python, ADMIN);
        var without =
            ServerProcess.start(
                project, scratch.folder().resolve("without"), python, Map.copyOf(unrecorded));
        var connections = ClientFactory.builder().build()) {
      var one = new Target(with, connections);
      var other = new Target(without, connections);
      reads(report, one, other);
      creates(report, one, other);
    }
  }

  private void reads(Report report, Target with, Target without) throws Exception {
    var request = ProjectGetRequest.newBuilder().setId(TrivialWorkflow.PROJECT).build();
    var both =
        inTurns(
            with,
            without,
            target ->
                () -> {
                  var unused = target.admin.getProject(request);
                },
            READERS);
    Function<Round, Double> cpu = one -> one.usage().programMillis() / one.calls();
    Function<Round, Double> wait = one -> one.outcome().p50Millis();
    var remark = "of the server's own process, with %d callers at once".formatted(READERS);
    report.add(figure("CPU of GetProject with the audit log", "ms", both.with(cpu)).remark(remark));
    report.add(figure("CPU of GetProject without it", "ms", both.without(cpu)).remark(remark));
    report.add(
        figure("CPU that a record adds to a read", "ms", both.added(cpu))
            .with(ADDED)
            .remark(remark));
    report.add(figure("GetProject p50 with the audit log", "ms", both.with(wait)));
    report.add(figure("GetProject p50 without it", "ms", both.without(wait)));
  }

  private void creates(Report report, Target with, Target without) throws Exception {
    TrivialWorkflow.register(with.admin);
    TrivialWorkflow.register(without.admin);
    var both =
        inTurns(
            with,
            without,
            target ->
                () -> {
                  var unused = target.admin.createExecution(TrivialWorkflow.execution());
                },
            CREATORS);
    Function<Round, Double> rate = one -> one.outcome().perSecond();
    Function<Round, Double> wait = one -> one.outcome().p50Millis();
    Function<Round, Double> cpu = one -> one.usage().cpuMillis() / one.calls();
    var what = "CreateExecution by admin alone, %d callers, ".formatted(CREATORS);
    var shared = "server and PostgreSQL; nobody works on what is created";
    report.add(figure(what + "with the audit log", "1/s", both.with(rate)).with(CREATES));
    report.add(figure(what + "without it", "1/s", both.without(rate)).with(CREATES));
    report.add(figure(what + "p50 with the audit log", "ms", both.with(wait)));
    report.add(figure(what + "p50 without it", "ms", both.without(wait)));
    report.add(
        figure(what + "CPU with the audit log", "ms", both.with(cpu))
            .with(CREATE_MILLIS)
            .remark(shared));
    report.add(
        figure(what + "CPU without it", "ms", both.without(cpu))
            .with(CREATE_MILLIS)
            .remark(shared));
  }

  private static Figure figure(String name, String unit, List<Double> rounds) {
    return Figure.of(NAME, name, unit, rounds);
  }

  private Rounds inTurns(
      Target with, Target without, Function<Target, Callers.Call> call, int callers)
      throws Exception {
    var both = new Rounds(new ArrayList<>(), new ArrayList<>());
    for (var each = -WARM_UPS; each < rounds; each++) {
      var one = with.round(callers, round, call.apply(with));
      var other = without.round(callers, round, call.apply(without));
      if (each >= 0) {
        both.with.add(one);
        both.without.add(other);
      }
    }
    return both;
  }

  /** A server that is called. */
  private static final class Target {
    private final ServerProcess server;
    private final AdminServiceBlockingStub admin;

    Target(ServerProcess server, ClientFactory connections) throws Exception {
      this.server = server;
      this.admin =
          GrpcClients.builder("gproto+http://" + server.url().getAuthority())
              .factory(connections)
              .addHeader("authorization", "Bearer " + server.token())
              .build(AdminServiceBlockingStub.class);
    }

    Round round(int callers, Duration length, Callers.Call call) throws Exception {
      var outcomes = new ArrayList<Callers.Outcome>();
      var usage =
          Usage.of(
              server::programMillis,
              server::postgresMillis,
              () -> outcomes.add(Callers.run(callers, length, call)));
      return new Round(outcomes.getFirst(), usage);
    }
  }

  private record Round(Callers.Outcome outcome, Usage usage) {
    int calls() {
      return outcome.calls();
    }
  }

  /** Each round of one server has its like of the other at the same place. */
  private record Rounds(List<Round> with, List<Round> without) {
    List<Double> with(Function<Round, Double> number) {
      return with.stream().map(number).toList();
    }

    List<Double> without(Function<Round, Double> number) {
      return without.stream().map(number).toList();
    }

    List<Double> added(Function<Round, Double> number) {
      var added = new ArrayList<Double>();
      for (var each = 0; each < with.size(); each++) {
        added.add(number.apply(with.get(each)) - number.apply(without.get(each)));
      }
      return List.copyOf(added);
    }
  }
}
