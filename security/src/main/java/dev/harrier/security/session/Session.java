package dev.harrier.security.session;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Strength;
import java.time.Instant;
import java.util.Optional;

/**
 * One login of one browser.
 *
 * @param id its name in lists; opens nothing
 * @param principal whose it is
 * @param provider where they logged in; empty for a user of this installation
 * @param strength of the login; what the provider says later does not change it
 * @param agent what the browser says that it is
 * @param usedAt when it was last used, to a minute
 * @param endsAt when it ends however much it is used
 */
public record Session(
    String id,
    String principal,
    Optional<String> provider,
    Strength strength,
    String agent,
    String address,
    Instant createdAt,
    Instant usedAt,
    Instant endsAt) {
  public Session {
    requireNonNull(id, "id");
    requireNonNull(principal, "principal");
    requireNonNull(provider, "provider");
    requireNonNull(strength, "strength");
    requireNonNull(agent, "agent");
    requireNonNull(address, "address");
    requireNonNull(createdAt, "createdAt");
    requireNonNull(usedAt, "usedAt");
    requireNonNull(endsAt, "endsAt");
  }
}
