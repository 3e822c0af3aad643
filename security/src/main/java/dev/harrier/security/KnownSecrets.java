package dev.harrier.security;

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
}
