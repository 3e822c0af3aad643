package dev.harrier.security.token;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Caller;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds the caller of a request in its headers, over gRPC and HTTP alike. */
public final class Authenticator {
  /** Flyte's clients send the first, everybody else the second. */
  private static final List<String> HEADERS = List.of("flyte-authorization", "authorization");

  private static final String BEARER = "bearer ";

  private final TokenVerifier verifier;
  private final ForeignTokens foreign;
  private final BrowserCallers browsers;

  /** Takes this server's own tokens alone. */
  public Authenticator(TokenVerifier verifier) {
    this(verifier, ForeignTokens.NONE, BrowserCallers.NONE);
  }

  /** Takes those of other issuers, too, and sessions of browsers over HTTP. */
  public Authenticator(TokenVerifier verifier, ForeignTokens foreign, BrowserCallers browsers) {
    this.verifier = requireNonNull(verifier, "verifier");
    this.foreign = requireNonNull(foreign, "foreign");
    this.browsers = requireNonNull(browsers, "browsers");
  }

  /**
   * The value of a header that was sent once, null if it was not sent. Who reads the first of two
   * and who reads the last would see two callers.
   *
   * @throws RejectedException UNAUTHENTICATED if it was sent more than once
   */
  public static @Nullable String only(String name, @Nullable Iterable<String> values) {
    if (values == null) {
      return null;
    }
    var all = values.iterator();
    var value = all.hasNext() ? all.next() : null;
    if (all.hasNext()) {
      throw Rejection.unauthenticated("Expected the header '%s' once, found it again.", name);
    }
    return value;
  }

  /**
   * The caller whom the headers prove, or the cookie of a call that came over HTTP.
   *
   * @param header the value of a header by its lower-case name, null if it was not sent
   * @return {@link Caller#ANONYMOUS} if neither header was sent and nobody is logged in
   * @throws RejectedException UNAUTHENTICATED if one was sent and proves nobody; PERMISSION_DENIED
   *     for a cookie that a page from elsewhere had sent
   */
  public Caller authenticate(Function<String, @Nullable String> header) {
    return authenticate(header, BrowserRequest.current());
  }

  /** The same for a request of which all is known. */
  public Caller authenticate(
      Function<String, @Nullable String> header, Optional<BrowserRequest> request) {
    for (var name : HEADERS) {
      var value = header.apply(name);
      if (value != null) {
        if (!value.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
          throw Rejection.unauthenticated(
              "Expected '%s: Bearer <token>', found another scheme.", name);
        }
        var token = value.substring(BEARER.length()).strip();
        // One that was seen before is looked up in memory, whoever made it.
        return verifier.seen(token)
            ? verifier.verify(token)
            : foreign.caller(token).orElseGet(() -> verifier.verify(token));
      }
    }
    // A token goes first, even one that is no good: who sends one does not mean the cookie.
    return request.flatMap(browsers::caller).orElse(Caller.ANONYMOUS);
  }
}
