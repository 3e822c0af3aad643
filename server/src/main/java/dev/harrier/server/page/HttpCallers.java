package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.HttpRequest;
import dev.harrier.security.Caller;
import dev.harrier.security.token.Authenticator;
import dev.harrier.security.token.BrowserRequest;
import dev.harrier.server.audit.CallTrail;
import dev.harrier.server.port.Peers;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.util.Optional;

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
  Caller of(HttpRequest asked) {
    var headers = asked.headers();
    var request = BrowserRequest.of(headers.method().name(), headers::get);
    var caller =
        authenticator.authenticate(
            name -> Authenticator.only(name, headers.getAll(name)), Optional.of(request));
    if (caller.anonymous()) {
      throw Rejection.unauthenticated(
          "This page needs a token: expected 'authorization: Bearer <token>', found none.");
    }
    CallTrail.calledBy(caller);
    return caller.at(Peers.current());
  }
}
