package dev.harrier.server.rpc;

import com.google.rpc.Code;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import dev.harrier.audit.AuditUnavailableException;
import dev.harrier.security.provider.ProviderUnavailableException;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.StoreUnavailableException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes out instead of an answer: the one place that turns our three sorts of errors into
 * statuses.
 *
 * @param status never UNKNOWN, on which pyflyte logs in again
 * @param details the status with its typed detail, for clients that look at it
 */
public record StatusAnswer(Status status, Optional<com.google.rpc.Status> details) {
  private static final Logger LOG = LoggerFactory.getLogger(StatusAnswer.class);

  /**
   * Clients take 32 KiB of trailers, pyflyte no more. The sentence may go twice, once within the
   * base64 of a typed detail.
   */
  private static final int MESSAGE_ENCODED_BYTES_MAX = 12 * 1024;

  private static final String CLIENT_GONE = "The client went away before its request was whole.";

  private static final Metadata.Key<com.google.rpc.Status> DETAILS =
      Metadata.Key.of(
          "grpc-status-details-bin",
          ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));

  /** The answer to a failure; one that is our fault or the world's is logged with the id. */
  public static StatusAnswer of(Throwable failure, RequestId id) {
    return switch (failure) {
      // The client went away: nobody is left to be told, and anybody could fill the log with it.
      case ClosedStreamException gone -> of(Status.CANCELLED, CLIENT_GONE);
      case CompletionException wrapped when wrapped.getCause() != null ->
          of(wrapped.getCause(), id);
      case RejectedException rejected -> of(rejected.rejection());
      case ProviderUnavailableException unavailable ->
          of(Status.UNAVAILABLE, String.valueOf(unavailable.getMessage()) + " Ask again later.");
      case AuditUnavailableException unavailable ->
          of(Status.UNAVAILABLE, String.valueOf(unavailable.getMessage()));
      case StoreUnavailableException unavailable -> {
        // Without its trace: a database that is away fails every call of everybody.
        LOG.warn(
            "A store failed request={}: {}",
            id,
            Optional.ofNullable(unavailable.getCause()).orElse(unavailable).toString());
        LOG.debug("A store failed request={}", id, unavailable);
        yield of(
            Status.UNAVAILABLE,
            "A store did not answer; whether the call took effect is not known. Ask again; the log has more under request "
                + id
                + ".");
      }
      default -> {
        LOG.error("A call failed request={}", id, failure);
        yield of(
            Status.INTERNAL,
            "Harrier failed on its side; the log has more under request " + id + ".");
      }
    };
  }

  /** The answer that a service gave by closing its call. */
  public static StatusAnswer of(Status closed, RequestId id) {
    if (closed.getCode() != Status.Code.UNKNOWN) {
      return of(closed, Optional.ofNullable(closed.getDescription()).orElse(""));
    }
    var cause = closed.getCause();
    return of(cause == null ? new IllegalStateException(closed.toString()) : cause, id);
  }

  private static StatusAnswer of(Status status, String message) {
    return new StatusAnswer(status.withDescription(shortened(message)), Optional.empty());
  }

  private static StatusAnswer of(Rejection rejection) {
    var message = shortened(rejection.message());
    var status = Status.fromCode(code(rejection.code())).withDescription(message);
    return new StatusAnswer(
        status,
        rejection
            .detail()
            .map(
                detail ->
                    com.google.rpc.Status.newBuilder()
                        .setCode(status.getCode().value())
                        .setMessage(message)
                        .addDetails(detail)
                        .build()));
  }

  private static Status.Code code(Rejection.Code code) {
    return switch (code) {
      case INVALID_ARGUMENT -> Status.Code.INVALID_ARGUMENT;
      case NOT_FOUND -> Status.Code.NOT_FOUND;
      case ALREADY_EXISTS -> Status.Code.ALREADY_EXISTS;
      case FAILED_PRECONDITION -> Status.Code.FAILED_PRECONDITION;
      case ABORTED -> Status.Code.ABORTED;
      case PERMISSION_DENIED -> Status.Code.PERMISSION_DENIED;
      case UNAUTHENTICATED -> Status.Code.UNAUTHENTICATED;
      case RESOURCE_EXHAUSTED -> Status.Code.RESOURCE_EXHAUSTED;
      case UNIMPLEMENTED -> Status.Code.UNIMPLEMENTED;
      case OUT_OF_RANGE -> Status.Code.OUT_OF_RANGE;
    };
  }

  /** As trailers of gRPC. */
  void addTo(Metadata trailers) {
    details.ifPresent(typed -> trailers.put(DETAILS, typed));
  }

  /** The status as a message, for HTTP. */
  public com.google.rpc.Status message() {
    return details.orElseGet(
        () ->
            com.google.rpc.Status.newBuilder()
                .setCode(Code.forNumber(status.getCode().value()).getNumber())
                .setMessage(Optional.ofNullable(status.getDescription()).orElse(""))
                .build());
  }

  /** Reads the typed detail back out of a closed call. */
  public static StatusAnswer read(Status status, Metadata trailers) {
    return new StatusAnswer(status, Optional.ofNullable(trailers.get(DETAILS)));
  }

  private static String shortened(String message) {
    var encoded = 0;
    for (var i = 0; i < message.length(); i = message.offsetByCodePoints(i, 1)) {
      var codePoint = message.codePointAt(i);
      encoded += encodedBytes(codePoint);
      if (encoded > MESSAGE_ENCODED_BYTES_MAX) {
        return message.substring(0, i) + "...";
      }
    }
    return message;
  }

  // gRPC sends a message percent-encoded: three bytes for each that is not printable ASCII.
  private static int encodedBytes(int codePoint) {
    if (codePoint >= ' ' && codePoint <= '~' && codePoint != '%') {
      return 1;
    }
    return 3 * Character.toString(codePoint).getBytes(StandardCharsets.UTF_8).length;
  }
}
