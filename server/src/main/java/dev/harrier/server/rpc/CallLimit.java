package dev.harrier.server.rpc;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.rpc.RpcRule;
import dev.harrier.security.rpc.RpcRules;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Refuses calls over a number at once: more would only wait for the database, with their bodies.
 * What anybody may call has small rooms of its own, so that nobody without a login takes the room
 * of those who have one; all other calls without a login end before they take it.
 *
 * <p>Of what anybody may call, a unary call takes room only once it has been asked, for whoever
 * asks nothing could keep others from logging in; and one that tells as long as its caller listens
 * has a room apart, of which each address has a part.
 */
public final class CallLimit implements ServerInterceptor {
  /** An eighth. */
  private static final int ANONYMOUS_SHARE = 8;

  private static final int ADDRESS_SHARE = 8;

  private final RpcRules rules;
  private final Room known;
  private final Room asking;
  private final Room listening;
  private final int listeningPerAddress;
  private final ConcurrentHashMap<String, Integer> listeners = new ConcurrentHashMap<>();

  /**
   * @param rules that say what anybody may call
   * @param callsMax at once, over all methods
   */
  public CallLimit(RpcRules rules, int callsMax) {
    this.rules = requireNonNull(rules, "rules");
    this.known = new Room("calls", callsMax);
    var share = Math.max(1, callsMax / ANONYMOUS_SHARE);
    this.asking = new Room("anonymous calls", share);
    this.listening = new Room("anonymous streams", share);
    this.listeningPerAddress = Math.max(1, share / ADDRESS_SHARE);
  }

  private record Room(String what, int max, Semaphore free) {
    Room(String what, int max) {
      this(what, max, new Semaphore(max));
    }

    /**
     * @throws RejectedException RESOURCE_EXHAUSTED if it is full
     */
    Place take() {
      if (!free.tryAcquire()) {
        throw Rejection.exhausted(
            "Harrier serves %s %s at once and has no room for another now. Ask again soon.",
            max, what);
      }
      return new Place(free::release);
    }
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var method = call.getMethodDescriptor();
    if (!(rules.rule(method.getFullMethodName()) instanceof RpcRule.Anonymous)) {
      return started(call, headers, next, known.take());
    }
    if (method.getType() != MethodType.UNARY) {
      return started(call, headers, next, listen(CallerRate.address()));
    }
    var place = new Place(() -> {});
    var listener = started(call, headers, next, place);
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onHalfClose() {
        place.becomes(asking.take());
        super.onHalfClose();
      }
    };
  }

  private static <Q, A> ServerCall.Listener<Q> started(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next, Place place) {
    try {
      return new ReleasingListener<>(
          next.startCall(new ReleasingCall<>(call, place), headers), place);
    } catch (RuntimeException | Error e) {
      place.release();
      throw e;
    }
  }

  private Place listen(String address) {
    if (listeners.merge(address, 1, Integer::sum) > listeningPerAddress) {
      leave(address);
      throw Rejection.exhausted(
          "Harrier serves %s anonymous streams of one address at once and has no room for another now. Ask again soon.",
          listeningPerAddress);
    }
    try {
      var place = listening.take();
      return new Place(
          () -> {
            leave(address);
            place.release();
          });
    } catch (RejectedException full) {
      leave(address);
      throw full;
    }
  }

  private void leave(String address) {
    listeners.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1);
  }

  /** One call's share, given back once however the call ends. */
  private static final class Place {
    private @Nullable Runnable giveBack;
    private boolean released;

    Place(Runnable giveBack) {
      this.giveBack = giveBack;
    }

    /** Takes another's over, which is given back at once if the call has ended meanwhile. */
    void becomes(Place other) {
      synchronized (this) {
        if (!released) {
          giveBack = other::release;
          return;
        }
      }
      other.release();
    }

    void release() {
      Runnable toGive;
      synchronized (this) {
        toGive = giveBack;
        giveBack = null;
        released = true;
      }
      if (toGive != null) {
        toGive.run();
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
