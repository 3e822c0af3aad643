package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.harrier.security.oauth.AuthorizeEndpoint;
import dev.harrier.security.oauth.AuthorizeEndpoint.Request;
import dev.harrier.security.session.Session;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.security.user.PasswordLogin;
import java.net.URI;
import java.util.Optional;

/** Where pyflyte and flytectl send a browser: its user logs in, and lets the program act. */
public final class AuthorizePage extends BrowserPage {
  private final AuthorizeEndpoint endpoint;
  private final BrowserLogins logins;

  public AuthorizePage(AuthorizeEndpoint endpoint, BrowserLogins logins, CsrfTokens csrfTokens) {
    super(ServerAddress.AUTHORIZE_PATH, csrfTokens);
    this.endpoint = requireNonNull(endpoint, "endpoint");
    this.logins = requireNonNull(logins, "logins");
  }

  @Override
  HttpResponse show(ServiceRequestContext context, AggregatedHttpRequest request) {
    return again(request, HttpStatus.OK, "", QueryParams.of());
  }

  @Override
  HttpResponse again(
      AggregatedHttpRequest request, HttpStatus status, String wrong, QueryParams typed) {
    return switch (endpoint.check(query(request))) {
      case Request.Good good -> page(request, good, status, wrong, typed);
      case Request.Untrusted untrusted -> untrusted(untrusted);
      case Request.Refused refused -> HtmlPage.onwards(refused.back());
    };
  }

  @Override
  HttpResponse take(
      ServiceRequestContext context, AggregatedHttpRequest request, QueryParams form) {
    return switch (endpoint.check(query(request))) {
      case Request.Good good -> taken(context, request, form, good);
      case Request.Untrusted untrusted -> untrusted(untrusted);
      case Request.Refused refused -> HtmlPage.onwards(refused.back());
    };
  }

  private HttpResponse taken(
      ServiceRequestContext context,
      AggregatedHttpRequest request,
      QueryParams form,
      Request.Good good) {
    if (!LoginForm.allows(form)) {
      return HtmlPage.onwards(endpoint.denied(good));
    }
    var session = logins.session(request);
    if (session.isPresent() && !LoginForm.typed(form)) {
      return HtmlPage.onwards(endpoint.allowed(good, session.get()));
    }
    var outcome = logins.login(form, context, request);
    if (outcome instanceof PasswordLogin.Outcome.Welcome(var user)) {
      var opened = logins.open(user, context, request);
      return HtmlPage.onwards(endpoint.allowed(good, opened.session()), logins.set(opened));
    }
    var refusal = LoginForm.refusal(outcome).orElseThrow();
    return page(request, good, refusal.status(), refusal.sentence(), form);
  }

  private HttpResponse page(
      AggregatedHttpRequest request,
      Request.Good good,
      HttpStatus status,
      String wrong,
      QueryParams typed) {
    var before =
        "<p>The program <code>%s</code> %s asks to act in your name. Go on only if you started it.</p>%s"
            .formatted(
                HtmlPage.escaped(good.clientId()),
                where(good),
                wrong.isEmpty() ? "" : LoginForm.wrong(wrong));
    var session = logins.session(request);
    return HtmlPage.form(
        status,
        "Log in to Harrier",
        before + who(request, session),
        (session.isPresent() ? "" : LoginForm.person(typed))
            + LoginForm.buttons(session.isPresent()),
        ticket(request),
        Optional.of(URI.create(good.redirectUri())));
  }

  /** Where the program is that gets the answer, as HTML. */
  private static String where(Request.Good good) {
    var uri = URI.create(good.redirectUri());
    // Without TLS none but an address of this machine can be registered.
    return "http".equals(uri.getScheme())
        ? "on this machine"
        : "at <code>%s</code>".formatted(HtmlPage.escaped(uri.getHost()));
  }

  // Whoever logs in by a provider, or as somebody else, comes back to this very page.
  private String who(AggregatedHttpRequest request, Optional<Session> session) {
    var here = ServerAddress.AUTHORIZE_PATH + "?" + query(request);
    return session
        .map(
            one ->
                "<p>You are <code>%s</code>. <a href=\"%s?%s\">Somebody else?</a></p>"
                    .formatted(
                        HtmlPage.escaped(one.principal()),
                        ServerAddress.LOGIN_PATH,
                        HtmlPage.escaped(LoginPage.switched(here))))
        .orElseGet(() -> logins.providerLinks(here));
  }

  private static HttpResponse untrusted(Request.Untrusted untrusted) {
    return HtmlPage.say(HttpStatus.BAD_REQUEST, "This login cannot go on", untrusted.sentence());
  }
}
