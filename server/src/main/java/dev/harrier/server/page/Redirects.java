package dev.harrier.server.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.harrier.security.token.ServerAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a browser may be sent after a login or logout: to a path of this server, or to an address
 * that the operator allows. An address is compared letter by letter and never taken apart, since
 * browsers take it apart in ways of their own.
 */
public final class Redirects {
  private static final String PARAMETER = "redirect_url=";
  private static final int CHARACTERS_MAX = 2_000;

  /** Letters that an address can have; a backslash is a slash to browsers, and not among them. */
  private static final Pattern LETTERS =
      Pattern.compile("[A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=%-]{1," + CHARACTERS_MAX + "}");

  private static final Pattern RAW = Pattern.compile("(/|https?://).*", Pattern.DOTALL);

  private final List<String> own;
  private final List<String> allowed;
  private final URI fallback;

  /**
   * @param allowed addresses; one with nothing behind its host allows all of that origin
   * @param fallback a path of this server, for who names none or one that is not allowed
   */
  public Redirects(ServerAddress address, List<String> allowed, String fallback) {
    this.own = List.of(address.url().toString(), address.origin());
    this.allowed = List.copyOf(allowed);
    this.fallback = URI.create(requireNonNull(fallback, "fallback"));
  }

  /**
   * The address that a query names.
   *
   * @param query of the request; Flyte's console does not encode the address, so that it is all
   *     that follows its name
   */
  static Optional<String> named(String query) {
    var at = query.startsWith(PARAMETER) ? 0 : query.indexOf("&" + PARAMETER) + 1;
    if (at == 0 && !query.startsWith(PARAMETER)) {
      return Optional.empty();
    }
    var text = query.substring(at + PARAMETER.length());
    if (RAW.matcher(text).matches()) {
      return Optional.of(text);
    }
    var end = text.indexOf('&');
    try {
      return Optional.of(
          URLDecoder.decode((end < 0 ? text : text.substring(0, end)).replace("+", "%2B"), UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Where to send the browser: there if it is allowed, else to the usual place. */
  URI target(Optional<String> named) {
    return named.flatMap(this::allowed).orElse(fallback);
  }

  /** The address itself, if a browser may be sent there. */
  Optional<URI> allowed(String address) {
    if (!LETTERS.matcher(address).matches()) {
      return Optional.empty();
    }
    if (isPath(address)) {
      return parsed(address);
    }
    for (var one : own) {
      if (address.equals(one) || address.startsWith(one + "/")) {
        // Back to a path: whatever the address is, it stays on this server.
        var path = address.substring(one.length());
        return isPath(path.isEmpty() ? "/" : path)
            ? parsed(path.isEmpty() ? "/" : path)
            : Optional.empty();
      }
    }
    return allowed.stream().anyMatch(one -> fits(address, one))
        ? parsed(address)
        : Optional.empty();
  }

  private static boolean fits(String address, String allowed) {
    if (address.equals(allowed)) {
      return true;
    }
    var path = URI.create(allowed).getRawPath();
    return (path == null || path.isEmpty())
        && address.startsWith(allowed + "/")
        && isPath(address.substring(allowed.length()));
  }

  // Two slashes begin a host, and dots take away what stands between two of them.
  private static boolean isPath(String text) {
    var end = Math.min(index(text, '?'), index(text, '#'));
    var path = text.substring(0, end);
    return path.startsWith("/")
        && !path.contains("//")
        && !path.contains("/./")
        && !path.contains("/../")
        && !path.endsWith("/..")
        && !path.endsWith("/.");
  }

  private static int index(String text, char letter) {
    var at = text.indexOf(letter);
    return at < 0 ? text.length() : at;
  }

  private static Optional<URI> parsed(String address) {
    try {
      return Optional.of(URI.create(address));
    } catch (IllegalArgumentException e) {
      // A bracket or percent sign where none may be.
      return Optional.empty();
    }
  }

  /** The query that names an address, for links of this server's own pages. */
  static String query(String address) {
    return PARAMETER + URLEncoder.encode(address, UTF_8).replace("+", "%20");
  }
}
