package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.HttpRequest;
import dev.harrier.security.Caller;
import dev.harrier.security.token.Authenticator;
import dev.harrier.security.token.BrowserRequest;
import dev.harrier.server.port.Peers;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds the caller of a page. */
public final class HttpCallers {
  private final Authenticator authenticator;

  public HttpCallers(Authenticator authenticator) {
    this.authenticator = requireNonNull(authenticator, "authenticator");
  }

  /**
   * The caller.
   *
   * @throws RejectedException UNAUTHENTICATED if nobody known asks
   */
  Caller of(HttpRequest request) {
    return of(request.headers()::get);
  }

  /** The same, of a request's headers alone, the one with its method among them. */
  Caller of(Function<String, @Nullable String> headers) {
    var method = headers.apply(":method");
    var request = BrowserRequest.of(method == null ? "POST" : method, headers);
    var caller = authenticator.authenticate(headers, Optional.of(request));
    if (caller.anonymous()) {
      throw Rejection.unauthenticated(
          "This page needs a token: expected 'authorization: Bearer <token>', found none.");
    }
    return caller.at(Peers.current());
  }
}
