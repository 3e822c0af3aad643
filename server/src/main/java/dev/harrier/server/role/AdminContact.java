package dev.harrier.server.role;

import static java.util.Objects.requireNonNull;

import dev.harrier.idl.journal.v1.JournalServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Notes how admin answers the calls of the journal, which every propeller makes every few seconds:
 * one that admin does not answer, or lets in no more, does no work and must not say that it does.
 */
final class AdminContact implements ClientInterceptor {
  /** The length of a lease: after that long without a word others have this propeller's shards. */
  static final Duration SILENCE_MAX = Duration.ofSeconds(10);

  private static final int SENTENCE_LENGTH_MAX = 500;

  private final ClientInterceptor credentials;
  private final LongSupplier nanos;
  private Optional<Long> answeredAtNanos = Optional.empty();
  private Optional<String> trouble = Optional.of("admin has not been asked yet");

  /**
   * @param credentials that are put on each call, and may be refused before there is one
   * @param nanos a monotonic clock
   */
  AdminContact(ClientInterceptor credentials, LongSupplier nanos) {
    this.credentials = requireNonNull(credentials, "credentials");
    this.nanos = requireNonNull(nanos, "nanos");
  }

  /** Why this propeller cannot work now, in a sentence; empty if admin answers it. */
  synchronized Optional<String> trouble() {
    return trouble.or(
        () ->
            answeredAtNanos
                .map(at -> Duration.ofNanos(nanos.getAsLong() - at))
                .filter(silence -> silence.compareTo(SILENCE_MAX) > 0)
                .map(
                    silence ->
                        "admin has not answered for %s seconds".formatted(silence.toSeconds())));
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    if (!JournalServiceGrpc.SERVICE_NAME.equals(method.getServiceName())) {
      // What an attempt may not have says nothing about the propeller.
      return credentials.interceptCall(method, options, next);
    }
    try {
      return new NotedCall<>(credentials.interceptCall(method, options, next));
    } catch (StatusRuntimeException without) {
      ended(without.getStatus());
      throw without;
    }
  }

  private synchronized void answered() {
    trouble = Optional.empty();
    answeredAtNanos = Optional.of(nanos.getAsLong());
  }

  private void ended(Status status) {
    switch (status.getCode()) {
      // Whatever it says about what was asked for, it lets this propeller ask.
      case OK,
          INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          FAILED_PRECONDITION,
          ABORTED,
          OUT_OF_RANGE,
          RESOURCE_EXHAUSTED ->
          answered();
      case UNAUTHENTICATED, PERMISSION_DENIED -> troubled("admin refuses this propeller: ", status);
      case UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL, UNKNOWN, UNIMPLEMENTED, DATA_LOSS ->
          troubled("admin does not answer: ", status);
      case CANCELLED -> {
        // This side gave the call up.
      }
    }
  }

  private synchronized void troubled(String what, Status status) {
    var why =
        Optional.ofNullable(status.getDescription())
            .or(() -> Optional.ofNullable(status.getCause()).map(Throwable::toString))
            .orElse("");
    var sentence = (what + status.getCode() + " " + why).strip().replaceAll("\\p{Cntrl}", " ");
    trouble = Optional.of(sentence.substring(0, Math.min(sentence.length(), SENTENCE_LENGTH_MAX)));
  }

  /** A call whose messages and whose end are noted. */
  private final class NotedCall<Q, A> extends SimpleForwardingClientCall<Q, A> {
    NotedCall(ClientCall<Q, A> call) {
      super(call);
    }

    @Override
    public void start(Listener<A> listener, Metadata headers) {
      super.start(
          new SimpleForwardingClientCallListener<>(listener) {
            @Override
            public void onMessage(A message) {
              answered();
              super.onMessage(message);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
              ended(status);
              super.onClose(status, trailers);
            }
          },
          headers);
    }
  }
}
