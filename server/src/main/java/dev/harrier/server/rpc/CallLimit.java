package dev.harrier.server.rpc;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.rpc.RpcRule;
import dev.harrier.security.rpc.RpcRules;
import dev.harrier.spi.Rejection;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Refuses calls over a number at once: more would only wait for the database, with their bodies.
 * What anybody may call has a small share of its own, so that nobody without a login takes the room
 * of those who have one; all other calls without a login end before they take it.
 */
public final class CallLimit implements ServerInterceptor {
  /** An eighth. */
  private static final int ANONYMOUS_SHARE = 8;

  private final RpcRules rules;
  private final Room known;
  private final Room anonymous;

  /**
   * @param rules that say what anybody may call
   * @param callsMax at once, over all methods
   */
  public CallLimit(RpcRules rules, int callsMax) {
    this.rules = requireNonNull(rules, "rules");
    this.known = new Room(callsMax);
    this.anonymous = new Room(Math.max(1, callsMax / ANONYMOUS_SHARE));
  }

  private record Room(int callsMax, Semaphore free) {
    Room(int callsMax) {
      this(callsMax, new Semaphore(callsMax));
    }
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var anybodys =
        rules.rule(call.getMethodDescriptor().getFullMethodName()) instanceof RpcRule.Anonymous;
    var room = anybodys ? anonymous : known;
    if (!room.free.tryAcquire()) {
      throw Rejection.exhausted(
          "Harrier serves %s%s calls at once and has no room for another now. Ask again soon.",
          room.callsMax, anybodys ? " anonymous" : "");
    }
    var place = new Place(room.free);
    try {
      return new ReleasingListener<>(
          next.startCall(new ReleasingCall<>(call, place), headers), place);
    } catch (RuntimeException | Error e) {
      place.release();
      throw e;
    }
  }

  /** One call's share, given back once however the call ends. */
  private static final class Place {
    private final Semaphore free;
    private final AtomicBoolean held = new AtomicBoolean(true);

    Place(Semaphore free) {
      this.free = free;
    }

    void release() {
      if (held.compareAndSet(true, false)) {
        free.release();
      }
    }
  }

  private static final class ReleasingCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final Place place;

    ReleasingCall(ServerCall<Q, A> call, Place place) {
      super(call);
      this.place = place;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      place.release();
      super.close(status, trailers);
    }
  }

  private static final class ReleasingListener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final Place place;

    ReleasingListener(ServerCall.Listener<Q> listener, Place place) {
      super(listener);
      this.place = place;
    }

    @Override
    public void onCancel() {
      place.release();
      super.onCancel();
    }

    @Override
    public void onComplete() {
      place.release();
      super.onComplete();
    }
  }
}
