package dev.harrier.server.rpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import com.linecorp.armeria.client.grpc.GrpcClients;
import flyteidl.service.IdentityServiceGrpc.IdentityServiceBlockingStub;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.net.URI;
import java.util.Map;

/** Calls methods that it knows by their descriptors alone. */
final class AnyRpc {
  private static final int DEPTH_MAX = 6;

  private final Channel channel;

  AnyRpc(URI url, Metadata headers) {
    channel =
        ClientInterceptors.intercept(
            GrpcClients.newClient("gproto+" + url, IdentityServiceBlockingStub.class).getChannel(),
            MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /** The request with nothing in it. */
  static Message empty(MethodDescriptor<?, ?> method) {
    return (Message) ((PrototypeMarshaller<?>) method.getRequestMarshaller()).getMessagePrototype();
  }

  /**
   * The request with something in every text and number.
   *
   * @param texts by field name, e.g. {@code project}; all others get a word
   */
  static Message filled(MethodDescriptor<?, ?> method, Map<String, String> texts) {
    var builder = empty(method).toBuilder();
    fill(builder, texts, 0);
    return builder.build();
  }

  private static void fill(Message.Builder message, Map<String, String> texts, int depth) {
    for (var field : message.getDescriptorForType().getFields()) {
      if (field.isRepeated()
          || (field.getContainingOneof() != null && message.hasOneof(field.getContainingOneof()))) {
        continue;
      }
      if (field.getJavaType() == JavaType.MESSAGE) {
        if (depth < DEPTH_MAX && !field.getMessageType().getFullName().startsWith("google.")) {
          fill(message.getFieldBuilder(field), texts, depth + 1);
        }
      } else {
        message.setField(field, value(field, texts));
      }
    }
  }

  private static Object value(FieldDescriptor field, Map<String, String> texts) {
    return switch (field.getJavaType()) {
      case STRING -> texts.getOrDefault(field.getName(), "");
      case INT -> 1;
      case LONG -> 1L;
      case ENUM -> field.getEnumType().getValues().getLast();
      default -> field.getDefaultValue();
    };
  }

  /** The code of the answer. */
  <Q, A> Status.Code call(MethodDescriptor<Q, A> method, Message message) {
    @SuppressWarnings("unchecked") // Made from the method's own prototype.
    var request = (Q) message;
    try {
      if (method.getType() == MethodDescriptor.MethodType.SERVER_STREAMING) {
        ClientCalls.blockingServerStreamingCall(channel, method, CallOptions.DEFAULT, request)
            .next();
      } else {
        ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, request);
      }
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }
}
