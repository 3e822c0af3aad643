package dev.harrier.audit;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * Who did it.
 *
 * @param principal the name that no two callers share; empty if nobody known
 * @param issuer who vouches for that name; may be empty
 * @param client the program that was used
 * @param decisions what was asked about the caller's rights, in order
 */
public record Actor(
    String principal, String issuer, Optional<String> client, List<Decision> decisions) {
  /** Nobody known. */
  public static final Actor NOBODY = new Actor("", "", Optional.empty(), List.of());

  /** The server itself. */
  public static final Actor SYSTEM = new Actor("harrier:process", "", Optional.empty(), List.of());

  public Actor {
    requireNonNull(principal, "principal");
    requireNonNull(issuer, "issuer");
    requireNonNull(client, "client");
    decisions = List.copyOf(decisions);
  }

  /** One of whom nothing but the name is known. */
  public static Actor of(String principal) {
    return new Actor(principal, "", Optional.empty(), List.of());
  }

  /**
   * Whether a right was held.
   *
   * @param permission e.g. {@code execution:create}
   * @param scope where it was asked for, in words
   */
  public record Decision(String permission, String scope, boolean allowed) {
    public Decision {
      requireNonNull(permission, "permission");
      requireNonNull(scope, "scope");
    }
  }
}
