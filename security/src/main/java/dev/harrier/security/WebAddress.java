package dev.harrier.security;

import java.net.URI;
import java.util.Optional;

/** What a text must be to name a place in the web, to a browser or to a server. */
public final class WebAddress {
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

  /** The same with nothing behind host and port. */
  public static Optional<URI> parseOrigin(String text) {
    return parse(text)
        .filter(
            uri ->
                uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null);
  }
}
