package dev.harrier.security;

import static java.util.Objects.requireNonNull;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * How sure a login is, in the words of whoever saw it: OpenID Connect's claims {@code acr} and
 * {@code amr}.
 *
 * @param context the class of the login ({@code acr}), if one was named
 * @param methods by which the user proved who they are ({@code amr}), RFC 8176's words mostly
 */
public record Strength(Optional<String> context, Set<String> methods) {
  /** Nothing is known: no login of a person, or its issuer does not say. */
  public static final Strength UNKNOWN = new Strength(Optional.empty(), Set.of());

  /** A password of this installation. */
  public static final Strength PASSWORD = new Strength(Optional.empty(), Set.of("pwd"));

  public Strength {
    requireNonNull(context, "context");
    methods = Set.copyOf(methods);
  }

  /** All of it, as conditions of a policy compare it. */
  public Set<String> words() {
    var words = new HashSet<>(methods);
    context.ifPresent(words::add);
    return words;
  }
}
