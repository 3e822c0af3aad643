package dev.harrier.server.audit;

import static java.util.Objects.requireNonNull;

import dev.harrier.audit.Actor.Decision;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.security.VisibleScopes;
import dev.harrier.spi.RejectedException;
import java.util.Optional;
import java.util.function.Supplier;

/** Notes what was asked about a caller's rights, and the answer. */
public final class AuditedAccess implements Access {
  private final Access access;

  public AuditedAccess(Access access) {
    this.access = requireNonNull(access, "access");
  }

  @Override
  public void require(Caller caller, Permission permission, Scope scope) {
    noted(caller, permission, scope, () -> access.require(caller, permission, scope));
  }

  // What somebody could do is no decision on what they ask for.
  @Override
  public boolean may(Caller caller, Permission permission, Scope scope) {
    return access.may(caller, permission, scope);
  }

  @Override
  public boolean couldEver(Caller caller, Permission permission, Scope scope) {
    return access.couldEver(caller, permission, scope);
  }

  @Override
  public void requireOn(
      Caller caller, Permission permission, Scope scope, Supplier<Optional<String>> owner) {
    noted(caller, permission, scope, () -> access.requireOn(caller, permission, scope, owner));
  }

  @Override
  public boolean mayAnywhere(Caller caller, Permission permission) {
    var may = access.mayAnywhere(caller, permission);
    if (!may) {
      note(caller, permission, "anywhere", false);
    }
    return may;
  }

  @Override
  public VisibleScopes visible(Caller caller, Permission permission) {
    var visible = access.visible(caller, permission);
    note(caller, permission, "what is visible", !visible.empty());
    return visible;
  }

  private static void noted(Caller caller, Permission permission, Scope scope, Runnable asked) {
    try {
      asked.run();
    } catch (RejectedException refused) {
      note(caller, permission, text(scope), false);
      throw refused;
    }
    note(caller, permission, text(scope), true);
  }

  private static void note(Caller caller, Permission permission, String scope, boolean allowed) {
    CallTrail.current()
        .ifPresent(
            trail -> {
              trail.caller(caller);
              trail.decided(new Decision(permission.word(), scope, allowed));
            });
  }

  private static String text(Scope scope) {
    return switch (scope) {
      case Scope.Platform platform -> "*";
      case Scope.Project project -> project.project();
      case Scope.Domain domain -> domain.scope().project() + "/" + domain.scope().domain();
    };
  }
}
