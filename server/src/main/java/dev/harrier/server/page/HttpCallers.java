package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.HttpRequest;
import dev.harrier.security.Caller;
import dev.harrier.security.token.Authenticator;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;

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
    var caller = authenticator.authenticate(name -> request.headers().get(name));
    if (caller.anonymous()) {
      throw Rejection.unauthenticated(
          "This page needs a token: expected 'authorization: Bearer <token>', found none.");
    }
    return caller;
  }
}
