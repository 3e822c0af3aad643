package dev.harrier.admin.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import dev.harrier.security.Caller;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import io.grpc.BindableService;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Binds the page tokens of every list to their caller and to all that was asked for: a token of
 * somebody else, of another list, project or filter, or one that was altered is refused before any
 * query. A bare number, which flytectl makes up by itself, is an offset and not bound.
 */
public final class BoundPageTokens implements ServerInterceptor {
  private static final String TOKEN = "token";
  private static final String LIMIT = "limit";
  private static final char BEFORE_TAG = '.';

  private final PageTokenKey key;

  private BoundPageTokens(PageTokenKey key) {
    this.key = requireNonNull(key, "key");
  }

  /** The service with its lists' tokens bound. */
  public static BindableService around(BindableService service, PageTokenKey key) {
    return () -> ServerInterceptors.intercept(service, new BoundPageTokens(key));
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var asked = token(call.getMethodDescriptor().getRequestMarshaller());
    var answered = token(call.getMethodDescriptor().getResponseMarshaller());
    if (asked.isEmpty() || answered.isEmpty()) {
      return next.startCall(call, headers);
    }
    var list = new ListCall(call.getMethodDescriptor().getFullMethodName(), asked.get());
    return new Opening<>(next.startCall(new Sealing<>(call, list, answered.get()), headers), list);
  }

  private static Optional<FieldDescriptor> token(MethodDescriptor.Marshaller<?> marshaller) {
    return marshaller instanceof PrototypeMarshaller<?> known
            && known.getMessagePrototype() instanceof Message message
        ? Optional.ofNullable(message.getDescriptorForType().findFieldByName(TOKEN))
            .filter(field -> field.getJavaType() == JavaType.STRING && !field.isRepeated())
        : Optional.empty();
  }

  /** One call of a list. */
  private final class ListCall {
    private final String method;
    private final FieldDescriptor field;
    private byte @Nullable [] query;

    ListCall(String method, FieldDescriptor field) {
      this.method = method;
      this.field = field;
    }

    /** The request with the token as the list itself made it. */
    Message opened(Message request) {
      query = query(request);
      var token = (String) request.getField(field);
      return token.startsWith(PageToken.MARK)
          ? request.toBuilder().setField(field, opened(token)).build()
          : request;
    }

    private String opened(String token) {
      var end = token.lastIndexOf(BEFORE_TAG);
      // Before the tag is the list's own token, which has a mark and so a dot itself.
      if (end >= PageToken.MARK.length() && token.length() <= PageToken.CHARACTERS_MAX) {
        var inner = token.substring(0, end);
        if (MessageDigest.isEqual(
            tag(inner).getBytes(UTF_8), token.substring(end + 1).getBytes(UTF_8))) {
          return inner;
        }
      }
      throw refused(token);
    }

    private RejectedException refused(String token) {
      return Rejection.invalid(
          "invalid pagination token %s for %s: expected one that was given to this caller, for the same list with the same filters and order",
          Echo.of(token), method.substring(method.indexOf('/') + 1));
    }

    String sealed(String token) {
      return token.startsWith(PageToken.MARK) ? token + BEFORE_TAG + tag(token) : token;
    }

    private String tag(String token) {
      var bytes = new ByteArrayOutputStream();
      var caller = Caller.current();
      try (var data = new DataOutputStream(bytes)) {
        // Each with its length, so that no two lists of parts look the same.
        for (var part : new String[] {caller.issuer(), caller.subject(), method, token}) {
          var text = part.getBytes(UTF_8);
          data.writeInt(text.length);
          data.write(text);
        }
        data.write(requireNonNull(query, "the request comes before the answer"));
      } catch (IOException never) {
        throw new UncheckedIOException("nothing is written outside of memory", never);
      }
      return Base64.getUrlEncoder().withoutPadding().encodeToString(key.tag(bytes.toByteArray()));
    }

    /** All that was asked for but which page, and how much of it. */
    private byte[] query(Message request) {
      var rest = request.toBuilder().clearField(field);
      var limit = request.getDescriptorForType().findFieldByName(LIMIT);
      if (limit != null) {
        rest.clearField(limit);
      }
      var bytes = new ByteArrayOutputStream();
      var stream = CodedOutputStream.newInstance(bytes);
      stream.useDeterministicSerialization();
      try {
        rest.build().writeTo(stream);
        stream.flush();
      } catch (IOException never) {
        throw new UncheckedIOException("nothing is written outside of memory", never);
      }
      return bytes.toByteArray();
    }
  }

  /** Hands the request on with the list's own token. */
  private static final class Opening<Q> extends SimpleForwardingServerCallListener<Q> {
    private final ListCall list;

    Opening(ServerCall.Listener<Q> next, ListCall list) {
      super(next);
      this.list = list;
    }

    @Override
    public void onMessage(Q message) {
      @SuppressWarnings("unchecked") // The same message with another token.
      var opened = (Q) list.opened((Message) message);
      super.onMessage(opened);
    }
  }

  /** Sends the answer with a bound token. */
  private static final class Sealing<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final ListCall list;
    private final FieldDescriptor field;

    Sealing(ServerCall<Q, A> call, ListCall list, FieldDescriptor field) {
      super(call);
      this.list = list;
      this.field = field;
    }

    @Override
    public void sendMessage(A message) {
      var answer = (Message) message;
      var token = (String) answer.getField(field);
      @SuppressWarnings("unchecked") // The same message with another token.
      var sealed =
          token.isEmpty()
              ? message
              : (A) answer.toBuilder().setField(field, list.sealed(token)).build();
      super.sendMessage(sealed);
    }
  }
}
