package dev.harrier.security.secret;

import dev.harrier.spi.SecretId;
import java.time.Instant;
import java.util.List;

/**
 * What may be told of a secret: all but what it holds.
 *
 * @param number of the secret; lists are in its order
 * @param changedBy the principal who put it last
 * @param grantedTo the projects and domains that may use it besides its own
 */
public record KeptSecret(
    long number,
    SecretLevel level,
    SecretId id,
    Instant changedAt,
    String changedBy,
    List<SecretLevel> grantedTo) {
  public KeptSecret {
    grantedTo = List.copyOf(grantedTo);
  }
}
