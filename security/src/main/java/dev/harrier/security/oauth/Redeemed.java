package dev.harrier.security.oauth;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Secret;
import java.util.Optional;

/**
 * A grant that a client came for.
 *
 * @param refreshToken the next one, if the grant is to outlive its access token
 */
record Redeemed(Grants.Grant grant, Optional<Secret> refreshToken) {
  Redeemed {
    requireNonNull(grant, "grant");
    requireNonNull(refreshToken, "refreshToken");
  }
}
