package dev.harrier.bench.api;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.grpc.GrpcClients;
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
import dev.harrier.database.EmbeddedPostgres;
import flyteidl.admin.Common.NamedEntityIdentifier;
import flyteidl.admin.Common.ResourceListRequest;
import flyteidl.admin.ExecutionOuterClass.WorkflowExecutionGetRequest;
import flyteidl.core.IdentifierOuterClass.WorkflowExecutionIdentifier;
import flyteidl.service.AdminServiceGrpc.AdminServiceBlockingStub;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Calls a second and how long one takes, by 1, 16 and 64 callers of a real server. */
public final class ApiSection implements Section {
  private static final String NAME = "api";
  private static final List<Integer> CALLERS = List.of(1, 16, 64);

  /** The number of callers that the bars are for. */
  private static final int CALLERS_OF_BAR = 16;

  /**
   * A span whose calls cost more than this part of the cheapest before is one that got no cheaper.
   */
  private static final double WARM = 0.95;

  /** How many such spans in a row say that the server's compiler is done. */
  private static final int SPANS_NO_CHEAPER = 3;

  private static final int PAGE = 100;
  private static final Duration CALL_LIMIT = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration LOOK = Duration.ofMillis(50);

  /** The phases that an execution does not stay in. */
  private static final String UNDER_WAY = "value_in(phase,UNDEFINED;QUEUED;RUNNING;FAILING)";

  private final Path project;
  private final Optional<Path> python;
  private final Sizes sizes;

  /** Measures the program of a checkout. */
  public ApiSection(Path project, Optional<Path> python, Sizes sizes) {
    this.project = requireNonNull(project, "project");
    this.python = requireNonNull(python, "python");
    this.sizes = requireNonNull(sizes, "sizes");
  }

  /**
   * How much is measured.
   *
   * @param rounds of each figure
   * @param round how long a round takes
   * @param warmUpsMax how many such rounds go before, at most, while they still get cheaper
   */
  public record Sizes(int rounds, Duration round, int warmUpsMax) {
    /** What the bars are measured with. */
    public static Sizes usual(int rounds) {
      return new Sizes(rounds, Duration.ofSeconds(4), 40);
    }

    /** So few that only the bench itself is proven. */
    public static Sizes few() {
      return new Sizes(1, Duration.ofSeconds(1), 1);
    }
  }

  /** What is called. */
  private enum Operation {
    CREATE("CreateExecution"),
    GET("GetExecution"),
    LIST("ListExecutions of 100");

    private final String label;

    Operation(String label) {
      this.label = label;
    }

    Optional<Bar> rateBar() {
      return switch (this) {
        case CREATE -> Optional.of(Bar.atLeast(2000));
        // The bar is the rate of another server in the same run, which is not at hand here.
        case GET -> Optional.empty();
        case LIST -> Optional.of(Bar.atLeast(1500));
      };
    }

