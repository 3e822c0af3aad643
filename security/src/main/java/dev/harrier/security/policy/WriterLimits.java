package dev.harrier.security.policy;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.security.ScopePattern;
import dev.harrier.spi.Rejection;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a caller may change of the policy. Whoever has every permission on the platform may change
 * all of it. Everybody else may change bindings where they hold {@code policy:write}, of roles that
 * give nothing that they do not hold there themselves, for good: what they have for a time or under
 * a condition is not theirs to pass on.
 */
public final class WriterLimits {
  private static final Permissions GRANTABLE = Role.ADMINISTRATOR.permissions();

  private final Access access;
  private final String issuer;
  private final Predicate<String> administers;
  private final Clock clock;

  /** As {@link PolicyAccess} takes them. */
  public WriterLimits(Access access, String issuer, Predicate<String> administers, Clock clock) {
    this.access = requireNonNull(access, "access");
    this.issuer = requireNonNull(issuer, "issuer");
    this.administers = requireNonNull(administers, "administers");
    this.clock = requireNonNull(clock, "clock");
  }

  /** Whether the caller may change all of it. A deny of something else does not hinder that. */
  boolean none(Caller caller, Policy inForce) {
    var names = SubjectNames.of(caller, issuer);
    var holdings =
        Holdings.now(
            inForce,
            names,
            names.stream().anyMatch(administers),
            Circumstances.of(caller, clock.instant()));
    return access.may(caller, Permission.POLICY_WRITE, Scope.platform())
        && GRANTABLE.list().stream()
            .allMatch(one -> holdings.granted(one, false, ScopePattern.EVERYWHERE));
  }

  /**
   * Returns if the caller may put one policy in the place of the one in force.
   *
   * @throws dev.harrier.spi.RejectedException PERMISSION_DENIED that names the first thing that
   *     goes too far
   */
  void require(Caller caller, Policy inForce, Policy next) {
    if (none(caller, inForce)) {
      return;
    }
    var changes = PolicyChanges.between(inForce, next);
    var apart =
        changes.roles().stream()
            .findFirst()
            .map("role '%s'"::formatted)
            .or(
                () ->
                    changes.denies().stream()
                        .findFirst()
                        .map(deny -> "deny '%s'".formatted(deny.name())))
            .or(
                () ->
                    changes.tests().stream()
                        .findFirst()
                        .map(test -> "test '%s'".formatted(test.name())));
    if (apart.isPresent()) {
      throw Rejection.permissionDenied(
          "%s may change bindings alone, and the %s differs: roles, denies and tests are for who holds every permission on the platform.",
          caller, apart.get());
    }
    var writable = access.visible(caller, Permission.POLICY_WRITE);
    var names = SubjectNames.of(caller, issuer);
    var lasting = Holdings.lasting(inForce, names, names.stream().anyMatch(administers));
    for (var binding : changes.bindings()) {
      if (!writable.covers(binding.scope())) {
        throw Rejection.permissionDenied(
            "%s lacks the permission %s on all of %s, which the binding '%s' is for.",
            caller, Permission.POLICY_WRITE, binding.scope(), binding.name());
      }
      beyond(lasting, binding)
          .ifPresent(
              permission -> {
                throw Rejection.permissionDenied(
                    "%s lacks the permission %s on all of %s for good, which the binding '%s' gives by the role '%s'.",
                    caller, permission, binding.scope(), binding.name(), binding.role().name());
              });
    }
  }

  /** A permission that the binding gives and the caller has not. */
  private static Optional<Permission> beyond(Holdings lasting, Policy.Binding binding) {
    var role = binding.role();
    return role.permissions().and(role.onOwn()).list().stream()
        .filter(one -> !lasting.cover(one, !role.permissions().has(one), binding.scope()))
        .findFirst();
  }
}
