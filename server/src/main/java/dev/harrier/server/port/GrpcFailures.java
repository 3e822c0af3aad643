package dev.harrier.server.port;

import com.google.protobuf.InvalidProtocolBufferException;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import dev.harrier.server.rpc.RequestId;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What fails before or after a service: a message over its limit, one that is none, a broken frame.
 */
final class GrpcFailures {
  private static final Logger LOG = LoggerFactory.getLogger(GrpcFailures.class);

  /** With which the reader of frames begins its sentences. */
  private static final Pattern CLASS_NAME = Pattern.compile("^([a-z0-9_]+\\.)+[A-Za-z0-9_$]+: ");

  private GrpcFailures() {}

  /** The status that its caller gets. */
  static Status status(Status status, Throwable failure, Metadata trailers) {
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidProtocolBufferException) {
        return Status.INVALID_ARGUMENT.withDescription(
            "The message is not of the kind that this call takes, or is nested too deep.");
      }
    }
    if (status.getCode() != Status.Code.UNKNOWN) {
      var description = Optional.ofNullable(status.getDescription()).orElse("");
      return status.withDescription(CLASS_NAME.matcher(description).replaceFirst(""));
    }
    if (failure instanceof ClosedStreamException) {
      // The client went away: nobody is left to be told, and anybody could fill the log with it.
      return Status.CANCELLED;
    }
    var id = RequestId.current();
    LOG.error("A call failed outside of its service request={}", id, failure);
    trailers.put(RequestId.HEADER, id.text());
    return Status.INTERNAL.withDescription(
        "Harrier failed on its side; the log has more under request " + id + ".");
  }
}
