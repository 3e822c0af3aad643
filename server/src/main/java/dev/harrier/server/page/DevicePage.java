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
import dev.harrier.security.user.PasswordLogin;
import java.util.List;
import java.util.Optional;

/** Where the user of a device without a browser types the code that it shows. */
public final class DevicePage extends BrowserPage {
  private static final String TITLE = "Log in a device";

  private final DeviceEndpoint endpoint;
  private final BrowserLogins logins;
  private final Forms forms;

  public DevicePage(DeviceEndpoint endpoint, BrowserLogins logins, Forms forms) {
    super(ServerAddress.DEVICE_PATH);
    this.endpoint = requireNonNull(endpoint, "endpoint");
    this.logins = requireNonNull(logins, "logins");
    this.forms = requireNonNull(forms, "forms");
  }

  @Override
  HttpResponse show(ServiceRequestContext context, AggregatedHttpRequest request) {
    var code = QueryParams.fromQueryString(query(request)).get("user_code", "");
    return page(request, HttpStatus.OK, "", QueryParams.of("user_code", code));
  }

  @Override
  HttpResponse take(
      ServiceRequestContext context, AggregatedHttpRequest request, QueryParams form) {
    if (!forms.genuine(request, form)) {
      return page(request, HttpStatus.FORBIDDEN, "This form is too old. Please try again.", form);
    }
    var known = logins.session(request);
    if (known.isPresent() && !LoginForm.typed(form)) {
      return settled(request, form, known.get(), List.of());
    }
    // Who is asked for a password first cannot try codes.
    var outcome = logins.login(form, context, request);
    if (!(outcome instanceof PasswordLogin.Outcome.Welcome(var user))) {
      var refusal = LoginForm.refusal(outcome).orElseThrow();
      return page(request, refusal.status(), refusal.sentence(), form);
    }
    var opened = logins.open(user, context, request);
    return settled(request, form, opened.session(), logins.set(opened));
  }

  private HttpResponse settled(
      AggregatedHttpRequest request, QueryParams form, Session session, List<String> cookies) {
    var code = form.get("user_code", "");
    var client = endpoint.waitingClient(code);
    var allows = LoginForm.allows(form);
    var settled =
        client.isPresent() && (allows ? endpoint.allow(code, session) : endpoint.deny(code));
    if (!settled) {
      return page(
          request, HttpStatus.NOT_FOUND, "No device waits for this code, or not any more.", form);
    }
    return allows
        ? HtmlPage.say("The device is logged in", "You can close this page.", cookies)
        : HtmlPage.say("The device is not logged in", "You can close this page.", cookies);
  }

  private HttpResponse page(
      AggregatedHttpRequest request, HttpStatus status, String wrong, QueryParams typed) {
    var code =
        """
        <label for="user_code">Code</label>
        <input id="user_code" name="user_code" autocomplete="off" maxlength="20" value="%s">
        """
            .formatted(HtmlPage.escaped(typed.get("user_code", "")));
    var before =
        "<p>A program that you started on another machine shows a code. Go on only if it is this one, and you started the program yourself: whoever has it then acts in your name.</p>"
            + (wrong.isEmpty() ? "" : LoginForm.wrong(wrong));
    var session = logins.session(request);
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
        code
            + (session.isPresent() ? "" : LoginForm.person(typed))
            + LoginForm.buttons(session.isPresent()),
        forms.ticket(request),
        Optional.empty());
  }
}
