package dev.harrier.security.policy;

import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The decisions that change from one policy to another. Asked is every name that either of them
 * mentions, by itself, in every scope that either mentions and in one that neither does, as of a
 * time and without any fact about a call: no address, certificate or login, and nobody's things.
 *
 * @param changes a sentence for each name and scope, at most {@link #CHANGES_MAX}
 * @param more whether there are more
 * @param remarks what decisions of that sort cannot show
 */
public record PolicyDifference(List<String> changes, boolean more, List<String> remarks) {
  static final int CHANGES_MAX = 500;
  private static final int REMARKS_MAX = 100;

  /** Some seconds of deciding; what goes beyond is told as more. */
  private static final int DECISIONS_MAX = 2_000_000;

  public PolicyDifference {
    changes = List.copyOf(changes);
    remarks = List.copyOf(remarks);
  }

  /** Compares two policies. */
  public static PolicyDifference between(Policy before, Policy after, Instant at) {
    var changes = PolicyChanges.between(before, after);
    return new Comparison(before, after, changes, at).difference(remarks(changes));
  }

  private static List<String> remarks(PolicyChanges changes) {
    var remarks = new LinkedHashSet<String>();
    for (var binding : changes.bindings()) {
      if (!binding.when().equals(Condition.ALWAYS)) {
        remarks.add(
            "binding '%s' counts under a condition: what is not known of a call is taken as not met"
                .formatted(binding.name()));
      }
      binding
          .until()
          .ifPresent(
              until -> remarks.add("binding '%s' ends at %s".formatted(binding.name(), until)));
    }
    for (var deny : changes.denies()) {
      if (!deny.when().equals(Condition.ALWAYS)) {
        remarks.add(
            "deny '%s' counts under a condition: what is not known of a call is taken as met"
                .formatted(deny.name()));
      }
    }
    return remarks.stream().limit(REMARKS_MAX).toList();
  }

  /** What becomes of one permission of one name in one scope. */
  private enum Shift {
    GAINS("gains", ""),
    LOSES("loses", ""),
    GAINS_ON_OWN("gains", ", on own things alone,"),
    LOSES_ON_OWN("loses", ", on own things,"),
    GAINS_ON_OTHERS("gains", ", on others' things as well,"),
    LOSES_ON_OTHERS("loses", ", on others' things,");

    private final String verb;
    private final String part;

    Shift(String verb, String part) {
      this.verb = verb;
      this.part = part;
    }

    static List<Shift> of(Verdict before, Verdict after) {
      var own = Boolean.compare(after.allows(true), before.allows(true));
      var others = Boolean.compare(after.allows(false), before.allows(false));
      if (own == others) {
        return own == 0 ? List.of() : List.of(own > 0 ? GAINS : LOSES);
      }
      var shifts = new ArrayList<Shift>();
      if (own != 0) {
        shifts.add(own > 0 ? GAINS_ON_OWN : LOSES_ON_OWN);
      }
      if (others != 0) {
        shifts.add(others > 0 ? GAINS_ON_OTHERS : LOSES_ON_OTHERS);
      }
      return shifts;
    }
  }

  /** One line: the permissions of a name that have the same fate in the same place. */
  private record Line(Shift shift, String place) {
    String text(String name, Collection<Permission> permissions) {
      return "%s %s %s%s %s"
          .formatted(
              name,
              shift.verb,
              permissions.stream().map(Permission::word).collect(Collectors.joining(", ")),
              shift.part,
              place);
    }
  }

  private static final class Comparison {
    private final PolicyIndex before;
    private final PolicyIndex after;
    private final PolicyChanges changes;
    private final Circumstances circumstances;
    private final MentionedScopes scopes;
    private final Set<String> names;
    private final List<String> lines = new ArrayList<>();
    private int decisions;
    private boolean more;

    Comparison(Policy before, Policy after, PolicyChanges changes, Instant at) {
      this.before = PolicyIndex.of(before);
      this.after = PolicyIndex.of(after);
      this.changes = changes;
      this.circumstances = Circumstances.at(at);
      this.scopes = MentionedScopes.of(before, after, changes);
      this.names = affected(before, after, changes.subjects());
    }

    // A name that only the rest of the policy mentions is affected by a change of user:* as well.
    private static Set<String> affected(Policy before, Policy after, Set<String> subjects) {
      var all = new LinkedHashSet<>(subjects);
      for (var policy : List.of(after, before)) {
        policy.bindings().forEach(one -> all.addAll(one.subjects()));
        policy.denies().forEach(one -> all.addAll(one.subjects()));
        policy.tests().forEach(one -> all.addAll(one.subjects()));
      }
      all.removeIf(
          name -> SubjectNames.completed(List.of(name)).stream().noneMatch(subjects::contains));
      return all;
    }

    PolicyDifference difference(List<String> remarks) {
      for (var name : names) {
        if (more) {
          break;
        }
        compare(name);
      }
      return new PolicyDifference(lines, more, remarks);
    }

    private void compare(String name) {
      var completed = SubjectNames.completed(List.of(name));
      var byLine = new LinkedHashMap<Line, List<Permission>>();
      for (var permission : changes.permissions().list()) {
        var shifts = new LinkedHashMap<Shift, Set<Scope>>();
        for (var scope : scopes.all()) {
          if (++decisions > DECISIONS_MAX) {
            more = true;
            return;
          }
          Shift.of(
                  decide(before, completed, permission, scope),
                  decide(after, completed, permission, scope))
              .forEach(
                  shift -> shifts.computeIfAbsent(shift, key -> new LinkedHashSet<>()).add(scope));
        }
        shifts.forEach(
            (shift, where) ->
                scopes
                    .shortened(where)
                    .forEach(
                        place ->
                            byLine
                                .computeIfAbsent(new Line(shift, place), key -> new ArrayList<>())
                                .add(permission)));
      }
      write(name, byLine);
    }

    private Verdict decide(
        PolicyIndex index, List<String> completed, Permission permission, Scope scope) {
      return index.decide(completed, permission, scope, circumstances).askedFor(permission);
    }

    private void write(String name, Map<Line, List<Permission>> byLine) {
      for (var line : byLine.entrySet()) {
        if (lines.size() == CHANGES_MAX) {
          more = true;
          return;
        }
        lines.add(line.getKey().text(name, Objects.requireNonNull(line.getValue())));
      }
    }
  }
}
