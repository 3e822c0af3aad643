package dev.harrier.server.rpc;

import static java.util.Objects.requireNonNull;

import com.google.rpc.RetryInfo;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.harrier.security.Caller;
import dev.harrier.security.RemoteNetwork;
import dev.harrier.server.config.CallerLimits;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Duration;

/**
 * Refuses callers that come too often: those that logged in by who they are, all others by where
 * they come from. Stands around the gate, which finds the caller, for those that prove nobody; and
 * within it.
 */
public final class CallerRate {
  private final CallerLimits limits;
  private final Rate known;
  private final Rate anonymous;

  public CallerRate(CallerLimits limits) {
    this.limits = requireNonNull(limits, "limits");
    this.known = new Rate(limits.callsPerSecond(), limits.burst());
    this.anonymous = new Rate(limits.anonymousCallsPerSecond(), limits.anonymousBurst());
  }

  /** For outside of the gate: counts what it turns away. */
  ServerInterceptor outside() {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        try {
          return next.startCall(call, headers);
        } catch (RejectedException refused) {
          if (refused.rejection().code() == Rejection.Code.UNAUTHENTICATED) {
            takeAnonymous(address());
          }
          throw refused;
        }
      }
    };
  }

  /** For inside of the gate: counts whom it let in. */
  ServerInterceptor inside() {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        var caller = Caller.current();
        if (caller.anonymous()) {
          takeAnonymous(address());
        } else {
          take(caller);
        }
        return next.startCall(call, headers);
      }
    };
  }

  /**
   * Counts a call of nobody known.
   *
   * @throws RejectedException RESOURCE_EXHAUSTED if there were too many from its address
   */
  public void takeAnonymous(String address) {
    anonymous
        .take(address)
        .ifPresent(
            wait -> {
              throw refused(
                  "calls without a login from one address",
                  limits.anonymousCallsPerSecond(),
                  limits.anonymousBurst(),
                  wait);
            });
  }

  private void take(Caller caller) {
    known
        .take(caller.issuer() + "|" + caller.subject())
        .ifPresent(
            wait -> {
              throw refused(
                  "calls of one caller (here " + caller + ")",
                  limits.callsPerSecond(),
                  limits.burst(),
                  wait);
            });
  }

  private static RejectedException refused(String whose, int perSecond, int burst, Duration wait) {
    return Rejection.exhausted(
            "Expected at most %s %s a second and %s at once, found more. Ask again in %s ms; the limits are server.callerLimits.",
            perSecond, whose, burst, Math.max(1, wait.toMillis()))
        .with(
            RetryInfo.newBuilder()
                .setRetryDelay(
                    com.google.protobuf.Duration.newBuilder()
                        .setSeconds(wait.toSeconds())
                        .setNanos(wait.toNanosPart()))
                .build());
  }

  /** Where the call comes from that this thread serves. */
  static String address() {
    var context = ServiceRequestContext.currentOrNull();
    return context == null ? "here" : address(context);
  }

  /** Where a request comes from, as far as one party has it. What a proxy says is not believed. */
  public static String address(ServiceRequestContext context) {
    return RemoteNetwork.of(context.remoteAddress().getAddress()).prefix();
  }
}
