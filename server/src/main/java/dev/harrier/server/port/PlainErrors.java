package dev.harrier.server.port;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
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
import dev.harrier.server.http.UnreadBody;
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
      return UnreadBody.discardedBefore(
          HttpGateway.refusal(StatusAnswer.of(failure, RequestId.current())), context.request());
    }
    if (failure instanceof com.linecorp.armeria.common.ContentTooLargeException
        || failure instanceof com.linecorp.armeria.server.RequestTimeoutException
        || failure instanceof com.linecorp.armeria.common.stream.AbortedStreamException
        // The client went away: nobody is left to be told, and anybody could fill the log with it.
        || failure instanceof com.linecorp.armeria.common.stream.ClosedStreamException) {
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
    return isGrpc(headers)
        ? grpc(code(status), sentence(status))
        : json(status, code(status), sentence(status));
  }

  /** A refusal in the form of the gateway's. */
  static HttpResponse refusal(HttpStatus status, Status.Code code, String sentence) {
    return json(status, code, sentence).toHttpResponse();
  }

  /** A refusal to a client of gRPC. */
  static HttpResponse grpcRefusal(Status.Code code, String sentence) {
    return grpc(code, sentence).toHttpResponse();
  }

  private static AggregatedHttpResponse json(HttpStatus status, Status.Code code, String sentence) {
    var body = new JsonObject();
    body.addProperty("code", code.value());
    body.addProperty("message", sentence);
    body.add("details", new JsonArray());
    return AggregatedHttpResponse.of(status, MediaType.JSON, body.toString());
  }

  static boolean isGrpc(@Nullable RequestHeaders headers) {
    return headers != null
        && headers.get(HttpHeaderNames.CONTENT_TYPE, "").startsWith("application/grpc");
  }

  // A client of gRPC makes UNKNOWN of an HTTP status, whatever it says.
  private static AggregatedHttpResponse grpc(Status.Code code, String sentence) {
    // The status as trailers: a frame of no data at the end breaks the stream for gRPC's C core.
    return AggregatedHttpResponse.of(
        ResponseHeaders.builder(HttpStatus.OK)
            .set(HttpHeaderNames.CONTENT_TYPE, "application/grpc+proto")
            .build(),
        HttpData.empty(),
        HttpHeaders.of("grpc-status", Integer.toString(code.value()), "grpc-message", sentence));
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
      case 408 -> "The request did not arrive in time.";
      case 413 -> "The request is larger than this server takes.";
      case 503 -> "The call took too long, or the server stops.";
      default -> status.reasonPhrase();
    };
  }
}
