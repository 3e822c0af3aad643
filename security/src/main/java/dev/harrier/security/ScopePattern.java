package dev.harrier.security;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * Where a binding or a deny applies.
 *
 * @param project its id; empty for all of them, and for what belongs to none
 * @param domain its id; empty for all of them
 */
public record ScopePattern(Optional<String> project, Optional<String> domain) {
  /** Everything. */
  public static final ScopePattern EVERYWHERE =
      new ScopePattern(Optional.empty(), Optional.empty());

  public ScopePattern {
    requireNonNull(project, "project");
    requireNonNull(domain, "domain");
  }

  /** One domain of a project. */
  public static ScopePattern of(String project, String domain) {
    return new ScopePattern(Optional.of(project), Optional.of(domain));
  }

  /** One domain of a project. */
  public static ScopePattern of(Scope.Domain scope) {
    return of(scope.scope().project(), scope.scope().domain());
  }

  /** Whether all that the other matches is inside. */
  public boolean contains(ScopePattern other) {
    return (project.isEmpty() || project.equals(other.project))
        && (domain.isEmpty() || domain.equals(other.domain));
  }

  /** Whether some of what the other matches is inside. */
  public boolean overlaps(ScopePattern other) {
    return (project.isEmpty() || other.project.isEmpty() || project.equals(other.project))
        && (domain.isEmpty() || other.domain.isEmpty() || domain.equals(other.domain));
  }

  /** Whether all of the scope is inside. */
  public boolean covers(Scope scope) {
    return switch (scope) {
      case Scope.Platform platform -> project.isEmpty() && domain.isEmpty();
      case Scope.Project whole -> isProject(whole.project()) && domain.isEmpty();
      case Scope.Domain part ->
          isProject(part.scope().project()) && isDomain(part.scope().domain());
    };
  }

  /** Whether some of the scope is inside. */
  public boolean touches(Scope scope) {
    return switch (scope) {
      // What belongs to no project has no parts.
      case Scope.Platform platform -> covers(scope);
      case Scope.Project whole -> isProject(whole.project());
      case Scope.Domain part -> covers(scope);
    };
  }

  private boolean isProject(String id) {
    return project.isEmpty() || project.get().equals(id);
  }

  private boolean isDomain(String id) {
    return domain.isEmpty() || domain.get().equals(id);
  }

  @Override
  public String toString() {
    return "project %s, domain %s".formatted(project.orElse("*"), domain.orElse("*"));
  }
}
