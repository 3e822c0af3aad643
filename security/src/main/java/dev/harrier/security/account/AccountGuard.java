package dev.harrier.security.account;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.security.Subjects;
import dev.harrier.security.client.Client;
import dev.harrier.security.client.Clients;
import dev.harrier.security.session.People;
import dev.harrier.security.user.User;
import dev.harrier.security.user.Users;
import dev.harrier.spi.RejectedException;
import java.util.Optional;
import java.util.Set;

/**
 * Decides who may change whose account. Whoever can reset a password can be its user; so an account
 * that administers, by itself or by a binding, is changed only by those who administer.
 */
public final class AccountGuard {
  private final Access access;
  private final Users users;
  private final Clients clients;
  private final People people;
  private final String issuer;

  public AccountGuard(Access access, Users users, Clients clients, People people, String issuer) {
    this.access = requireNonNull(access, "access");
    this.users = requireNonNull(users, "users");
    this.clients = requireNonNull(clients, "clients");
    this.people = requireNonNull(people, "people");
    this.issuer = requireNonNull(issuer, "issuer");
  }

  /**
   * Returns if the caller may change some account.
   *
   * @throws RejectedException PERMISSION_DENIED
   */
  public void require(Caller caller) {
    access.require(caller, Permission.ACCOUNT_WRITE, Scope.platform());
  }

  /**
   * Returns if the caller administers.
   *
   * @throws RejectedException PERMISSION_DENIED
   */
  public void requireAdministrator(Caller caller) {
    access.require(caller, Permission.ACCOUNT_WRITE_ADMINISTRATOR, Scope.platform());
  }

  /**
   * Returns if the caller may change this account.
   *
   * @param principal whose account it is; it need not exist
   * @throws RejectedException PERMISSION_DENIED if it administers and the caller does not
   */
  public void requireFor(Caller caller, String principal) {
    requireFor(caller, principal, false);
  }

  /**
   * The same of an account that may be made.
   *
   * @param administrator whether it is to administer by itself
   */
  public void requireFor(Caller caller, String principal, boolean administrator) {
    if (administrator || flagged(principal) || bound(principal)) {
      requireAdministrator(caller);
    }
  }

  private boolean flagged(String principal) {
    var user = Subjects.userName(principal).flatMap(users::find).filter(User::administrator);
    return user.isPresent()
        || Subjects.clientId(principal)
            .flatMap(clients::find)
            .filter(Client::administrator)
            .isPresent();
  }

  /**
   * Whether the policy lets an account do what only administrators may, be it from some addresses,
   * at some times or with some logins alone: who took the account over could wait for those.
   */
  private boolean bound(String principal) {
    var whom =
        people
            .find(principal)
            .map(person -> person.caller(Optional.empty(), Set.of()))
            .orElseGet(() -> Caller.of(issuer, principal));
    return access.couldEver(whom, Permission.ACCOUNT_WRITE_ADMINISTRATOR, Scope.platform());
  }
}
