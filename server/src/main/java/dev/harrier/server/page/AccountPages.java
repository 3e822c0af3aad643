package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.server.ServerBuilder;
import dev.harrier.security.Access;
import dev.harrier.security.Secret;
import dev.harrier.security.account.AccountGuard;
import dev.harrier.security.services.SecurityServices;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.server.port.Page;

/**
 * Users, clients, sessions and keys, for those who may write accounts: what the commands {@code
 * harrier user}, {@code client}, {@code session} and {@code key} ask for. Whoever touches an
 * administrator's account, or makes one, must administer as well: else each link for a new password
 * would be a way up.
 */
public final class AccountPages implements Page {
  /** Where the commands send what they ask for. */
  public static final String FOLDER = "/harrier/accounts/";

  private static final long BODY_BYTES_MAX = 64 * 1024;

  private final HttpCallers callers;
  private final AccountGuard guard;
  private final UserCalls users;
  private final ClientCalls clients;
  private final SessionCalls sessions;
  private final KeyCalls keys;

  public AccountPages(HttpCallers callers, Access access, SecurityServices security) {
    this.callers = requireNonNull(callers, "callers");
    this.guard =
        new AccountGuard(
            access,
            security.users(),
            security.clients(),
            security.people(),
            security.address().issuer());
    this.users =
        new UserCalls(
            guard, security.users(), security.links(), security.people(), security.address());
    this.clients = new ClientCalls(guard, security.clients());
    this.sessions = new SessionCalls(guard, security.sessions());
    this.keys = new KeyCalls(guard, security.keys().signing());
  }

  @Override
  public void mount(ServerBuilder server) {
    var routes =
        new AccountRoutes(new JsonRoutes(server, callers, FOLDER, BODY_BYTES_MAX, guard::require));
    users.mount(routes);
    clients.mount(routes);
    sessions.mount(routes);
    keys.mount(routes);
  }

  /** The address with which a user chooses a password. */
  public static String linkAddress(ServerAddress server, Secret link) {
    return server.at(ServerAddress.PASSWORD_PATH) + "?link=" + link.reveal();
  }
}
