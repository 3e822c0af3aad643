package dev.harrier.security;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.Rejection;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The policy that comes with the program: administrators may do everything, a task may do in its
 * own project and domain what tasks do, the engine reports and launches, and nobody else may do
 * anything.
 */
public final class BuiltInAccess implements Access {
  /** What an administrator lacks: to speak as the engine. */
  private static final Set<Permission> ENGINE_ONLY =
      EnumSet.of(Permission.EVENT_WRITE, Permission.EXECUTION_IMPERSONATE_PARENT);

  private static final Set<Permission> ENGINE =
      EnumSet.of(
          Permission.EVENT_WRITE,
          Permission.EXECUTION_IMPERSONATE_PARENT,
          Permission.EXECUTION_CREATE,
          Permission.EXECUTION_READ,
          Permission.EXECUTION_READ_DATA,
          Permission.EXECUTION_TERMINATE,
          Permission.INVENTORY_READ,
          Permission.CACHE_READ,
          Permission.CACHE_WRITE,
          Permission.CACHE_OVERWRITE);

  private static final Set<Permission> TASK =
      EnumSet.of(
          Permission.EXECUTION_READ,
          Permission.EXECUTION_READ_DATA,
          Permission.EXECUTION_CREATE,
          Permission.INVENTORY_READ,
          Permission.DATA_UPLOAD);

  private final String issuer;
  private final Predicate<String> administers;

  /**
   * @param issuer of the tokens that this process makes; callers of any other hold nothing
   * @param administrators ids of the clients that may do everything but the engine's part
   */
  public BuiltInAccess(String issuer, Set<String> administrators) {
    this(
        issuer,
        administrators.stream().map(Subjects::client).collect(Collectors.toUnmodifiableSet())
            ::contains);
  }

  /**
   * @param issuer of the tokens that this process makes; callers of any other hold nothing
   * @param administers which subjects may do everything but the engine's part; asked each time
   */
  public BuiltInAccess(String issuer, Predicate<String> administers) {
    this.issuer = requireNonNull(issuer, "issuer");
    this.administers = requireNonNull(administers, "administers");
  }

  @Override
  public void require(Caller caller, Permission permission, Scope scope) {
    requireKnown(caller);
    if (!allows(caller, permission, scope)) {
      throw Rejection.permissionDenied(
          "%s lacks the permission %s on %s.", caller, permission, scope);
    }
  }

  @Override
  public void requireOn(
      Caller caller, Permission permission, Scope scope, Supplier<Optional<String>> owner) {
    require(caller, permission, scope);
  }

  @Override
  public VisibleScopes visible(Caller caller, Permission permission) {
    requireKnown(caller);
    var own = Subjects.task(caller.subject());
    if (caller.issuer().equals(issuer) && own.isPresent()) {
      return TASK.contains(permission)
          ? VisibleScopes.only(own.get().project(), own.get().domain())
          : VisibleScopes.NOTHING;
    }
    return allows(caller, permission, Scope.platform())
        ? VisibleScopes.EVERYTHING
        : VisibleScopes.NOTHING;
  }

  private boolean allows(Caller caller, Permission permission, Scope scope) {
    if (caller.equals(Caller.ENGINE)) {
      return ENGINE.contains(permission);
    }
    if (!caller.issuer().equals(issuer)) {
      return false;
    }
    if (administers.test(caller.subject())) {
      return !ENGINE_ONLY.contains(permission);
    }
    return Subjects.task(caller.subject())
        .filter(execution -> TASK.contains(permission))
        .filter(execution -> domain(scope).equals(Optional.of(execution.scope())))
        .isPresent();
  }

  private static Optional<ProjectDomain> domain(Scope scope) {
    return switch (scope) {
      case Scope.Platform platform -> Optional.empty();
      case Scope.Project project -> Optional.empty();
      case Scope.Domain domain -> Optional.of(domain.scope());
    };
  }

  private static void requireKnown(Caller caller) {
    if (caller.anonymous()) {
      throw Rejection.unauthenticated(
          "This call needs a token: expected 'authorization: Bearer <token>', found none.");
    }
  }
}
