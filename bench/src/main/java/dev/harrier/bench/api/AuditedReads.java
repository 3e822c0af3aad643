package dev.harrier.bench.api;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.harrier.bench.measure.Bar;
import dev.harrier.bench.measure.Figure;
import dev.harrier.bench.measure.Report;
import dev.harrier.bench.measure.Scratch;
import dev.harrier.bench.measure.Section;
import flyteidl.admin.ProjectOuterClass.ProjectGetRequest;
import flyteidl.service.AdminServiceGrpc.AdminServiceBlockingStub;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a read pays for its record: two servers, one without an audit log, called in turns. */
public final class AuditedReads implements Section {
  private static final String NAME = "audited-reads";
  private static final int CALLERS = 64;
  private static final double ADDED_BAR_MILLIS = 0.01;
  private static final Map<String, String> UNRECORDED = Map.of("HARRIER_AUDIT_ENABLED", "false");

  private final Path project;
  private final Optional<Path> python;
  private final int rounds;
  private final Duration round;

  /** Measures the program of a checkout. */
  public AuditedReads(Path project, Optional<Path> python, int rounds, Duration round) {
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
    try (var scratch = Scratch.create();
        var with = ServerProcess.start(project, scratch.folder().resolve("with"), python);
        var without =
            ServerProcess.start(project, scratch.folder().resolve("without"), python, UNRECORDED);
        var connections = ClientFactory.builder().build()) {
      var recorded = new ArrayList<Double>();
      var unrecorded = new ArrayList<Double>();
      var added = new ArrayList<Double>();
      // The first two are thrown away: the JVMs compile in them.
      for (var each = -2; each < rounds; each++) {
        var one = cpuMillis(with, connections);
        var other = cpuMillis(without, connections);
        if (each >= 0) {
          recorded.add(one);
          unrecorded.add(other);
          added.add(one - other);
        }
      }
      report.add(figure("CPU of GetProject with the audit log", recorded));
      report.add(figure("CPU of GetProject without it", unrecorded));
      report.add(
          figure("CPU that a record adds to a read", added).with(Bar.atMost(ADDED_BAR_MILLIS)));
    }
  }

  private static Figure figure(String name, List<Double> rounds) {
    return Figure.of(NAME, name, "ms", rounds)
        .remark("of the server's own process, with %d callers at once".formatted(CALLERS));
  }

  private double cpuMillis(ServerProcess server, ClientFactory connections) throws Exception {
    var admin =
        GrpcClients.builder("gproto+http://" + server.url().getAuthority())
            .factory(connections)
            .addHeader("authorization", "Bearer " + server.token())
            .build(AdminServiceBlockingStub.class);
    var request = ProjectGetRequest.newBuilder().setId("flytesnacks").build();
    var before = server.programMillis();
    var outcome =
        Callers.run(
            CALLERS,
            round,
            () -> {
              var unused = admin.getProject(request);
            });
    return (server.programMillis() - before) / outcome.calls();
  }
}
