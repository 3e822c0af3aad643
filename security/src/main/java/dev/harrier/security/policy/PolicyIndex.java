package dev.harrier.security.policy;

import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.security.ScopePattern;
import dev.harrier.security.VisibleScopes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A policy made ready to be asked, for good: what is bound to a name in a project is found without
 * a look at the rest. Denies go before bindings, and what nobody allows is denied.
 */
public final class PolicyIndex {
  // Whoever may see a domain of a project may see that there is the project.
  private static final Permissions BY_ANY_PART =
      Permissions.of(Permission.PROJECT_LIST, Permission.PROJECT_READ);

  private final Map<String, ByProject> grants = new HashMap<>();
  private final Map<String, ByProject> denies = new HashMap<>();

  private PolicyIndex() {}

  /** The index of a policy. */
  public static PolicyIndex of(Policy policy) {
    var index = new PolicyIndex();
    for (var binding : policy.bindings()) {
      var grant =
          new Entry(
              binding.role().permissions(),
              binding.role().onOwn(),
              binding.scope(),
              binding.when(),
              binding.until().orElse(Instant.MAX));
      binding.subjects().forEach(name -> add(index.grants, name, grant));
    }
    for (var deny : policy.denies()) {
      var entry =
          new Entry(deny.permissions(), Permissions.NONE, deny.scope(), deny.when(), Instant.MAX);
      deny.subjects().forEach(name -> add(index.denies, name, entry));
    }
    return index;
  }

  private static void add(Map<String, ByProject> all, String name, Entry entry) {
    all.computeIfAbsent(name, key -> new ByProject()).add(entry);
  }

  /**
   * What the policy says.
   *
   * @param names all of the caller's
   */
  public Verdict decide(
      Collection<String> names, Permission permission, Scope scope, Circumstances circumstances) {
    return decide(names, Role.NONE, permission, scope, circumstances);
  }

  /**
   * The same for a caller who has something without a binding.
   *
   * @param base what the caller has in this scope; denies take it away as well
   */
  Verdict decide(
      Collection<String> names,
      Role base,
      Permission permission,
      Scope scope,
      Circumstances circumstances) {
    var anyPart = BY_ANY_PART.has(permission);
    var others = base.permissions().has(permission);
    var own = others || base.onOwn().has(permission);
    for (var name : names) {
      for (var grant : found(grants, name, scope)) {
        if (grant.in(scope, anyPart) && grant.allowsIn(circumstances)) {
          var plain = grant.permissions.has(permission);
          own |= plain || grant.onOwn.has(permission);
          others |= plain && !grant.when.owner();
        }
      }
    }
    for (var name : names) {
      for (var deny : found(denies, name, scope)) {
        if (deny.permissions.has(permission)
            && deny.in(scope, !anyPart)
            && deny.deniesIn(circumstances)) {
          own = false;
          others &= deny.when.owner();
        }
      }
    }
    return Verdict.of(own, others);
  }

  private static List<Entry> found(Map<String, ByProject> all, String name, Scope scope) {
    var entries = all.get(name);
    return entries == null ? List.of() : entries.of(scope);
  }

  /** Where the permission is held, for lists; what is held on one's own things alone is not. */
  public VisibleScopes visible(
      Collection<String> names, Permission permission, Circumstances circumstances) {
    var allowed = new ArrayList<ScopePattern>();
    var denied = new ArrayList<ScopePattern>();
    for (var name : names) {
      for (var grant : entries(grants, name)) {
        if (grant.permissions.has(permission)
            && !grant.when.owner()
            && grant.allowsIn(circumstances)) {
          allowed.add(grant.scope);
        }
      }
      for (var deny : entries(denies, name)) {
        if (deny.permissions.has(permission)
            && !deny.when.owner()
            && deny.deniesIn(circumstances)) {
          denied.add(deny.scope);
        }
      }
    }
    return new VisibleScopes(allowed, denied);
  }

  /** Whether the permission is held in any part of any scope, be it on one's own things alone. */
  public boolean anywhere(
      Collection<String> names, Permission permission, Circumstances circumstances) {
    var denied = visible(names, permission, circumstances).denied();
    return names.stream()
        .flatMap(name -> entries(grants, name).stream())
        .filter(grant -> grant.permissions.has(permission) || grant.onOwn.has(permission))
        .filter(grant -> grant.allowsIn(circumstances))
        .anyMatch(grant -> denied.stream().noneMatch(taken -> taken.contains(grant.scope)));
  }

  /**
   * Whether a binding gives the permission there, be its condition what it may and whatever a deny
   * takes away: for those who ask what somebody may become, not what they may do now.
   *
   * @param at a binding that ended before is none
   */
  boolean couldEver(Collection<String> names, Permission permission, Scope scope, Instant at) {
    return names.stream()
        .flatMap(name -> found(grants, name, scope).stream())
        .filter(grant -> grant.in(scope, BY_ANY_PART.has(permission)))
        .filter(grant -> at.isBefore(grant.until))
        .anyMatch(grant -> grant.permissions.has(permission));
  }

  private static List<Entry> entries(Map<String, ByProject> all, String name) {
    var entries = all.get(name);
    return entries == null ? List.of() : entries.all;
  }

  /** A binding or a deny without what is only for people. */
  private record Entry(
      Permissions permissions,
      Permissions onOwn,
      ScopePattern scope,
      Condition when,
      Instant until) {
    boolean in(Scope asked, boolean anyPart) {
      return anyPart ? scope.touches(asked) : scope.covers(asked);
    }

    boolean allowsIn(Circumstances circumstances) {
      return circumstances.at().isBefore(until)
          && (when.equals(Condition.ALWAYS) || when.holds(circumstances, false));
    }

    boolean deniesIn(Circumstances circumstances) {
      return when.equals(Condition.ALWAYS) || when.holds(circumstances, true);
    }
  }

  /** The entries of one name. */
  private static final class ByProject {
    private final List<Entry> all = new ArrayList<>();
    private final List<Entry> everywhere = new ArrayList<>();
    // With those of everywhere, so that one list answers.
    private final Map<String, List<Entry>> ofProject = new HashMap<>();

    void add(Entry entry) {
      all.add(entry);
      var project = entry.scope.project();
      if (project.isPresent()) {
        ofProject.computeIfAbsent(project.get(), id -> new ArrayList<>(everywhere)).add(entry);
      } else {
        everywhere.add(entry);
        ofProject.values().forEach(entries -> entries.add(entry));
      }
    }

    List<Entry> of(Scope scope) {
      return switch (scope) {
        case Scope.Platform platform -> everywhere;
        case Scope.Project whole -> ofProject.getOrDefault(whole.project(), everywhere);
        case Scope.Domain part -> ofProject.getOrDefault(part.scope().project(), everywhere);
      };
    }
  }
}
