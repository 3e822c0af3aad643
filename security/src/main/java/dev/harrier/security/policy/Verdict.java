package dev.harrier.security.policy;

import dev.harrier.security.Permission;

/** What a policy says to a permission in a scope. */
public enum Verdict {
  /** Yes. */
  ALLOWED,
  /** Yes, if the thing is the caller's own. */
  ON_OWN,
  /** Yes, unless the thing is the caller's own. */
  ON_OTHERS,
  /** No. */
  DENIED;

  static Verdict of(boolean own, boolean others) {
    if (own) {
      return others ? ALLOWED : ON_OWN;
    }
    return others ? ON_OTHERS : DENIED;
  }

  /**
   * What whoever asks for the permission is told: where nobody looks whose the thing is, half a yes
   * is none.
   */
  Verdict askedFor(Permission permission) {
    return this == ALLOWED || Permissions.BY_MAKER.has(permission) ? this : DENIED;
  }

  /** The answer once it is known whose the thing is. */
  public boolean allows(boolean own) {
    return switch (this) {
      case ALLOWED -> true;
      case ON_OWN -> own;
      case ON_OTHERS -> !own;
      case DENIED -> false;
    };
  }
}
