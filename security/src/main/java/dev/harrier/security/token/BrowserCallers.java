package dev.harrier.security.token;

import dev.harrier.security.Caller;
import dev.harrier.spi.RejectedException;
import java.util.Optional;

/** Knows who is logged in at a browser that sends a request without a token. */
@FunctionalInterface
public interface BrowserCallers {
  /** Nobody is logged in at any browser. */
  BrowserCallers NONE = request -> Optional.empty();

  /**
   * The caller of a request.
   *
   * @return empty if nobody is logged in there
   * @throws RejectedException PERMISSION_DENIED if somebody may be, but it was a page from
   *     elsewhere that had the browser change something
   */
  Optional<Caller> caller(BrowserRequest request);
}
