package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.harrier.security.Secret;
import dev.harrier.security.Subjects;
import dev.harrier.security.provider.Providers;
import dev.harrier.security.session.KnownBrowsers;
import dev.harrier.security.session.Session;
import dev.harrier.security.session.SessionCookie;
import dev.harrier.security.session.Sessions;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.security.user.LoginDelays;
import dev.harrier.security.user.PasswordLogin;
import dev.harrier.security.user.User;
import dev.harrier.server.audit.CallTrail;
import java.util.List;
import java.util.Optional;

/**
 * Who is logged in at a browser, and the ways to log in: a name and password, or one of the outside
 * providers. What all pages share where somebody must say who they are.
 */
public final class BrowserLogins {
  private final PasswordLogin passwords;
  private final Providers providers;
  private final Sessions sessions;
  private final KnownBrowsers known;
  private final SessionCookie cookie;

  public BrowserLogins(
      PasswordLogin passwords,
      Providers providers,
      Sessions sessions,
      KnownBrowsers known,
      ServerAddress address) {
    this.passwords = requireNonNull(passwords, "passwords");
    this.providers = requireNonNull(providers, "providers");
    this.sessions = requireNonNull(sessions, "sessions");
    this.known = requireNonNull(known, "known");
    this.cookie = SessionCookie.session(address);
  }

  Sessions sessions() {
    return sessions;
  }

  SessionCookie cookie() {
    return cookie;
  }

  Providers providers() {
    return providers;
  }

  /** The session of the browser that asks, if somebody is logged in there. */
  Optional<Session> session(AggregatedHttpRequest request) {
    return cookie.read(cookies(request)).flatMap(sessions::find);
  }

  /** Tries the name and password of a form. */
  PasswordLogin.Outcome login(
      QueryParams form, ServiceRequestContext context, AggregatedHttpRequest request) {
    var typed = form.get("name", "");
    var browser = known.id(cookies(request), User.typed(typed));
    var origin = new LoginDelays.Origin(BrowserPage.address(context), browser);
    return passwords.login(typed, new Secret(form.get("password", "")), origin);
  }

  /** Opens a session for a user of this installation who has just proven who they are. */
  Sessions.Opened open(User user, ServiceRequestContext context, AggregatedHttpRequest request) {
    return sessions.openFor(user, browser(context, request));
  }

  /** The browser that asks. */
  Sessions.Browser browser(ServiceRequestContext context, AggregatedHttpRequest request) {
    return new Sessions.Browser(
        request.headers().get(HttpHeaderNames.USER_AGENT, ""),
        BrowserPage.address(context),
        cookie.read(cookies(request)));
  }

  /** For the headers {@code set-cookie}, with a session that was just opened. */
  List<String> set(Sessions.Opened opened) {
    CallTrail.named(opened.session().principal());
    var session = cookie.set(opened.cookie(), opened.lifetime());
    return Subjects.userName(opened.session().principal())
        .map(user -> List.of(session, known.remember(user)))
        .orElse(List.of(session));
  }

  /**
   * Links to the outside providers, as HTML; nothing where there are none.
   *
   * @param next where the browser goes after the login, a path of this server
   */
  String providerLinks(String next) {
    var links = new StringBuilder();
    for (var login : providers.logins()) {
      links.append(
          "<p><a class=\"way\" href=\"%s/%s?%s\">Log in with %s</a></p>\n"
              .formatted(
                  ServerAddress.LOGIN_WITH_PATH,
                  login.name(),
                  HtmlPage.escaped(Redirects.query(next)),
                  HtmlPage.escaped(login.label())));
    }
    return links.toString();
  }

  static Optional<String> cookies(AggregatedHttpRequest request) {
    return Optional.ofNullable(request.headers().get(HttpHeaderNames.COOKIE));
  }
}
