package dev.harrier.security.services;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.session.Seal;
import dev.harrier.security.token.SigningKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/**
 * The keys that logins stand on.
 *
 * @param signing sign this server's tokens
 * @param seal seals what browsers keep
 */
public record SecurityKeys(SigningKeys signing, Seal seal) {
  public SecurityKeys {
    requireNonNull(signing, "signing");
    requireNonNull(seal, "seal");
  }

  /**
   * Those of a home; the first start makes them.
   *
   * @param folder where they are, of mode 0700
   */
  public static SecurityKeys open(Path folder, Clock clock) throws IOException {
    return new SecurityKeys(
        SigningKeys.open(folder.resolve("signing-key.json"), clock),
        Seal.open(folder.resolve("session-key")));
  }

  /** Keys that live as long as the process. */
  public static SecurityKeys generate() {
    return new SecurityKeys(SigningKeys.generate(), Seal.generate());
  }
}
