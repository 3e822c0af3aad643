package dev.harrier.server.rpc;

import io.grpc.Context;
import io.grpc.Metadata;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names one call in the log and to its caller.
 *
 * @param text 1 to 64 letters, digits, dots, dashes or underscores
 */
public record RequestId(String text) {
  /** Sent by clients that have an id already, and with every answer. */
  public static final Metadata.Key<String> HEADER =
      Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

  private static final Context.Key<RequestId> KEY = Context.key("harrier-request-id");
  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 8;

  /** The client's own id, or a new one if it sent none that is fit for a log. */
  static RequestId of(@Nullable String sent) {
    if (sent != null && ALLOWED.matcher(sent).matches()) {
      return new RequestId(sent);
    }
    var bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return new RequestId(HexFormat.of().formatHex(bytes));
  }

  /** The current context with this id in it. */
  Context bound() {
    return Context.current().withValue(KEY, this);
  }

  /** The id of the call that this thread serves; a new one outside of any. */
  public static RequestId current() {
    var current = KEY.get();
    return current == null ? of(null) : current;
  }

  @Override
  public String toString() {
    return text;
  }
}
