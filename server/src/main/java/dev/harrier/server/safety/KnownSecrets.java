package dev.harrier.server.safety;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** Secrets that everybody knows: those of Flyte's charts and guides, and what people type first. */
public final class KnownSecrets {
  private static final Set<String> KNOWN =
      Set.of(
          // Flyte's charts, sandbox and guides.
          "foobar",
          "rootpassword",
          "awesomesauce",
          "miniostorage",
          "flyte",
          "flyteadmin",
          "flytepropeller",
          "flytectl",
          // PostgreSQL's images and everybody's first.
          "postgres",
          "postgresql",
          "password",
          "passw0rd",
          "changeme",
          "change-me",
          "change_me",
          "secret",
          "mysecretpassword",
          "example",
          "admin",
          "root",
          "test",
          "harrier",
          "123456",
          "12345678",
          "123456789",
          "qwerty",
          "letmein");

  private KnownSecrets() {}

  /** Whether a secret is none. */
  public static boolean has(String secret) {
    return KNOWN.contains(secret.strip().toLowerCase(Locale.ROOT));
  }

  /**
   * Refuses a URL of a database whose password everybody knows.
   *
   * @throws RefusedStartException that does not repeat the password
   */
  static void refuseInUrl(String url) {
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
    if (has(password) || password.equals(user)) {
      throw new RefusedStartException(
          "database.url: expected a password of its own, found one that everybody knows%s. Set another: ALTER ROLE \"%s\" PASSWORD '…'."
              .formatted(password.equals(user) ? " (the user's name)" : "", user));
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
