package dev.harrier.security.user;

import dev.harrier.security.Secret;
import java.util.Locale;
import java.util.Optional;

/** What a chosen password must be. Its length is what counts; no kinds of letters are asked for. */
final class PasswordRules {
  static final int CHARACTERS_MIN = 12;

  /** Long enough for any sentence; what is hashed must have an end. */
  static final int CHARACTERS_MAX = 256;

  private static final int DISTINCT_MIN = 5;

  private PasswordRules() {}

  /** Why a password is refused, as a sentence for its owner; empty if it is fine. */
  static Optional<String> objection(String user, Secret password) {
    var text = password.reveal();
    var length = text.codePointCount(0, text.length());
    if (length < CHARACTERS_MIN || length > CHARACTERS_MAX) {
      return Optional.of(
          "A password has %s to %s characters; this one has %s."
              .formatted(CHARACTERS_MIN, CHARACTERS_MAX, length));
    }
    if (text.codePoints().distinct().count() < DISTINCT_MIN) {
      return Optional.of(
          "A password has at least %s different characters.".formatted(DISTINCT_MIN));
    }
    var lower = text.toLowerCase(Locale.ROOT);
    if (CommonPasswords.contains(lower)) {
      return Optional.of("Many people have this password; it is among the first to be guessed.");
    }
    if (lower.contains("harrier") || (user.length() > 3 && lower.contains(user))) {
      return Optional.of("A password holds neither the user's name nor 'harrier'.");
    }
    return Optional.empty();
  }
}
