package dev.harrier.security.policy;

import dev.harrier.security.Permission;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A set of permissions.
 *
 * @param all in the order of the vocabulary; as an enum's set is, one number with a bit for each
 */
public record Permissions(Set<Permission> all) {
  /** No permission. */
  public static final Permissions NONE = of();

  /** Every permission. */
  public static final Permissions ALL = of(Permission.values());

  /**
   * Those that are asked for with a look at whose the thing is ({@code Access.requireOn}). All
   * others are held on everything in a scope or not at all.
   */
  static final Permissions BY_MAKER =
      of(Permission.EXECUTION_TERMINATE, Permission.EXECUTION_UPDATE);

  public Permissions {
    var copy = EnumSet.noneOf(Permission.class);
    copy.addAll(all);
    all = Collections.unmodifiableSet(copy);
  }

  /** Those given. */
  public static Permissions of(Collection<Permission> permissions) {
    return new Permissions(Set.copyOf(permissions));
  }

  /** Those given. */
  public static Permissions of(Permission... permissions) {
    return of(Arrays.asList(permissions));
  }

  /** Whether the permission is one of them. */
  public boolean has(Permission permission) {
    return all.contains(permission);
  }

  /** These and the others. */
  public Permissions and(Permissions others) {
    var both = EnumSet.noneOf(Permission.class);
    both.addAll(all);
    both.addAll(others.all);
    return new Permissions(both);
  }

  /** These without the others. */
  public Permissions without(Permissions others) {
    var rest = EnumSet.noneOf(Permission.class);
    rest.addAll(all);
    rest.removeAll(others.all);
    return new Permissions(rest);
  }

  /** Whether all of the others are among these. */
  public boolean hasAll(Permissions others) {
    return all.containsAll(others.all);
  }

  /** As a list, in the order of the vocabulary. */
  public List<Permission> list() {
    return List.copyOf(all);
  }
}
