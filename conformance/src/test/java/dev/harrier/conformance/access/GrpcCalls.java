package dev.harrier.conformance.access;

import com.google.protobuf.Message;
import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.grpc.GrpcClients;
import flyteidl.service.IdentityServiceGrpc.IdentityServiceBlockingStub;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Calls any method, of whatever kind, and keeps all that comes back. */
final class GrpcCalls {
  private static final long LIMIT_SECONDS = 30;
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final Channel channel;
  private final Optional<String> token;

  GrpcCalls(URI url, Optional<String> token) {
    this.channel =
        GrpcClients.builder("gproto+" + url)
            .factory(ClientFactory.ofDefault())
            .responseTimeoutMillis(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS))
            .maxResponseLength(64L << 20)
            .build(IdentityServiceBlockingStub.class)
            .getChannel();
    this.token = token;
  }

  /**
   * An answer.
   *
   * @param status with its sentence
   * @param headers and trailers, as text
   * @param messages none if the call was refused
   */
  record Answer(Status status, String headers, List<Message> messages) {
    Status.Code code() {
      return status.getCode();
    }

    String sentence() {
      return Optional.ofNullable(status.getDescription()).orElse("");
    }

    /** All of it. */
    String text() {
      return sentence() + "\n" + headers + "\n" + messages;
    }
  }

  /** Sends one request and takes what comes, of an endless stream the first answer. */
  <Q, A> Answer call(MethodDescriptor<Q, A> method, Message message) {
    return call(method, message, new Metadata());
  }

  /** The same with more headers. */
  <Q, A> Answer call(MethodDescriptor<Q, A> method, Message message, Metadata headers) {
    @SuppressWarnings("unchecked") // Made from the method's own prototype.
    var request = (Q) message;
    token.ifPresent(text -> headers.put(AUTHORIZATION, "Bearer " + text));
    var answer = new CompletableFuture<Answer>();
    var call = channel.newCall(method, CallOptions.DEFAULT);
    call.start(new Collecting<>(call, answer), headers);
    call.request(2);
    call.sendMessage(request);
    call.halfClose();
    try {
      return answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted in a call of " + method.getFullMethodName(), e);
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new AssertionError("No answer of " + method.getFullMethodName(), e);
    }
  }

  private static final class Collecting<A> extends ClientCall.Listener<A> {
    private final ClientCall<?, A> call;
    private final CompletableFuture<Answer> answer;
    private final StringBuilder headers = new StringBuilder();
    private final List<Message> messages = new ArrayList<>();

    Collecting(ClientCall<?, A> call, CompletableFuture<Answer> answer) {
      this.call = call;
      this.answer = answer;
    }

    @Override
    public void onHeaders(Metadata received) {
      headers.append(received);
    }

    @Override
    public void onMessage(A message) {
      messages.add((Message) message);
      // A stream that tells of changes would wait for the next one.
      if (answer.complete(new Answer(Status.OK, headers.toString(), List.copyOf(messages)))) {
        call.cancel("The first answer is enough.", null);
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      headers.append(trailers);
      trailers.keys().stream()
          .filter(name -> name.endsWith(Metadata.BINARY_HEADER_SUFFIX))
          .forEach(
              name ->
                  headers.append(
                      new String(
                          trailers.get(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER)),
                          java.nio.charset.StandardCharsets.ISO_8859_1)));
      answer.complete(new Answer(status, headers.toString(), List.copyOf(messages)));
    }
  }
}
