package dev.harrier.server.port;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.annotation.Nullable;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.harrier.server.http.HttpGateway;
import dev.harrier.server.rpc.RequestId;
import dev.harrier.server.rpc.StatusAnswer;
import dev.harrier.spi.RejectedException;
import io.grpc.Status;

/** Answers what fails outside of the gateway in the same form, and tells nothing of the inside. */
final class PlainErrors implements ServerErrorHandler {

  @Override
  public @Nullable HttpResponse onServiceException(
      ServiceRequestContext context, Throwable failure) {
    if (failure instanceof HttpStatusException) {
      // Armeria's own refusals, such as a body over the limit, come back as renderStatus.
      return null;
    }
    if (failure instanceof RejectedException) {
      return HttpGateway.refusal(StatusAnswer.of(failure, RequestId.current()));
    }
    if (failure instanceof com.linecorp.armeria.common.ContentTooLargeException
        || failure instanceof com.linecorp.armeria.server.RequestTimeoutException
        || failure instanceof com.linecorp.armeria.common.stream.AbortedStreamException) {
      return null;
    }
    return HttpGateway.refusal(StatusAnswer.of(failure, RequestId.current()));
  }

  @Override
  public AggregatedHttpResponse renderStatus(
      @Nullable ServiceRequestContext context,
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    if (isGrpc(headers)) {
      return grpc(status);
    }
    var body = new JsonObject();
    body.addProperty("code", code(status).value());
    body.addProperty("message", sentence(status));
    body.add("details", new JsonArray());
    return AggregatedHttpResponse.of(status, MediaType.JSON, body.toString());
  }

  private static boolean isGrpc(@Nullable RequestHeaders headers) {
    return headers != null
        && headers.get(HttpHeaderNames.CONTENT_TYPE, "").startsWith("application/grpc");
  }

  // A client of gRPC makes UNKNOWN of an HTTP status, whatever it says.
  private static AggregatedHttpResponse grpc(HttpStatus status) {
    return AggregatedHttpResponse.of(
        ResponseHeaders.builder(HttpStatus.OK)
            .set(HttpHeaderNames.CONTENT_TYPE, "application/grpc+proto")
            .set("grpc-status", Integer.toString(code(status).value()))
            .set("grpc-message", sentence(status))
            .build());
  }

  private static Status.Code code(HttpStatus status) {
    return switch (status.code()) {
      case 404 -> Status.Code.NOT_FOUND;
      case 405 -> Status.Code.UNIMPLEMENTED;
      case 413 -> Status.Code.RESOURCE_EXHAUSTED;
      case 503 -> Status.Code.UNAVAILABLE;
      default -> status.isServerError() ? Status.Code.INTERNAL : Status.Code.INVALID_ARGUMENT;
    };
  }

  private static String sentence(HttpStatus status) {
    return switch (status.code()) {
      case 413 -> "The request is larger than this server takes.";
      case 503 -> "The call took too long, or the server stops.";
      default -> status.reasonPhrase();
    };
  }
}
