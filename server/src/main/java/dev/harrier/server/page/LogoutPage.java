package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.harrier.security.token.ServerAddress;
import java.util.List;
import java.util.Optional;

/**
 * Ends the session of a browser with all that came of it.
 *
 * <p>Flyte's console leads there by a plain link, which is followed at once if a page of this very
 * server has it; whoever comes from elsewhere is asked first, since a link is no wish of theirs.
 */
public final class LogoutPage extends BrowserPage {
  private final BrowserLogins logins;
  private final Redirects redirects;

  public LogoutPage(BrowserLogins logins, Redirects redirects, CsrfTokens csrfTokens) {
    super(ServerAddress.LOGOUT_PATH, csrfTokens);
    this.logins = requireNonNull(logins, "logins");
    this.redirects = requireNonNull(redirects, "redirects");
  }

  @Override
  HttpResponse show(ServiceRequestContext context, AggregatedHttpRequest request) {
    if (linkedHere(request)) {
      return loggedOut(request);
    }
    if (logins.session(request).isEmpty()) {
      // Whoever was idle for long is logged out already. What programs got goes on: a link from
      // elsewhere must not end it.
      return onwards(request);
    }
    return again(request, HttpStatus.OK, "", QueryParams.of());
  }

  @Override
  HttpResponse take(
      ServiceRequestContext context, AggregatedHttpRequest request, QueryParams form) {
    return loggedOut(request);
  }

  private HttpResponse loggedOut(AggregatedHttpRequest request) {
    logins.cookie().read(BrowserLogins.cookies(request)).ifPresent(logins.sessions()::end);
    return onwards(request);
  }

  private HttpResponse onwards(AggregatedHttpRequest request) {
    return HtmlPage.onwards(
        redirects.target(Redirects.named(query(request))), List.of(logins.cookie().clear()));
  }

  @Override
  HttpResponse again(
      AggregatedHttpRequest request, HttpStatus status, String wrong, QueryParams typed) {
    return HtmlPage.form(
        status,
        "Log out of Harrier",
        wrong.isEmpty()
            ? "<p>This ends what this browser may do, and what programs got by it.</p>"
            : LoginForm.wrong(wrong),
        "<button>Log out</button>",
        ticket(request),
        Optional.empty());
  }

  // A picture or a script of such a page says another mode or destination.
  private static boolean linkedHere(AggregatedHttpRequest request) {
    var headers = request.headers();
    return "same-origin".equals(headers.get("sec-fetch-site"))
        && "navigate".equals(headers.get("sec-fetch-mode"))
        && "document".equals(headers.get("sec-fetch-dest"));
  }
}
