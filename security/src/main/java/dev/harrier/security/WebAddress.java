package dev.harrier.security;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a text must be to name a place in the web, to a browser or to a server. */
public final class WebAddress {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private WebAddress() {}

  /** An address over http or https with a host and without a user's name; empty for all else. */
  public static Optional<URI> parse(String text) {
    try {
      var uri = URI.create(text);
      var known = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      return known && uri.getHost() != null && uri.getRawUserInfo() == null
          ? Optional.of(uri)
          : Optional.empty();
    } catch (IllegalArgumentException broken) {
      // As any other text that is no such address.
      return Optional.empty();
    }
  }

  /**
   * Whether what is sent to an address, and what comes from there, is nobody else's to read: it has
   * TLS, or does not leave this machine, and shows no password.
   */
  public static boolean safe(URI address) {
    var host = address.getHost();
    return host != null
        && address.getRawUserInfo() == null
        && ("https".equals(address.getScheme())
            || ("http".equals(address.getScheme()) && ofThisMachine(host)));
  }

  /**
   * Whether only this machine reaches a host.
   *
   * @param host as {@link URI#getHost} gives it
   */
  public static boolean ofThisMachine(String host) {
    return LOOPBACK.contains(host.toLowerCase(Locale.ROOT));
  }

  /** An address with nothing behind host and port. */
  public static Optional<URI> parseOrigin(String text) {
    return parse(text)
        .filter(
            uri ->
                uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null);
  }
}