    Bar cpuBar() {
      return switch (this) {
        case CREATE -> Bar.atMost(0.6);
        case GET -> Bar.atMost(0.2);
        case LIST -> Bar.atMost(1);
      };
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void measure(Report report) throws Exception {
    try (var scratch = Scratch.create()) {
      var home = scratch.folder().resolve("home");
      // The first start makes the home; the commits are then measured on its own PostgreSQL.
      ServerProcess.start(project, home, python).close();
      var commits = new ArrayList<Double>();
      commits.add(commitRate(home));
      Map<Operation, Map<Integer, List<Round>>> rounds;
      try (var server = ServerProcess.start(project, home, python);
          var connections =
              ClientFactory.builder()
                  .maxNumEventLoopsPerEndpoint(Runtime.getRuntime().availableProcessors())
                  .build()) {
        var admin =
            GrpcClients.builder("gproto+http://" + server.url().getAuthority())
                .factory(connections)
                .responseTimeout(CALL_LIMIT)
                .addHeader("authorization", "Bearer " + server.token())
                .build(AdminServiceBlockingStub.class);
        TrivialWorkflow.register(admin);
        rounds = new Load(admin, server).measure();
      }
      commits.add(commitRate(home));
      report.add(
          Figure.of(NAME, "commits on the server's PostgreSQL", "1/s", commits)
              .remark("by %s, before and after the calls".formatted(CommitRate.instrument())));
      var reference =
          new Reference("commits/s by " + CommitRate.instrument(), Samples.median(commits));
      rounds.forEach(
          (operation, byCallers) ->
              byCallers.forEach(
                  (callers, found) -> add(report, operation, callers, found, reference)));
    }
  }

  private double commitRate(Path home) throws Exception {
    try (var postgres = EmbeddedPostgres.start(home.resolve("database"))) {
      return new CommitRate(postgres.settings(), sizes.round()).measure();
    }
  }

  /**
   * One round.
   *
   * @param usage until all that the calls led to was done
   * @param clientMillis processor time of the callers
   */
  private record Round(Callers.Outcome outcome, Usage usage, double clientMillis) {
    int calls() {
      return outcome.calls();
    }
  }

  /** Calls one server. */
  private final class Load {
    private final AdminServiceBlockingStub admin;
    private final ServerProcess server;
    private final List<WorkflowExecutionIdentifier> created = new ArrayList<>();

    Load(AdminServiceBlockingStub admin, ServerProcess server) {
      this.admin = admin;
      this.server = server;
    }

    Map<Operation, Map<Integer, List<Round>>> measure() throws Exception {
      var all = new LinkedHashMap<Operation, Map<Integer, List<Round>>>();
      for (var operation : Operation.values()) {
        warmUp(operation);
        var byCallers = new LinkedHashMap<Integer, List<Round>>();
        for (var round = 0; round < sizes.rounds(); round++) {
          for (var callers : CALLERS) {
            byCallers
                .computeIfAbsent(callers, number -> new ArrayList<>())
                .add(round(operation, callers));
          }
        }
        all.put(operation, byCallers);
      }
      return all;
    }

    /**
     * Calls until that costs no less. Judged by the processor time of a call: how many calls fit
     * into a span says more about what else is busy, and ended the warm-up of a cold server on a
     * busy machine.
     */
    private void warmUp(Operation operation) throws Exception {
      var least = Double.MAX_VALUE;
      var noCheaper = 0;
      for (var span = 0; span < sizes.warmUpsMax() && noCheaper < SPANS_NO_CHEAPER; span++) {
        var round = round(operation, CALLERS_OF_BAR);
        var cost = round.usage().cpuMillis() / round.calls();
        noCheaper = cost > least * WARM ? noCheaper + 1 : 0;
        least = Math.min(least, cost);
      }
    }

    private Round round(Operation operation, int callers) throws Exception {
      var outcomes = new ArrayList<Callers.Outcome>();
      var self = ProcessHandle.current().pid();
      var clientBefore = ProcessCpu.ownMillis(self);
      var usage =
          Usage.of(
              server::programMillis,
              server::postgresMillis,
              () -> {
                outcomes.add(Callers.run(callers, sizes.round(), () -> call(operation)));
                if (operation == Operation.CREATE) {
                  awaitQuiet();
                }
              });
      return new Round(outcomes.getFirst(), usage, ProcessCpu.ownMillis(self) - clientBefore);
    }

    private void call(Operation operation) {
      switch (operation) {
        case CREATE -> {
          var id = admin.createExecution(TrivialWorkflow.execution()).getId();
          synchronized (created) {
            created.add(id);
          }
        }
        case GET -> {
          var got =
              admin.getExecution(
                  WorkflowExecutionGetRequest.newBuilder().setId(anyCreated()).build());
          check(got.hasSpec(), "an execution with its spec");
        }
        case LIST -> check(list(PAGE, "") == PAGE, "a page of " + PAGE);
      }
    }

    private WorkflowExecutionIdentifier anyCreated() {
      synchronized (created) {
        return created.get(ThreadLocalRandom.current().nextInt(created.size()));
      }
    }

    private int list(int limit, String filters) {
      return admin
          .listExecutions(
              ResourceListRequest.newBuilder()
                  .setId(
                      NamedEntityIdentifier.newBuilder()
                          .setProject(TrivialWorkflow.PROJECT)
                          .setDomain(TrivialWorkflow.DOMAIN))
                  .setLimit(limit)
                  .setFilters(filters)
                  .build())
          .getExecutionsCount();
    }

    /** Returns when the engine has ended all executions. */
    private void awaitQuiet() throws InterruptedException {
      var ends = System.nanoTime() + PATIENCE.toNanos();
      while (list(1, UNDER_WAY) > 0) {
        check(System.nanoTime() - ends < 0, "all executions to end within " + PATIENCE);
        Thread.sleep(LOOK);
      }
    }

    private static void check(boolean right, String expected) {
      if (!right) {
        throw new IllegalStateException("expected %s, found something else".formatted(expected));
      }
    }
  }

  private static void add(
      Report report, Operation operation, int callers, List<Round> rounds, Reference commits) {
    var what = "%s, %d %s".formatted(operation.label, callers, callers == 1 ? "caller" : "callers");
    var barred = callers == CALLERS_OF_BAR;
    var rate =
        Figure.of(
                NAME,
                what,
                "1/s",
                rounds.stream().map(round -> round.outcome().perSecond()).toList())
            .beside(commits);
    report.add(operation.rateBar().filter(bar -> barred).map(rate::with).orElse(rate));
    report.add(
        Figure.of(
            NAME,
            what + ", p50",
            "ms",
            rounds.stream().map(round -> round.outcome().p50Millis()).toList()));
    report.add(
        Figure.of(
            NAME,
            what + ", p99",
            "ms",
            rounds.stream().map(round -> round.outcome().p99Millis()).toList()));
    var cpu =
        Figure.of(
                NAME,
                what + ", CPU a call",
                "ms",
                rounds.stream().map(round -> round.usage().cpuMillis() / round.calls()).toList())
            .remark(cpuRemark(operation, rounds));
    report.add(barred ? cpu.with(operation.cpuBar()) : cpu);
  }

  private static String cpuRemark(Operation operation, List<Round> rounds) {
    return "%.2f ms in the server, %.2f ms in PostgreSQL, and %.2f ms in the callers on the same machine; everybody else kept %.1f processors busy%s"
        .formatted(
            median(rounds, round -> round.usage().programMillis() / round.calls()),
            median(rounds, round -> round.usage().postgresMillis() / round.calls()),
            median(rounds, round -> round.clientMillis() / round.calls()),
            median(
                rounds,
                round ->
                    Math.max(
                        0,
                        round.usage().othersCores()
                            - round.clientMillis() / (round.usage().seconds() * 1000))),
            operation == Operation.CREATE
                ? "; with the engine's whole work on the execution until it has failed: its one task is refused by the runtime"
                : "");
  }

  private static double median(
      List<Round> rounds, java.util.function.ToDoubleFunction<Round> number) {
    return Samples.median(rounds.stream().map(number::applyAsDouble).toList());
  }
}
