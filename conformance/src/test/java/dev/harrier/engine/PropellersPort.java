package dev.harrier.engine;

import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.harrier.journal.JournalRpc;
import dev.harrier.journal.Propellers;
import dev.harrier.journal.RemoteJournal;
import dev.harrier.security.Caller;
import dev.harrier.security.policy.PolicyAccess;
import dev.harrier.security.policy.PolicyIndex;
import dev.harrier.security.policy.PolicyReader;
import dev.harrier.server.config.ConfigReader;
import dev.harrier.server.port.InternalPort;
import dev.harrier.server.role.AdminLine;
import dev.harrier.server.rpc.ErrorAnswers;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Contexts;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Admin's internal port over a journal on a real database, which believes whoever calls to be who
 * they say: {@code sa:one} and {@code sa:two} may be propellers, nobody else.
 */
final class PropellersPort implements AutoCloseable {
  private static final String ISSUER = "http://admin.test";
  private static final Metadata.Key<String> NAME =
      Metadata.Key.of("test-caller", Metadata.ASCII_STRING_MARSHALLER);
  private static final String POLICY =
      """
      apiVersion: authz/v1
      bindings:
        - {name: propellers, subjects: ["sa:one", "sa:two"], role: propeller, scope: {project: "*"}}
        - {name: others, subjects: ["sa:admin"], role: platform-admin, scope: {project: "*"}}
      """;

  private final InternalPort port;
  private final List<AdminLine> lines = new ArrayList<>();

  private PropellersPort(InternalPort port) {
    this.port = port;
  }

  /** Begins to listen. */
  static PropellersPort of(PostgresAdmin admin) throws IOException {
    var policy = PolicyIndex.of(PolicyReader.read(POLICY));
    var access = new PolicyAccess(ISSUER, subject -> false, () -> policy);
    var journal = admin.journalForOthers();
    var propellers = new Propellers(access, subject -> false, journal::heldBy, System::nanoTime);
    var rpc =
        ServerInterceptors.interceptForward(
            new JournalRpc(journal, propellers, URI.create(ISSUER)),
            List.of(new ErrorAnswers(), new NamedCaller()));
    var config =
        ConfigReader.read(Optional.empty(), Map.of(), Map.of("server.internal.port", "0")).server();
    var port =
        InternalPort.of(
            config,
            Optional.empty(),
            List.of(rpc),
            List.of(),
            RemoteJournal.MESSAGE_BYTES_MAX,
            new SimpleMeterRegistry());
    port.start();
    return new PropellersPort(port);
  }

  /** The line of a propeller, which is closed with the port. */
  AdminLine line(String caller) {
    var line = AdminLine.with(port.url(), new Naming(caller));
    lines.add(line);
    return line;
  }

  /** The calls by themselves, as a program would make them that is no propeller of ours. */
  <S> S stub(String caller, Class<S> type) {
    return GrpcClients.builder("gproto+" + port.url())
        .responseTimeout(Duration.ZERO)
        .intercept(new Naming(caller))
        .build(type);
  }

  @Override
  public void close() {
    lines.forEach(AdminLine::close);
    port.close();
  }

  /** Says who calls; the tests' port believes it. */
  private record Naming(String caller) implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<A> listener, Metadata headers) {
          headers.put(NAME, caller);
          super.start(listener, headers);
        }
      };
    }
  }

  /** Believes it. */
  private static final class NamedCaller implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      var name = Optional.ofNullable(headers.get(NAME)).orElse("");
      var caller =
          name.isEmpty()
              ? Caller.ANONYMOUS
              : new Caller(ISSUER, name, Optional.empty(), Set.of("all"), Set.of());
      return Contexts.interceptCall(caller.bound(), call, headers, next);
    }
  }
}
