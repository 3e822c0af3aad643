package dev.harrier.security.token;

import static java.util.Objects.requireNonNull;

import io.grpc.Context;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a browser says with a request beside its credentials, as far as it tells who made it ask.
 *
 * @param method of HTTP
 * @param cookies the header
 * @param origin of the page that asked
 * @param site how that page is related to this server: {@code Sec-Fetch-Site}
 */
public record BrowserRequest(
    String method, Optional<String> cookies, Optional<String> origin, Optional<String> site) {
  private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD");
  private static final Set<String> NEAR_SITES = Set.of("same-origin", "same-site", "none");

  private static final Context.Key<BrowserRequest> KEY = Context.key("harrier-browser-request");

  public BrowserRequest {
    requireNonNull(method, "method");
    requireNonNull(cookies, "cookies");
    requireNonNull(origin, "origin");
    requireNonNull(site, "site");
  }

  /**
   * The request with these headers.
   *
   * @param header the value of one by its lower-case name, null if it was not sent
   */
  public static BrowserRequest of(String method, Function<String, @Nullable String> header) {
    return new BrowserRequest(
        method,
        Optional.ofNullable(header.apply("cookie")),
        Optional.ofNullable(header.apply("origin")),
        Optional.ofNullable(header.apply("sec-fetch-site")));
  }

  /** The one that came over HTTP for the call that this thread serves; none over gRPC. */
  public static Optional<BrowserRequest> current() {
    return Optional.ofNullable(KEY.get());
  }

  /** A context with this request in it. */
  public Context within(Context context) {
    return context.withValue(KEY, this);
  }

  /** Whether it only reads. */
  public boolean safe() {
    return SAFE_METHODS.contains(method);
  }

  /**
   * Whether a page of this server, or of an origin that the operator trusts, made the browser ask.
   * A browser sends the cookie whoever did; a request that changes something must say.
   */
  public boolean ownPage(Set<String> origins) {
    return origin.isPresent()
        ? origins.contains(origin.get())
        : site.equals(Optional.of("same-origin"));
  }

  /** Whether what it reads may be read: not when a page from elsewhere made the browser ask. */
  public boolean near(Set<String> origins) {
    return site.map(NEAR_SITES::contains).orElse(true)
        ? origin.map(origins::contains).orElse(true) || site.isPresent()
        : ownPage(origins);
  }
}
