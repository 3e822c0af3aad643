package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import java.util.Optional;

/**
 * A request that its caller can mend. Nothing was changed.
 *
 * @param message a full sentence that says what was expected and found, on which thing; clients
 *     show it as it is
 * @param detail a typed detail that Flyte's clients know, if there is one
 */
public record Rejection(Code code, String message, Optional<Any> detail) {
  public Rejection {
    requireNonNull(code, "code");
    requireNonNull(message, "message");
    requireNonNull(detail, "detail");
  }

  /**
   * The sort of rejection, named as gRPC names it. UNKNOWN and INTERNAL are missing: clients log in
   * again on the one, and the other is our fault.
   */
  public enum Code {
    INVALID_ARGUMENT,
    NOT_FOUND,
    ALREADY_EXISTS,
    FAILED_PRECONDITION,
    ABORTED,
    PERMISSION_DENIED,
    UNAUTHENTICATED,
    RESOURCE_EXHAUSTED,
    UNIMPLEMENTED,
    OUT_OF_RANGE
  }

  /** The request breaks a rule of its own. */
  public static RejectedException invalid(String message, Object... arguments) {
    return of(Code.INVALID_ARGUMENT, message, arguments);
  }

  /** The caller may see such things, but this one is not there. */
  public static RejectedException notFound(String message, Object... arguments) {
    return of(Code.NOT_FOUND, message, arguments);
  }

  /** The thing to be made is there already. */
  public static RejectedException alreadyExists(String message, Object... arguments) {
    return of(Code.ALREADY_EXISTS, message, arguments);
  }

  /** The thing is in a state that forbids it. */
  public static RejectedException failedPrecondition(String message, Object... arguments) {
    return of(Code.FAILED_PRECONDITION, message, arguments);
  }

  /** Somebody else changed the thing first: read it again, and then decide anew. */
  public static RejectedException aborted(String message, Object... arguments) {
    return of(Code.ABORTED, message, arguments);
  }

  /** The caller may not. */
  public static RejectedException permissionDenied(String message, Object... arguments) {
    return of(Code.PERMISSION_DENIED, message, arguments);
  }

  /** Nobody known is calling. */
  public static RejectedException unauthenticated(String message, Object... arguments) {
    return of(Code.UNAUTHENTICATED, message, arguments);
  }

  /** A named limit is reached; the same call may succeed later. */
  public static RejectedException exhausted(String message, Object... arguments) {
    return of(Code.RESOURCE_EXHAUSTED, message, arguments);
  }

  /** Known to the protocol, but not served. */
  public static RejectedException unimplemented(String message, Object... arguments) {
    return of(Code.UNIMPLEMENTED, message, arguments);
  }

  /** The same rejection with a typed detail. */
  public Rejection with(Message typed) {
    return new Rejection(code, message, Optional.of(Any.pack(typed)));
  }

  private static RejectedException of(Code code, String message, Object... arguments) {
    // Without arguments the text is taken as it is: it may hold a user's percent signs.
    var text = arguments.length == 0 ? message : message.formatted(arguments);
    return new RejectedException(new Rejection(code, text, Optional.empty()));
  }
}
