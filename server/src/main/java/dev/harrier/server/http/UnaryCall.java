package dev.harrier.server.http;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Message;
import dev.harrier.security.token.BrowserRequest;
import dev.harrier.server.rpc.StatusAnswer;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls a method of a service in this process, through its interceptors, as gRPC would. */
final class UnaryCall<Q, A> extends ServerCall<Q, A> {
  private final MethodDescriptor<Q, A> method;
  private final CompletableFuture<Outcome<A>> outcome = new CompletableFuture<>();
  private final Metadata answerHeaders = new Metadata();
  private @Nullable A answer;

  private UnaryCall(MethodDescriptor<Q, A> method) {
    this.method = method;
  }

  /** How a call ended. */
  sealed interface Outcome<A> {
    record Answered<A>(A message) implements Outcome<A> {}

    record Refused<A>(StatusAnswer status) implements Outcome<A> {}
  }

  /**
   * Calls and waits, at most so long.
   *
   * @param request read only once the caller is let in: nobody-in-particular hears that a login is
   *     needed, whatever else is wrong
   * @param browser what the request over HTTP says of who had it sent
   */
  static <Q, A> Outcome<A> run(
      ServerMethodDefinition<Q, A> rpc,
      Supplier<? extends Message> request,
      Metadata headers,
      BrowserRequest browser,
      Duration deadline) {
    var call = new UnaryCall<Q, A>(rpc.getMethodDescriptor());
    // From the root: nothing of the thread's own context may pass for the caller's.
    var context = browser.within(Context.ROOT);
    var before = context.attach();
    try {
      var listener = rpc.getServerCallHandler().startCall(call, headers);
      if (!call.outcome.isDone()) {
        listener.onMessage(read(request, listener));
      }
      listener.onHalfClose();
      var ended = call.await(deadline);
      if (ended == null) {
        listener.onCancel();
        return new Outcome.Refused<>(
            StatusAnswer.read(
                Status.DEADLINE_EXCEEDED.withDescription(
                    "The call took longer than %s s.".formatted(deadline.toSeconds())),
                new Metadata()));
      }
      listener.onComplete();
      return ended;
    } finally {
      context.detach(before);
    }
  }

  private static <Q> Q read(Supplier<? extends Message> request, Listener<Q> listener) {
    try {
      @SuppressWarnings("unchecked") // The request was made from this method's own prototype.
      var typed = (Q) request.get();
      return typed;
    } catch (RuntimeException unreadable) {
      // Whatever the call holds is given back.
      listener.onCancel();
      throw unreadable;
    }
  }

  private @Nullable Outcome<A> await(Duration deadline) {
    try {
      return outcome.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } catch (ExecutionException e) {
      throw new IllegalStateException("an outcome is never a failure", e);
    }
  }

  @Override
  public void request(int count) {
    // The one message is handed over without being asked for.
  }

  @Override
  public void sendHeaders(Metadata headers) {
    answerHeaders.merge(headers);
  }

  @Override
  public void sendMessage(A message) {
    answer = message;
  }

  @Override
  public void close(Status status, Metadata trailers) {
    outcome.complete(
        status.isOk()
            ? new Outcome.Answered<>(requireNonNull(answer, "answer"))
            : new Outcome.Refused<>(StatusAnswer.read(status, trailers)));
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public MethodDescriptor<Q, A> getMethodDescriptor() {
    return method;
  }
}
