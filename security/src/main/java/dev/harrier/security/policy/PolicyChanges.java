package dev.harrier.security.policy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What one policy has and another has not, entry by entry; the order of a file's entries is no part
 * of what it says.
 *
 * @param bindings that were added, then those that were taken out; what was changed is in both
 * @param denies in the same way
 * @param tests in the same way
 * @param roles the names of those that differ
 */
record PolicyChanges(
    List<Policy.Binding> bindings,
    List<Policy.Deny> denies,
    List<Policy.Expectation> tests,
    Set<String> roles) {

  static PolicyChanges between(Policy before, Policy after) {
    var roles = new TreeSet<>(before.roles().keySet());
    roles.addAll(after.roles().keySet());
    roles.removeIf(
        name ->
            before.roles().containsKey(name)
                && before.roles().get(name).equals(after.roles().get(name)));
    return new PolicyChanges(
        either(before.bindings(), after.bindings()),
        either(before.denies(), after.denies()),
        either(before.tests(), after.tests()),
        roles);
  }

  // Names are unique within a policy, so no entry is there twice.
  private static <T> List<T> either(List<T> before, List<T> after) {
    var added = new LinkedHashSet<>(after);
    before.forEach(added::remove);
    var removed = new LinkedHashSet<>(before);
    after.forEach(removed::remove);
    var all = new ArrayList<>(added);
    all.addAll(removed);
    return List.copyOf(all);
  }

  /** What changed of those whom the policy names: a subject's own decisions may be others now. */
  Set<String> subjects() {
    var all = new LinkedHashSet<String>();
    bindings.forEach(binding -> all.addAll(binding.subjects()));
    denies.forEach(deny -> all.addAll(deny.subjects()));
    return all;
  }

  /** The permissions of which decisions may be others now. */
  Permissions permissions() {
    return Stream.concat(
            bindings.stream()
                .map(binding -> binding.role().permissions().and(binding.role().onOwn())),
            denies.stream().map(Policy.Deny::permissions))
        .reduce(Permissions.NONE, Permissions::and);
  }
}
