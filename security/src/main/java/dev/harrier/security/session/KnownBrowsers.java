package dev.harrier.security.session;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Secret;
import dev.harrier.security.token.ServerAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Knows browsers again in which a user proved to be who they are, so that strangers who guess at
 * that user's password cannot keep the user waiting there. A cookie says it, sealed; it logs nobody
 * in.
 */
public final class KnownBrowsers {
  private static final String PURPOSE = "known browser";

  /** How long a browser is known without a login. */
  static final Duration LIFETIME = Duration.ofDays(180);

  private final AuthenticatedEncryption encryption;
  private final SessionCookie cookie;
  private final Clock clock;

  public KnownBrowsers(AuthenticatedEncryption encryption, ServerAddress address, Clock clock) {
    this.encryption = requireNonNull(encryption, "encryption");
    this.cookie = SessionCookie.named("harrier-browser", address);
    this.clock = requireNonNull(clock, "clock");
  }

  /** For the header {@code set-cookie} of a browser in which this user just proved it. */
  public String remember(String user) {
    var until = clock.instant().plus(LIFETIME).getEpochSecond();
    var text = String.join("\n", List.of(user, UUID.randomUUID().toString(), Long.toString(until)));
    var closed = encryption.encrypt(PURPOSE, new Secret(text));
    var value = Base64.getUrlEncoder().withoutPadding().encodeToString(closed);
    return cookie.set(new Secret(value), LIFETIME);
  }

  /**
   * The id of a browser in which this very user was logged in before.
   *
   * @param cookies as the browser sent them, if it did
   */
  public Optional<String> id(Optional<String> cookies, String user) {
    return cookie
        .read(cookies)
        .flatMap(KnownBrowsers::bytes)
        .flatMap(closed -> encryption.decrypt(PURPOSE, closed))
        .map(text -> List.of(text.reveal().split("\n", -1)))
        .filter(parts -> parts.getFirst().equals(user))
        .filter(
            parts ->
                clock.instant().isBefore(Instant.ofEpochSecond(Long.parseLong(parts.getLast()))))
        .map(parts -> parts.get(1));
  }

  private static Optional<byte[]> bytes(Secret value) {
    try {
      return Optional.of(Base64.getUrlDecoder().decode(value.reveal()));
    } catch (IllegalArgumentException e) {
      // Not one of ours.
      return Optional.empty();
    }
  }
}
