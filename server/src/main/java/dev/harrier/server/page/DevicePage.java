package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.harrier.security.oauth.DeviceEndpoint;
import dev.harrier.security.session.Session;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.security.user.LoginDelays;
import dev.harrier.security.user.PasswordLogin;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where the user of a device without a browser types the code that it shows, and then, being told
 * which program waits for it, since when and from where, allows it or not.
 */
public final class DevicePage extends BrowserPage {
  private static final String TITLE = "Log in a device";

  /** The field of a form that was sent by who has seen what waits. */
  private static final String SEEN = "seen";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final DeviceEndpoint endpoint;
  private final BrowserLogins logins;
  private final LoginDelays delays;

  public DevicePage(
      DeviceEndpoint endpoint, BrowserLogins logins, LoginDelays delays, CsrfTokens csrfTokens) {
    super(ServerAddress.DEVICE_PATH, csrfTokens);
    this.endpoint = requireNonNull(endpoint, "endpoint");
    this.logins = requireNonNull(logins, "logins");
    this.delays = requireNonNull(delays, "delays");
  }

  @Override
  HttpResponse show(ServiceRequestContext context, AggregatedHttpRequest request) {
    var code = QueryParams.fromQueryString(query(request)).get("user_code", "");
    return again(request, HttpStatus.OK, "", QueryParams.of("user_code", code));
  }

  @Override
  HttpResponse take(
      ServiceRequestContext context, AggregatedHttpRequest request, QueryParams form) {
    var known = logins.session(request);
    if (known.isPresent() && !LoginForm.typed(form)) {
      return looked(request, form, known.get(), List.of());
    }
    // Who is asked for a password first cannot try codes.
    var outcome = logins.login(form, context, request);
    if (!(outcome instanceof PasswordLogin.Outcome.Welcome(var user))) {
      var refusal = LoginForm.refusal(outcome).orElseThrow();
      return again(request, refusal.status(), refusal.sentence(), form);
    }
    var opened = logins.open(user, context, request);
    return looked(request, form, opened.session(), logins.set(opened));
  }

  private HttpResponse looked(
      AggregatedHttpRequest request, QueryParams form, Session session, List<String> cookies) {
    // Whoever is logged in can still guess at others' codes.
    var wait = delays.takeCode(session.principal());
    if (wait.isPresent()) {
      var refusal = LoginForm.wait(wait.get());
      return page(
          request, refusal.status(), refusal.sentence(), form, Optional.of(session), cookies);
    }
    var code = form.get("user_code", "");
    var waiting = endpoint.waiting(code);
    if (waiting.isEmpty()) {
      return gone(request, form, session, cookies);
    }
    delays.forgiveCode(session.principal());
    if (!form.contains(SEEN)) {
      return question(request, code, waiting.get(), session, cookies);
    }
    var allows = LoginForm.allows(form);
    if (!(allows ? endpoint.allow(code, session) : endpoint.deny(code))) {
      return gone(request, form, session, cookies);
    }
    return HtmlPage.say(
        allows ? "The device is logged in" : "The device is not logged in",
        "You can close this page.",
        cookies);
  }

  private HttpResponse gone(
      AggregatedHttpRequest request, QueryParams form, Session session, List<String> cookies) {
    return page(
        request,
        HttpStatus.NOT_FOUND,
        "No device waits for this code, or not any more.",
        form,
        Optional.of(session),
        cookies);
  }

  // The code alone says nothing to its user, who may have got it from somebody else: what waits for
  // it is shown before anything is allowed (RFC 8628, section 5.4).
  private HttpResponse question(
      AggregatedHttpRequest request,
      String code,
      DeviceEndpoint.Waiting waiting,
      Session session,
      List<String> cookies) {
    var before =
        """
        <p>The program <code>%s</code>, which was started at %s UTC from the address <code>%s</code>, asks to act in the name of <code>%s</code>. \
        Allow it only if you started it yourself, then and there.</p>
        """
            .formatted(
                HtmlPage.escaped(waiting.clientId()),
                TIME.format(waiting.since()),
                HtmlPage.escaped(waiting.address()),
                HtmlPage.escaped(session.principal()));
    var inside =
        """
        <input type="hidden" name="user_code" value="%s">
        <input type="hidden" name="%s" value="1">
        """
            .formatted(HtmlPage.escaped(code), SEEN);
    return HtmlPage.form(
        HttpStatus.OK, TITLE, before, inside + LoginForm.buttons(true), ticket(request), cookies);
  }

  @Override
  HttpResponse again(
      AggregatedHttpRequest request, HttpStatus status, String wrong, QueryParams typed) {
    return page(request, status, wrong, typed, logins.session(request), List.of());
  }

  private HttpResponse page(
      AggregatedHttpRequest request,
      HttpStatus status,
      String wrong,
      QueryParams typed,
      Optional<Session> session,
      List<String> cookies) {
    var code =
        """
        <label for="user_code">Code</label>
        <input id="user_code" name="user_code" autocomplete="off" maxlength="20" value="%s">
        """
            .formatted(HtmlPage.escaped(typed.get("user_code", "")));
    var before =
        "<p>A program that you started on another machine shows a code. Go on only if it is this one, and you started the program yourself: whoever has it then acts in your name.</p>"
            + (wrong.isEmpty() ? "" : LoginForm.wrong(wrong));
    var here =
        ServerAddress.DEVICE_PATH
            + "?user_code="
            + typed.get("user_code", "").replaceAll("[^A-Za-z-]", "");
    var who =
        session
            .map(
                one ->
                    "<p>You are <code>%s</code>.</p>".formatted(HtmlPage.escaped(one.principal())))
            .orElseGet(() -> logins.providerLinks(here));
    return HtmlPage.form(
        status,
        TITLE,
        before + who,
        code + (session.isPresent() ? "" : LoginForm.person(typed)) + "<button>Go on</button>",
        ticket(request),
        cookies);
  }
}
