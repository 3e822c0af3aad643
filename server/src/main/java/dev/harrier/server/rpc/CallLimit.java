package dev.harrier.server.rpc;

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
 */
public final class CallLimit implements ServerInterceptor {
  private final int callsMax;
  private final Semaphore free;

  /**
   * @param callsMax at once, over all methods
   */
  public CallLimit(int callsMax) {
    this.callsMax = callsMax;
    this.free = new Semaphore(callsMax);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (!free.tryAcquire()) {
      throw Rejection.exhausted(
          "Harrier serves %s calls at once and has no room for another now. Ask again soon.",
          callsMax);
    }
    var place = new Place();
    try {
      return new ReleasingListener<>(
          next.startCall(new ReleasingCall<>(call, place), headers), place);
    } catch (RuntimeException | Error e) {
      place.release();
      throw e;
    }
  }

  /** One call's share, given back once however the call ends. */
  private final class Place {
    private final AtomicBoolean held = new AtomicBoolean(true);

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
