package dev.harrier.server.rpc;

import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Outside of every interceptor but the meter: gives the call its request id, and turns whatever is
 * thrown or told further in into a status.
 */
public final class ErrorAnswers implements ServerInterceptor {

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var id = RequestId.of(headers.get(RequestId.HEADER));
    var answered = new AnsweredCall<>(call, id);
    try {
      return new GuardedListener<>(
          Contexts.interceptCall(id.bound(), answered, headers, next), answered);
    } catch (RuntimeException | Error e) {
      answered.fail(e);
      return new ServerCall.Listener<>() {};
    }
  }

  private static final class AnsweredCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final RequestId id;
    private boolean closed;

    AnsweredCall(ServerCall<Q, A> call, RequestId id) {
      super(call);
      this.id = id;
    }

    @Override
    public void sendHeaders(Metadata headers) {
      headers.put(RequestId.HEADER, id.text());
      super.sendHeaders(headers);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (status.isOk()) {
        closeOnce(status, trailers);
      } else {
        close(StatusAnswer.of(status, id), trailers);
      }
    }

    void fail(Throwable failure) {
      close(StatusAnswer.of(failure, id), new Metadata());
    }

    private void close(StatusAnswer answer, Metadata trailers) {
      answer.addTo(trailers);
      trailers.put(RequestId.HEADER, id.text());
      closeOnce(answer.status(), trailers);
    }

    // A service may fail after it closed its call; the first outcome is the one that went out.
    private synchronized void closeOnce(Status status, Metadata trailers) {
      if (!closed) {
        closed = true;
        super.close(status, trailers);
      }
    }
  }

  private static final class GuardedListener<Q, A> extends SimpleForwardingServerCallListener<Q> {
    private final AnsweredCall<Q, A> call;

    GuardedListener(ServerCall.Listener<Q> listener, AnsweredCall<Q, A> call) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      guarded(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      guarded(super::onHalfClose);
    }

    @Override
    public void onReady() {
      guarded(super::onReady);
    }

    private void guarded(Runnable step) {
      try {
        step.run();
      } catch (RuntimeException | Error e) {
        call.fail(e);
      }
    }
  }
}
