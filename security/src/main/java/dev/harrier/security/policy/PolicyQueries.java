package dev.harrier.security.policy;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.security.ScopePattern;
import dev.harrier.spi.Rejection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Questions about the policy. Its text names every project, so it is for who holds {@code
 * policy:read} on the platform; what is about one scope is for who holds it there, and what is
 * about a caller for that caller.
 */
public final class PolicyQueries {
  private static final int SUBJECTS_MAX = 1000;
  private static final int STEPS_MAX = 1000;

  private final Access access;
  private final PolicyStore store;
  private final PolicyInForce inForce;
  private final String issuer;
  private final Supplier<Set<String>> administrators;
  private final Clock clock;

  /**
   * @param issuer of the tokens that this installation makes
   * @param administrators the subjects that administer it; asked each time
   */
  public PolicyQueries(
      Access access,
      PolicyStore store,
      PolicyInForce inForce,
      String issuer,
      Supplier<Set<String>> administrators,
      Clock clock) {
    this.access = requireNonNull(access, "access");
    this.store = requireNonNull(store, "store");
    this.inForce = requireNonNull(inForce, "inForce");
    this.issuer = requireNonNull(issuer, "issuer");
    this.administrators = requireNonNull(administrators, "administrators");
    this.clock = requireNonNull(clock, "clock");
  }

  /**
   * The text that the store has.
   *
   * @param findings why it is not in force; empty if it is, or is about to be
   * @param etagInForce of the policy that decides
   */
  public record Text(PolicyText text, String source, List<String> findings, String etagInForce) {
    public Text {
      findings = List.copyOf(findings);
    }
  }

  /** The policy as it was written. */
  public Text text(Caller caller) {
    access.require(caller, Permission.POLICY_READ, Scope.platform());
    var text = store.readFor(PolicyText.NONE);
    var etagInForce = etag();
    return new Text(text, store.source(), findings(text, etagInForce), etagInForce);
  }

  private List<String> findings(PolicyText text, String etagInForce) {
    if (text.none() || text.etag().equals(etagInForce)) {
      return List.of();
    }
    try {
      return Explanation.failures(PolicyInForce.Loaded.of(text).policy(), clock.instant());
    } catch (PolicyException unsound) {
      return unsound.findings();
    }
  }

  /**
   * Bindings of the policy in force that lie where the caller may read it, in their order.
   *
   * @param subject whose; empty for all
   * @param project whose bindings count there, be it in a part; empty for all
   */
  public List<Policy.Binding> bindings(
      Caller caller, String subject, String project, String domain) {
    var readable = access.visible(caller, Permission.POLICY_READ);
    var asked = pattern(project, domain);
    return inForce.current().policy().bindings().stream()
        .filter(binding -> readable.covers(binding.scope()))
        .filter(binding -> subject.isEmpty() || binding.subjects().contains(subject))
        .filter(binding -> asked.overlaps(binding.scope()))
        .toList();
  }

  /** The etag of the policy that decides. */
  public String etag() {
    return inForce.current().text().etag();
  }

  /**
   * Why somebody may do something, or not.
   *
   * @param subjects all names of one caller; none for who asks, of whom more is known than a name
   */
  public Explanation why(Caller caller, List<String> subjects, Permission permission, Scope scope) {
    var own = SubjectNames.of(caller, issuer);
    var now = clock.instant();
    if (subjects.isEmpty()) {
      return explanation(own, permission, scope, Circumstances.of(caller, now));
    }
    if (subjects.size() > SUBJECTS_MAX) {
      throw Rejection.invalid(
          "subjects: expected at most %s, found %s.", SUBJECTS_MAX, subjects.size());
    }
    for (var subject : subjects) {
      if (!SubjectNames.wellFormed(subject)) {
        throw Rejection.invalid(
            "subjects: expected user:<name>, user:<issuer>|<subject>, group:<name>, sa:<client> or task:<project>/<domain>/*, found '%s'.",
            subject);
      }
    }
    if (!own.containsAll(subjects)) {
      access.require(caller, Permission.POLICY_READ, scope);
    }
    return explanation(SubjectNames.completed(subjects), permission, scope, Circumstances.at(now));
  }

  private Explanation explanation(
      List<String> names, Permission permission, Scope scope, Circumstances circumstances) {
    var administer = administrators.get();
    var all =
        Explanation.of(
            inForce.current().policy(),
            names,
            administer::contains,
            permission,
            scope,
            circumstances);
    if (all.steps().size() <= STEPS_MAX) {
      return all;
    }
    var first = new ArrayList<>(all.steps().subList(0, STEPS_MAX));
    first.add("and %s more".formatted(all.steps().size() - STEPS_MAX));
    return new Explanation(all.verdict(), first, all.roles());
  }

  /** The subjects that may do something in a scope, as far as names alone tell. */
  public Set<String> whoCan(Caller caller, Permission permission, Scope scope) {
    access.require(caller, Permission.POLICY_READ, scope);
    return Explanation.whoCan(
        inForce.current().policy(),
        administrators.get(),
        permission,
        scope,
        Circumstances.at(clock.instant()));
  }

  /**
   * What would change if a text replaced the policy in force.
   *
   * @param failures of its own tests
   */
  public record Simulation(PolicyDifference difference, List<String> failures) {
    public Simulation {
      failures = List.copyOf(failures);
    }
  }

  /**
   * Asks a text as if it were in force.
   *
   * @throws dev.harrier.spi.RejectedException INVALID_ARGUMENT with all findings if it is not sound
   */
  public Simulation simulate(Caller caller, String text) {
    access.require(caller, Permission.POLICY_READ, Scope.platform());
    var now = clock.instant();
    Policy next;
    try {
      next = PolicyReader.read(text);
    } catch (PolicyException unsound) {
      throw Rejection.invalid("%s", "The policy is not sound:\n" + unsound.getMessage());
    }
    return new Simulation(
        PolicyDifference.between(inForce.current().policy(), next, now),
        Explanation.failures(next, now));
  }

  private static ScopePattern pattern(String project, String domain) {
    return new ScopePattern(
        project.isEmpty() ? Optional.empty() : Optional.of(project),
        domain.isEmpty() ? Optional.empty() : Optional.of(domain));
  }
}
