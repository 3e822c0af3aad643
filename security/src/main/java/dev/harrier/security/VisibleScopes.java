package dev.harrier.security;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a caller holds a permission: a list over projects is filtered by it, in the query and
 * before its limit.
 *
 * @param allowed where it is granted; nothing is visible outside of these
 * @param denied what is taken out of them again
 */
public record VisibleScopes(List<ScopePattern> allowed, List<ScopePattern> denied) {
  /** No filter is needed. */
  public static final VisibleScopes EVERYTHING =
      new VisibleScopes(List.of(ScopePattern.EVERYWHERE), List.of());

  /** The list is empty. */
  public static final VisibleScopes NOTHING = new VisibleScopes(List.of(), List.of());

  public VisibleScopes {
    allowed = List.copyOf(allowed);
    denied = List.copyOf(denied);
  }

  /** One domain of a project and nothing else. */
  public static VisibleScopes only(String project, String domain) {
    return new VisibleScopes(List.of(ScopePattern.of(project, domain)), List.of());
  }

  /** These and more. */
  public VisibleScopes alsoOf(ScopePattern more) {
    var all = new ArrayList<>(allowed);
    all.add(more);
    return new VisibleScopes(all, denied);
  }

  /** Whether nothing is visible: no pattern that is allowed has a part which is not denied. */
  public boolean empty() {
    return allowed.stream().allMatch(one -> denied.stream().anyMatch(taken -> taken.contains(one)));
  }

  /** Whether everything that the pattern matches is visible. */
  public boolean covers(ScopePattern pattern) {
    return allowed.stream().anyMatch(one -> one.contains(pattern))
        && denied.stream().noneMatch(one -> one.overlaps(pattern));
  }

  /** Whether some domain of the project is visible. */
  public boolean anyOf(String project) {
    var whole = Scope.of(project);
    return allowed.stream().anyMatch(one -> one.touches(whole))
        && denied.stream().noneMatch(one -> one.covers(whole));
  }
}
