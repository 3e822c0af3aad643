package dev.harrier.security.policy;

import dev.harrier.security.Permission;
import dev.harrier.security.ScopePattern;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/** What one caller has of a policy, pattern by pattern: what it could pass on to others. */
final class Holdings {
  private final List<Policy.Binding> bindings;
  private final List<Policy.Deny> denies;
  private final boolean administrator;

  private Holdings(
      Policy policy,
      Collection<String> names,
      boolean administrator,
      Predicate<Policy.Binding> counts) {
    this.bindings =
        policy.bindings().stream()
            .filter(binding -> binding.subjects().stream().anyMatch(names::contains))
            .filter(counts)
            .toList();
    this.denies =
        policy.denies().stream()
            .filter(deny -> deny.subjects().stream().anyMatch(names::contains))
            .toList();
    this.administrator = administrator;
  }

  /** What the caller has at the moment. */
  static Holdings now(
      Policy policy, Collection<String> names, boolean administrator, Circumstances circumstances) {
    return new Holdings(
        policy,
        names,
        administrator,
        binding ->
            !binding.when().owner()
                && binding.when().holds(circumstances, false)
                && binding.until().filter(until -> !circumstances.at().isBefore(until)).isEmpty());
  }

  /** What the caller has for good: under no condition and without an end. */
  static Holdings lasting(Policy policy, Collection<String> names, boolean administrator) {
    return new Holdings(
        policy,
        names,
        administrator,
        binding -> binding.when().equals(Condition.ALWAYS) && binding.until().isEmpty());
  }

  /** Whether the role would give nothing there that the caller has not. */
  boolean cover(Permission permission, boolean onOwn, ScopePattern where) {
    return granted(permission, onOwn, where)
        && denies.stream()
            .noneMatch(deny -> deny.permissions().has(permission) && deny.scope().overlaps(where));
  }

  /** The same with a blind eye to denies, which are no part of what a caller was trusted with. */
  boolean granted(Permission permission, boolean onOwn, ScopePattern where) {
    return (administrator && Role.ADMINISTRATOR.permissions().has(permission))
        || bindings.stream()
            .filter(binding -> binding.scope().contains(where))
            .map(Policy.Binding::role)
            .anyMatch(
                role ->
                    role.permissions().has(permission) || (onOwn && role.onOwn().has(permission)));
  }
}
