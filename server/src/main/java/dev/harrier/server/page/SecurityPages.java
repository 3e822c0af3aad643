package dev.harrier.server.page;

import dev.harrier.security.Access;
import dev.harrier.security.services.SecurityServices;
import dev.harrier.server.port.Page;
import java.time.Clock;
import java.util.List;

/** The pages where somebody logs in, gets tokens, or administers accounts. */
public final class SecurityPages {
  private SecurityPages() {}

  /**
   * All of them.
   *
   * @param redirects where a browser may be sent after a login
   */
  public static List<Page> of(
      SecurityServices security,
      HttpCallers callers,
      Access access,
      Redirects redirects,
      Clock clock) {
    var csrfTokens = new CsrfTokens(security.address());
    var logins =
        new BrowserLogins(
            security.passwords(),
            security.providers(),
            security.sessions(),
            security.browsers(),
            security.address());
    var authorization = security.authorization();
    return List.of(
        tokens(security),
        new LoginPage(logins, redirects, csrfTokens),
        new LogoutPage(logins, redirects, csrfTokens),
        new ProviderPages(
            logins, redirects, security.keys().encryption(), security.address(), clock),
        new AuthorizePage(authorization.authorize(), logins, csrfTokens),
        new DevicePage(authorization.devices(), logins, security.delays(), csrfTokens),
        new PasswordPage(security.links(), security.browsers(), csrfTokens),
        new AccountPages(callers, access, security),
        new SessionPages(callers, security.sessions()));
  }

  /** What a program needs that proves itself, and nothing for people. */
  public static Page tokensAlone(SecurityServices security) {
    return tokens(security).tokensAlone();
  }

  private static TokenPages tokens(SecurityServices security) {
    return new TokenPages(security.metadata(), security.authorization(), security.keys().signing());
  }
}
