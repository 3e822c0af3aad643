package dev.harrier.bench.api;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.harrier.admin.AdminServices;
import dev.harrier.admin.AdminSettings;
import dev.harrier.bench.measure.Figure;
import dev.harrier.bench.measure.ProcessCpu;
import dev.harrier.bench.measure.Reference;
import dev.harrier.bench.measure.Report;
import dev.harrier.bench.measure.Samples;
import dev.harrier.bench.measure.Scratch;
import dev.harrier.bench.measure.Section;
import dev.harrier.blobstore.BlobStoreSettings;
import dev.harrier.blobstore.FileBlobStore;
import dev.harrier.database.Database;
import dev.harrier.database.EmbeddedPostgres;
import dev.harrier.security.Caller;
import dev.harrier.security.Peer;
import dev.harrier.security.Subjects;
import dev.harrier.security.policy.PolicyAccess;
import dev.harrier.security.rpc.RpcGate;
import dev.harrier.security.rpc.RpcRules;
import dev.harrier.security.token.Authenticator;
import dev.harrier.security.token.Endings;
import dev.harrier.security.token.LiveAttempts;
import dev.harrier.security.token.SigningKeys;
import dev.harrier.security.token.TokenIssuer;
import dev.harrier.security.token.TokenVerifier;
import dev.harrier.server.config.CallerLimits;
import dev.harrier.server.config.ServerConfig;
import dev.harrier.server.port.ApiPort;
import dev.harrier.server.rpc.CallLimit;
import dev.harrier.server.rpc.ErrorAnswers;
import dev.harrier.server.rpc.RpcMeter;
import dev.harrier.server.rpc.ServedRpcs;
import flyteidl.admin.ExecutionOuterClass.WorkflowExecutionGetRequest;
import flyteidl.service.AdminServiceGrpc.AdminServiceBlockingStub;
import io.grpc.BindableService;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * GetExecution through the gate that finds the caller, and through none: two ports over the same
 * services and database in this process, called in turn.
 */
public final class GateSection implements Section {
  private static final String NAME = "gate";
  private static final String CLIENT = "bench";
  private static final int CALLERS = 16;
  private static final int CALLS_MAX = 2_048;

  /** More than anybody calls here. */
  private static final CallerLimits LIMITS =
      new CallerLimits(1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000);

  private static final Duration LIFETIME = Duration.ofHours(2);

  private final int rounds;
  private final Duration round;

  /**
   * @param rounds of each figure
   * @param round how long one takes
   */
  public GateSection(int rounds, Duration round) {
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
        var postgres = EmbeddedPostgres.start(scratch.folder().resolve("database"));
        var database = Database.open(postgres.settings())) {
      var blobs =
          FileBlobStore.open(
              BlobStoreSettings.of(
                  scratch.folder().resolve("blobs"), scratch.folder().resolve("key")),
              Clock.systemUTC(),
              () -> URI.create("http://localhost:1"));
      var number = ApiPort.choose("localhost", 0);
      var url = ApiPort.url("localhost", number);
      var access = PolicyAccess.administeredBy(url.toString(), Set.of(CLIENT));
      try (var admin =
          AdminServices.open(
              database, blobs, access, AdminSettings.of("bench"), Clock.systemUTC())) {
        var keys = SigningKeys.generate();
        var gate =
            new RpcGate(
                RpcRules.all(),
                new Authenticator(
                    new TokenVerifier(
                        url.toString(), keys, Clock.systemUTC(), Endings.NONE, LiveAttempts.ALL)),
                access,
                () -> Peer.UNKNOWN);
        var registry = new SimpleMeterRegistry();
        var token =
            new TokenIssuer(url.toString(), keys, Clock.systemUTC())
                .forClient(CLIENT, Set.of("all"), LIFETIME)
                .value()
                .reveal();
        try (var gated =
                Port.open(
                    number,
                    ServedRpcs.behind(gate, registry, CALLS_MAX, LIMITS)
                        .addAll(admin.services())
                        .services(),
                    token);
            var open =
                Port.open(
                    ApiPort.choose("localhost", 0),
                    ungated(admin.services(), url.toString()),
                    token)) {
          compare(report, gated.admin, open.admin);
        }
      }
    }
  }

  private void compare(Report report, AdminServiceBlockingStub gated, AdminServiceBlockingStub open)
      throws Exception {
    TrivialWorkflow.register(gated);
    var request =
        WorkflowExecutionGetRequest.newBuilder()
            .setId(gated.createExecution(TrivialWorkflow.execution()).getId())
            .build();
    var with = new ArrayList<Double>();
    var without = new ArrayList<Double>();
    // The first two rounds warm both up.
    for (var number = -2; number < rounds; number++) {
      var one = microsOfCpu(gated, request);
      var other = microsOfCpu(open, request);
      if (number >= 0) {
        with.add(one);
        without.add(other);
      }
    }
    var reference = new Reference("the same without", Samples.median(without));
    report.add(Figure.of(NAME, "CPU of GetExecution without authentication", "µs", without));
    report.add(
        Figure.of(NAME, "CPU of GetExecution with authentication", "µs", with)
            .beside(reference)
            .remark("server and callers in one process, without PostgreSQL"));
  }

  private double microsOfCpu(AdminServiceBlockingStub admin, WorkflowExecutionGetRequest request)
      throws Exception {
    var self = ProcessHandle.current().pid();
    var before = ProcessCpu.ownMillis(self);
    var outcome =
        Callers.run(
            CALLERS,
            round,
            () -> {
              if (!admin.getExecution(request).hasSpec()) {
                throw new IllegalStateException("expected an execution with its spec");
              }
            });
    return (ProcessCpu.ownMillis(self) - before) * 1_000 / outcome.calls();
  }

  /** All that stands around a service but the gate; the caller is given. */
  private static List<ServerServiceDefinition> ungated(
      List<BindableService> services, String issuer) {
    var caller = Caller.of(issuer, Subjects.client(CLIENT));
    var given =
        new ServerInterceptor() {
          @Override
          public <Q, A> ServerCall.Listener<Q> interceptCall(
              ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            return Contexts.interceptCall(caller.bound(), call, headers, next);
          }
        };
    var around =
        List.of(
            new RpcMeter(new SimpleMeterRegistry()),
            new ErrorAnswers(),
            new CallLimit(RpcRules.all(), CALLS_MAX),
            given);
    return services.stream()
        .map(service -> ServerInterceptors.interceptForward(service.bindService(), around))
        .toList();
  }

  /** A port with a client of its own. */
  private record Port(ApiPort port, ClientFactory connections, AdminServiceBlockingStub admin)
      implements AutoCloseable {
    static Port open(int number, List<ServerServiceDefinition> services, String token)
        throws IOException {
      var url = ApiPort.url("localhost", number);
      var port =
          ApiPort.of(
              ServerConfig.DEFAULTS,
              number,
              url,
              Optional.empty(),
              services,
              List.of(),
              new SimpleMeterRegistry());
      port.start();
      var connections = ClientFactory.builder().build();
      var admin =
          GrpcClients.builder("gproto+" + url)
              .factory(connections)
              .addHeader("authorization", "Bearer " + token)
              .build(AdminServiceBlockingStub.class);
      return new Port(port, connections, admin);
    }

    @Override
    public void close() {
      connections.close();
      port.close();
    }
  }
}
