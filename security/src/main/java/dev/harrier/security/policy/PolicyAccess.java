package dev.harrier.security.policy;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.security.ScopePattern;
import dev.harrier.security.Subjects;
import dev.harrier.security.VisibleScopes;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Decides by a policy. The engine and running tasks have their part without one: a task's subject
 * says which execution it is of, and so where it may act; a policy can deny tasks what they have,
 * and bind them to more.
 */
public final class PolicyAccess implements Access {
  private final String issuer;
  private final Predicate<String> administers;
  private final Supplier<PolicyIndex> policy;

  /**
   * @param issuer of the tokens that this installation makes
   * @param administers which of its subjects may do everything but the engine's part unless a deny
   *     says otherwise; asked each time
   * @param policy in force at the moment
   */
  public PolicyAccess(String issuer, Predicate<String> administers, Supplier<PolicyIndex> policy) {
    this.issuer = requireNonNull(issuer, "issuer");
    this.administers = requireNonNull(administers, "administers");
    this.policy = requireNonNull(policy, "policy");
  }

  /**
   * Without a policy: the clients administer everything.
   *
   * @param clients their ids
   */
  public static PolicyAccess administeredBy(String issuer, Set<String> clients) {
    var subjects = clients.stream().map(Subjects::client).collect(Collectors.toUnmodifiableSet());
    var empty = PolicyIndex.of(Policy.EMPTY);
    return new PolicyAccess(issuer, subjects::contains, () -> empty);
  }

  @Override
  public void require(Caller caller, Permission permission, Scope scope) {
    requireKnown(caller);
    if (decide(caller, permission, scope) != Verdict.ALLOWED) {
      throw lacks(caller, permission, scope);
    }
  }

  @Override
  public boolean may(Caller caller, Permission permission, Scope scope) {
    return !caller.anonymous() && decide(caller, permission, scope) == Verdict.ALLOWED;
  }

  @Override
  public void requireOn(
      Caller caller, Permission permission, Scope scope, Supplier<Optional<String>> owner) {
    requireKnown(caller);
    var verdict = decide(caller, permission, scope);
    var allowed =
        switch (verdict) {
          case ALLOWED -> true;
          case DENIED -> false;
          // Only now is anything looked up, and what is not there is nobody's own: the answer does
          // not tell whether it exists.
          case ON_OWN, ON_OTHERS -> {
            var maker = owner.get();
            yield maker.isPresent() && verdict.allows(maker.get().equals(caller.principal()));
          }
        };
    if (!allowed) {
      throw lacks(caller, permission, scope);
    }
  }

  @Override
  public VisibleScopes visible(Caller caller, Permission permission) {
    requireKnown(caller);
    if (caller.equals(Caller.ENGINE)) {
      return Role.ENGINE.permissions().has(permission)
          ? VisibleScopes.EVERYTHING
          : VisibleScopes.NOTHING;
    }
    var visible =
        policy
            .get()
            .visible(
                SubjectNames.of(caller, issuer),
                permission,
                Circumstances.of(caller, Instant.now()));
    if (administers(caller) && Role.ADMINISTRATOR.permissions().has(permission)) {
      return visible.alsoOf(ScopePattern.EVERYWHERE);
    }
    return Role.TASK.permissions().has(permission)
        ? task(caller).map(ScopePattern::of).map(visible::alsoOf).orElse(visible)
        : visible;
  }

  @Override
  public boolean mayAnywhere(Caller caller, Permission permission) {
    requireKnown(caller);
    return !visible(caller, permission).empty()
        || policy
            .get()
            .anywhere(
                SubjectNames.of(caller, issuer),
                permission,
                Circumstances.of(caller, Instant.now()))
        || ofTask(caller, permission);
  }

  @Override
  public boolean couldEver(Caller caller, Permission permission, Scope scope) {
    return base(caller, scope).permissions().has(permission)
        || policy
            .get()
            .couldEver(SubjectNames.of(caller, issuer), permission, scope, Instant.now());
  }

  /** Whether a task may do this to what it made itself, and nothing denies it. */
  private boolean ofTask(Caller caller, Permission permission) {
    return task(caller)
        .filter(scope -> Role.TASK.onOwn().has(permission))
        .filter(scope -> decide(caller, permission, scope) != Verdict.DENIED)
        .isPresent();
  }

  private Verdict decide(Caller caller, Permission permission, Scope scope) {
    if (caller.equals(Caller.ENGINE)) {
      return Verdict.of(
          Role.ENGINE.permissions().has(permission), Role.ENGINE.permissions().has(permission));
    }
    return policy
        .get()
        .decide(
            SubjectNames.of(caller, issuer),
            base(caller, scope),
            permission,
            scope,
            Circumstances.of(caller, Instant.now()));
  }

  /** What a caller has in a scope without a binding. */
  private Role base(Caller caller, Scope scope) {
    if (administers(caller)) {
      return Role.ADMINISTRATOR;
    }
    return task(caller).filter(scope::equals).isPresent() ? Role.TASK : Role.NONE;
  }

  /**
   * The same of a caller of whom the names alone are known, which say whose they are: those of
   * other issuers are never an administrator's or a task's.
   */
  static Role base(Collection<String> names, Predicate<String> administers, Scope scope) {
    if (names.stream().anyMatch(administers)) {
      return Role.ADMINISTRATOR;
    }
    return names.stream()
            .flatMap(name -> Subjects.task(name).stream())
            .anyMatch(execution -> scope.equals(new Scope.Domain(execution.scope())))
        ? Role.TASK
        : Role.NONE;
  }

  private boolean administers(Caller caller) {
    return caller.issuer().equals(issuer) && administers.test(caller.subject());
  }

  /** The project and domain that a running task may act in; empty for all other callers. */
  private Optional<Scope.Domain> task(Caller caller) {
    return caller.issuer().equals(issuer)
        ? Subjects.task(caller.subject()).map(execution -> new Scope.Domain(execution.scope()))
        : Optional.empty();
  }

  private static RejectedException lacks(Caller caller, Permission permission, Scope scope) {
    return Rejection.permissionDenied(
        "%s lacks the permission %s on %s.", caller, permission, scope);
  }

  private static void requireKnown(Caller caller) {
    if (caller.anonymous()) {
      throw Rejection.unauthenticated(
          "This call needs a token: expected 'authorization: Bearer <token>', found none.");
    }
  }
}
