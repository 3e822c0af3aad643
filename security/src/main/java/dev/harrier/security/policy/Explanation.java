package dev.harrier.security.policy;

import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Why a policy decides as it does.
 *
 * @param verdict what whoever asks for the permission is told, see {@link PolicyIndex#decide}
 * @param steps a sentence for what the caller has without a binding, and for each binding and deny
 *     that is about one of the names, in the order of the policy
 * @param roles that would allow it, the least first; empty if it is allowed or denied by name
 */
public record Explanation(Verdict verdict, List<String> steps, List<String> roles) {
  /** Which subjects administer, where nobody knows: without a server. */
  public static final Predicate<String> UNKNOWN_ADMINISTRATORS = subject -> false;

  public Explanation {
    steps = List.copyOf(steps);
    roles = List.copyOf(roles);
  }

  /**
   * Explains a decision.
   *
   * @param names of one caller
   * @param administers which subjects administer the installation
   */
  public static Explanation of(
      Policy policy,
      Collection<String> names,
      Predicate<String> administers,
      Permission permission,
      Scope scope,
      Circumstances circumstances) {
    var base = PolicyAccess.base(names, administers, scope);
    var verdict =
        decide(PolicyIndex.of(policy), names, administers, permission, scope, circumstances);
    var steps = new ArrayList<String>();
    names.stream()
        .filter(administers)
        .forEach(
            name ->
                steps.add(
                    "%s administers this installation: %s"
                        .formatted(name, ofBase(base, permission))));
    if (base.equals(Role.TASK)) {
      steps.add(
          "a running task acts in its own project and domain: %s"
              .formatted(ofBase(base, permission)));
    }
    for (var binding : policy.bindings()) {
      common(binding.subjects(), names)
          .forEach(
              name ->
                  steps.add(
                      "binding '%s' gives %s the role %s on %s: %s"
                          .formatted(
                              binding.name(),
                              name,
                              binding.role().name(),
                              binding.scope(),
                              found(binding, permission, scope, circumstances))));
    }
    var denied = false;
    for (var deny : policy.denies()) {
      for (var name : common(deny.subjects(), names)) {
        var counts =
            deny.permissions().has(permission)
                && deny.scope().touches(scope)
                && deny.when().holds(circumstances, true);
        denied |= counts;
        steps.add(
            "deny '%s' takes from %s on %s: %s"
                .formatted(
                    deny.name(),
                    name,
                    deny.scope(),
                    counts ? "this is denied" : "it is about something else"));
      }
    }
    return new Explanation(
        verdict,
        steps,
        verdict == Verdict.ALLOWED || denied ? List.of() : rolesWith(policy, permission));
  }

  /**
   * The subjects that may do something: those that administer, and those of the policy's bindings.
   */
  public static Set<String> whoCan(
      Policy policy,
      Set<String> administrators,
      Permission permission,
      Scope scope,
      Circumstances circumstances) {
    var index = PolicyIndex.of(policy);
    var subjects = new LinkedHashSet<>(administrators);
    policy.bindings().forEach(binding -> subjects.addAll(binding.subjects()));
    var all = new LinkedHashSet<String>();
    for (var name : subjects) {
      var verdict =
          decide(
              index,
              SubjectNames.completed(List.of(name)),
              administrators::contains,
              permission,
              scope,
              circumstances);
      if (verdict != Verdict.DENIED) {
        all.add(verdict == Verdict.ALLOWED ? name : name + " (" + words(verdict) + ")");
      }
    }
    return all;
  }

  /** What a policy's own tests find wrong with it: a sentence each. */
  public static List<String> failures(Policy policy, Instant at) {
    var index = PolicyIndex.of(policy);
    var failures = new ArrayList<String>();
    for (var test : policy.tests()) {
      var verdict =
          decide(
              index,
              SubjectNames.completed(test.subjects()),
              UNKNOWN_ADMINISTRATORS,
              test.permission(),
              test.scope(),
              Circumstances.at(at));
      if ((verdict == Verdict.ALLOWED) != test.allowed()) {
        failures.add(
            "test '%s': expected %s on %s to be %s for %s, but it is %s"
                .formatted(
                    test.name(),
                    test.permission(),
                    test.scope(),
                    test.allowed() ? "allowed" : "denied",
                    String.join(", ", test.subjects()),
                    words(verdict)));
      }
    }
    return failures;
  }

  private static Verdict decide(
      PolicyIndex index,
      Collection<String> names,
      Predicate<String> administers,
      Permission permission,
      Scope scope,
      Circumstances circumstances) {
    return index
        .decide(
            names, PolicyAccess.base(names, administers, scope), permission, scope, circumstances)
        .askedFor(permission);
  }

  private static String words(Verdict verdict) {
    return switch (verdict) {
      case ALLOWED -> "allowed";
      case ON_OWN -> "allowed on their own things only";
      case ON_OTHERS -> "allowed on others' things only";
      case DENIED -> "denied";
    };
  }

  private static String ofBase(Role base, Permission permission) {
    if (base.permissions().has(permission)) {
      return "it allows this";
    }
    return base.onOwn().has(permission)
        ? "it allows this on one's own things"
        : "that does not give %s".formatted(permission);
  }

  private static List<String> common(List<String> subjects, Collection<String> names) {
    return subjects.stream().filter(names::contains).toList();
  }

  private static String found(
      Policy.Binding binding, Permission permission, Scope scope, Circumstances circumstances) {
    var role = binding.role();
    if (!role.permissions().has(permission) && !role.onOwn().has(permission)) {
      return "the role lacks %s".formatted(permission);
    }
    if (!binding.scope().touches(scope)) {
      return "it is not for %s".formatted(scope);
    }
    if (binding.until().filter(until -> !circumstances.at().isBefore(until)).isPresent()) {
      return "it ended at %s".formatted(binding.until().get());
    }
    if (!binding.when().holds(circumstances, false)) {
      return "its condition does not hold";
    }
    if (!role.permissions().has(permission) || binding.when().owner()) {
      return "it allows this on one's own things";
    }
    return binding.scope().covers(scope)
        ? "it allows this"
        : "it is for a part of %s".formatted(scope);
  }

  private static List<String> rolesWith(Policy policy, Permission permission) {
    return policy.roles().values().stream()
        .filter(role -> role.permissions().has(permission))
        .sorted(java.util.Comparator.comparingInt(role -> role.permissions().all().size()))
        .map(Role::name)
        .toList();
  }
}
