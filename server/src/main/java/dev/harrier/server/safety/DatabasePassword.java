package dev.harrier.server.safety;

import dev.harrier.security.KnownSecrets;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** The password in the URL of a database. */
final class DatabasePassword {
  private DatabasePassword() {}

  /**
   * Refuses one that everybody knows.
   *
   * @throws RefusedStartException that does not repeat it
   */
  static void check(String url) {
    String userInfo;
    try {
      userInfo =
          URI.create(url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url)
              .getRawUserInfo();
    } catch (IllegalArgumentException broken) {
      // Refused with a sentence of its own where the URL is read.
      return;
    }
    var colon = userInfo == null ? -1 : userInfo.indexOf(':');
    if (colon < 0) {
      return;
    }
    var user = decoded(userInfo.substring(0, colon));
    var password = decoded(userInfo.substring(colon + 1));
    if (KnownSecrets.has(password) || password.equals(user)) {
      throw new RefusedStartException(
          "database.url: expected a password of its own, found one that everybody knows%s. Set another: ALTER ROLE \"%s\" PASSWORD '…'."
              .formatted(password.equals(user) ? " (the user's name)" : "", user));
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
