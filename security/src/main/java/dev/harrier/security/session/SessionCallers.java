package dev.harrier.security.session;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Caller;
import dev.harrier.security.token.BrowserCallers;
import dev.harrier.security.token.BrowserRequest;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.spi.Rejection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Finds callers by the cookie of their session. */
public final class SessionCallers implements BrowserCallers {
  private final Sessions sessions;
  private final SessionCookie cookie;
  private final String issuer;
  private final Set<String> origins;

  /**
   * @param address of this server: its own pages may ask for everything
   * @param trusted origins beside it whose pages may, too
   */
  public SessionCallers(Sessions sessions, ServerAddress address, Set<String> trusted) {
    this.sessions = requireNonNull(sessions, "sessions");
    this.cookie = SessionCookie.session(address);
    this.issuer = address.issuer();
    var all = new HashSet<>(trusted);
    all.add(address.origin());
    this.origins = Set.copyOf(all);
  }

  @Override
  public Optional<Caller> caller(BrowserRequest request) {
    var value = cookie.read(request.cookies());
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (request.safe() ? !request.near(origins) : !request.ownPage(origins)) {
      if (request.safe()) {
        // As if the browser had sent no cookie: what a page from elsewhere asks for, nobody asks.
        return Optional.empty();
      }
      throw Rejection.permissionDenied(
          "A change by the cookie of a browser: expected the header Origin of one of this server's own pages, found none or another. Programs send a token instead.");
    }
    return sessions.find(value.get()).flatMap(session -> sessions.caller(session, issuer));
  }
}
