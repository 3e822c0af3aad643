package dev.harrier.server.rpc;

import static java.util.Objects.requireNonNull;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Measures each call by method and outcome: {@code harrier_rpc_seconds}. */
public final class RpcMeter implements ServerInterceptor {
  private final MeterRegistry registry;
  private final Map<Outcome, Timer> timers = new ConcurrentHashMap<>();

  private record Outcome(String method, Status.Code code) {}

  public RpcMeter(MeterRegistry registry) {
    this.registry = requireNonNull(registry, "registry");
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var sample = Timer.start(registry);
    var method = call.getMethodDescriptor().getFullMethodName();
    return next.startCall(
        new SimpleForwardingServerCall<Q, A>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            sample.stop(timers.computeIfAbsent(new Outcome(method, status.getCode()), this::timer));
            super.close(status, trailers);
          }

          private Timer timer(Outcome outcome) {
            return Timer.builder("harrier.rpc")
                .description("Calls by method and status")
                .tag("method", outcome.method())
                .tag("code", outcome.code().name())
                .register(registry);
          }
        },
        headers);
  }
}
