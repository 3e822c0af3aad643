package dev.harrier.security.policy;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.security.ScopePattern;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who may do what where, as an operator wrote it and as it was found to be sound.
 *
 * @param roles that may be bound, by name, the built-in ones included
 * @param tests what the operator expects of it
 */
public record Policy(
    Map<String, Role> roles, List<Binding> bindings, List<Deny> denies, List<Expectation> tests) {
  /** Nobody may do anything. */
  public static final Policy EMPTY = new Policy(Role.builtIn(), List.of(), List.of(), List.of());

  public Policy {
    roles = Map.copyOf(roles);
    bindings = List.copyOf(bindings);
    denies = List.copyOf(denies);
    tests = List.copyOf(tests);
  }

  /**
   * Subjects have a role somewhere.
   *
   * @param name unique among bindings and denies
   * @param subjects names as {@link SubjectNames} has them
   * @param until when it ends; empty if it does not
   * @param reason why there is such a binding; there is one if it ends
   */
  public record Binding(
      String name,
      List<String> subjects,
      Role role,
      ScopePattern scope,
      Condition when,
      Optional<Instant> until,
      Optional<String> reason) {
    public Binding {
      requireNonNull(name, "name");
      subjects = List.copyOf(subjects);
    }
  }

  /** Subjects lack permissions somewhere, whatever they are bound to. */
  public record Deny(
      String name,
      List<String> subjects,
      Permissions permissions,
      ScopePattern scope,
      Condition when) {
    public Deny {
      requireNonNull(name, "name");
      subjects = List.copyOf(subjects);
    }
  }

  /**
   * What the policy's author expects it to decide.
   *
   * @param subjects all names of one caller
   */
  public record Expectation(
      String name, List<String> subjects, Permission permission, Scope scope, boolean allowed) {
    public Expectation {
      requireNonNull(name, "name");
      subjects = List.copyOf(subjects);
    }
  }
}
