package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.harrier.security.session.Session;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.security.user.PasswordLogin;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Where somebody logs in at a browser, and, being logged in, sees and ends their sessions.
 *
 * <p>Flyte's console asks for it in the background with an address to be led to: it is led there
 * while the session is good, and told 401 when it is not, so that it shows its own dialog.
 */
public final class LoginPage extends BrowserPage {
  private static final String TITLE = "Log in to Harrier";
  private static final String SWITCH = "switch=1";
  private static final String END = "end";

  private final BrowserLogins logins;
  private final Redirects redirects;

  public LoginPage(BrowserLogins logins, Redirects redirects, CsrfTokens csrfTokens) {
    super(ServerAddress.LOGIN_PATH, csrfTokens);
    this.logins = requireNonNull(logins, "logins");
    this.redirects = requireNonNull(redirects, "redirects");
  }

  /** The query with which somebody who is logged in logs in as somebody else. */
  static String switched(String next) {
    return SWITCH + "&" + Redirects.query(next);
  }

  @Override
  HttpResponse show(ServiceRequestContext context, AggregatedHttpRequest request) {
    var named = Redirects.named(query(request));
    var session = logins.session(request);
    if (session.isPresent() && !query(request).startsWith(SWITCH)) {
      return named.isPresent()
          ? HtmlPage.onwards(redirects.target(named))
          : account(request, session.get());
    }
    var mode = request.headers().get("sec-fetch-mode");
    // A script cannot fill the form, and would take its page for a success.
    var status = mode == null || mode.equals("navigate") ? HttpStatus.OK : HttpStatus.UNAUTHORIZED;
    return again(request, status, "", QueryParams.of());
  }

  @Override
  HttpResponse take(
      ServiceRequestContext context, AggregatedHttpRequest request, QueryParams form) {
    if (form.contains(END)) {
      return ended(request, form.get(END, ""));
    }
    var outcome = logins.login(form, context, request);
    if (outcome instanceof PasswordLogin.Outcome.Welcome(var user)) {
      var opened = logins.open(user, context, request);
      return HtmlPage.onwards(
          redirects.target(Redirects.named(query(request))), logins.set(opened));
    }
    var refusal = LoginForm.refusal(outcome).orElseThrow();
    return again(request, refusal.status(), refusal.sentence(), form);
  }

  private HttpResponse ended(AggregatedHttpRequest request, String id) {
    var session = logins.session(request);
    if (session.isEmpty()) {
      return again(request, HttpStatus.UNAUTHORIZED, "", QueryParams.of());
    }
    var unused = logins.sessions().end(id, session.map(Session::principal));
    return logins.session(request).isPresent()
        ? account(request, session.get())
        : HtmlPage.onwards(redirects.target(Optional.empty()), List.of(logins.cookie().clear()));
  }

  @Override
  HttpResponse again(
      AggregatedHttpRequest request, HttpStatus status, String wrong, QueryParams typed) {
    var next = redirects.target(Redirects.named(query(request))).toString();
    return HtmlPage.form(
        status,
        TITLE,
        (wrong.isEmpty() ? "" : LoginForm.wrong(wrong)) + logins.providerLinks(next),
        LoginForm.person(typed) + "<button>Log in</button>",
        ticket(request),
        Optional.empty());
  }

  private HttpResponse account(AggregatedHttpRequest request, Session current) {
    var rows = new StringBuilder();
    for (var one : logins.sessions().of(current.principal())) {
      rows.append(
          """
          <p>%s, from %s, since %s, last used %s%s
          <button name="end" value="%s">%s</button></p>
          """
              .formatted(
                  HtmlPage.escaped(one.agent().isEmpty() ? "A browser" : one.agent()),
                  HtmlPage.escaped(one.address()),
                  one.createdAt().truncatedTo(ChronoUnit.SECONDS),
                  one.usedAt().truncatedTo(ChronoUnit.SECONDS),
                  one.id().equals(current.id()) ? " (this browser)" : "",
                  one.id(),
                  one.id().equals(current.id()) ? "Log out" : "End it"));
    }
    return HtmlPage.form(
        HttpStatus.OK,
        "You are logged in",
        "<p>You are <code>%s</code>. These browsers are logged in; to end one ends what programs got by it, too.</p>"
            .formatted(HtmlPage.escaped(current.principal())),
        rows.toString(),
        ticket(request),
        Optional.empty());
  }
}
