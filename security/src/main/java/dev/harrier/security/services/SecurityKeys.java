package dev.harrier.security.services;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.session.AuthenticatedEncryption;
import dev.harrier.security.token.SigningKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/**
 * The keys that logins stand on.
 *
 * @param signing sign this server's tokens
 * @param encryption of what browsers keep
 */
public record SecurityKeys(SigningKeys signing, AuthenticatedEncryption encryption) {
  public SecurityKeys {
    requireNonNull(signing, "signing");
    requireNonNull(encryption, "encryption");
  }

  /**
   * Those of a home; the first start makes them.
   *
   * @param folder where they are, of mode 0700
   */
  public static SecurityKeys open(Path folder, Clock clock) throws IOException {
    return new SecurityKeys(
        SigningKeys.open(folder.resolve("signing-key.json"), clock),
        AuthenticatedEncryption.open(folder.resolve("session-key")));
  }

  /** Keys that live as long as the process. */
  public static SecurityKeys generate() {
    return new SecurityKeys(SigningKeys.generate(), AuthenticatedEncryption.generate());
  }
}
