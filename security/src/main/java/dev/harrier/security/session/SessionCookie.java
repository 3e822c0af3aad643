package dev.harrier.security.session;

import dev.harrier.security.Secret;
import dev.harrier.security.token.ServerAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A cookie of this server: no script reads it, no other host sets or gets it, and no page from
 * elsewhere has it sent but by a link that is followed.
 */
public final class SessionCookie {
  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]{1,3800}");

  private final String name;
  private final boolean tls;

  private SessionCookie(String name, boolean tls) {
    // The prefix makes browsers refuse such a cookie from anybody but this very host over TLS.
    this.name = tls ? "__Host-" + name : name;
    this.tls = tls;
  }

  /** The cookie that holds a session. */
  public static SessionCookie session(ServerAddress address) {
    return named("harrier-session", address);
  }

  /** The cookie of another name. */
  public static SessionCookie named(String name, ServerAddress address) {
    return new SessionCookie(name, "https".equals(address.url().getScheme()));
  }

  /** For the header {@code set-cookie}. */
  public String set(Secret value, Duration lifetime) {
    return "%s=%s; Path=/; Max-Age=%s; HttpOnly; SameSite=Lax%s"
        .formatted(name, value.reveal(), lifetime.toSeconds(), tls ? "; Secure" : "");
  }

  /** The same, to have the browser forget it. */
  public String clear() {
    return set(new Secret(""), Duration.ZERO);
  }

  /** Its value in a header {@code cookie}. */
  public Optional<Secret> read(Optional<String> header) {
    if (header.isEmpty()) {
      return Optional.empty();
    }
    for (var pair : header.get().split(";", -1)) {
      var equals = pair.indexOf('=');
      if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
        var value = pair.substring(equals + 1).strip();
        if (VALUE.matcher(value).matches()) {
          return Optional.of(new Secret(value));
        }
      }
    }
    return Optional.empty();
  }
}
