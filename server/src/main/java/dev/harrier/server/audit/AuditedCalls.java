package dev.harrier.server.audit;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Message;
import dev.harrier.audit.AuditLog;
import dev.harrier.audit.Level;
import dev.harrier.audit.redact.FieldTable;
import dev.harrier.audit.redact.RequestResources;
import dev.harrier.security.Caller;
import dev.harrier.server.rpc.RequestId;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Notes on an RPC's trail what it is, who calls it and how it ends; and has what may change
 * something recorded before it begins. The record of its end is made by {@link AuditedRequests},
 * which also sees what never became a call.
 */
public final class AuditedCalls {
  /** Records nothing. */
  public static final AuditedCalls NONE =
      new AuditedCalls(AuditLog.NONE, new AuditRules(false, Map.of()));

  private final Intents intents;
  private final AuditRules rules;

  /** Of all RPCs that are served, by full name. */
  private final Map<String, AuditedOperation> operations = new ConcurrentHashMap<>();

  private final RequestResources resources = new RequestResources(FieldTable.load());

  public AuditedCalls(AuditLog log, AuditRules rules) {
    this.intents = new Intents(log);
    this.rules = requireNonNull(rules, "rules");
  }

  /** For outside of all that refuses: sees how every call ends. */
  public ServerInterceptor outside() {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        var trail = CallTrail.current();
        if (trail.isEmpty()) {
          return next.startCall(call, headers);
        }
        trail
            .get()
            .rpc(
                operations.computeIfAbsent(
                    call.getMethodDescriptor().getFullMethodName(), rules::ofRpc));
        return next.startCall(new EndingCall<>(call, trail.get()), headers);
      }
    };
  }

  /** For inside of the gate: knows the caller, and stands before the service. */
  public ServerInterceptor inside() {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        var trail = CallTrail.current();
        if (trail.isEmpty()) {
          return next.startCall(call, headers);
        }
        var rpc = trail.get().rpc().orElseThrow(() -> new IllegalStateException("not outside yet"));
        trail.get().caller(Caller.current());
        trail.get().correlation(RequestId.current().text());
        return new RecordingListener<>(next.startCall(call, headers), trail.get(), rpc);
      }
    };
  }

  private static final class EndingCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final CallTrail trail;

    EndingCall(ServerCall<Q, A> call, CallTrail trail) {
      super(call);
      this.trail = trail;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      trail.ended(status.getCode());
      // A call that was refused before its caller was known has its id here alone.
      Optional.ofNullable(trailers.get(RequestId.HEADER)).ifPresent(trail::correlation);
      super.close(status, trailers);
    }
  }

  private final class RecordingListener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final CallTrail trail;
    private final AuditedOperation rpc;

    RecordingListener(ServerCall.Listener<Q> listener, CallTrail trail, AuditedOperation rpc) {
      super(listener);
      this.trail = trail;
      this.rpc = rpc;
    }

    @Override
    public void onMessage(Q message) {
      if (message instanceof Message request && rpc.level() != Level.NONE) {
        trail.request(request, resources.of(request));
      }
      super.onMessage(message);
    }

    // The service begins when the request is whole.
    @Override
    public void onHalfClose() {
      if (rpc.before()) {
        intents.await(trail, rpc);
      }
      super.onHalfClose();
    }
  }
}
