package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.harrier.security.Secret;
import dev.harrier.security.provider.ProviderLogin;
import dev.harrier.security.provider.ProviderUnavailableException;
import dev.harrier.security.session.AuthenticatedEncryption;
import dev.harrier.security.session.SessionCookie;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.server.port.Page;
import dev.harrier.spi.RejectedException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends browsers to outside providers, and takes them back. What a login must remember meanwhile is
 * in a cookie of its own, sealed: nothing is stored for somebody who may never come back, and only
 * the browser that began a login can end it.
 */
public final class ProviderPages implements Page {
  private static final Logger LOG = LoggerFactory.getLogger(ProviderPages.class);
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final String PURPOSE = "login at a provider";
  private static final String CANNOT_GO_ON = "This login cannot go on";

  /** A few logins in several windows at once do not disturb each other. */
  private static final int COOKIE_NAME_LETTERS = 8;

  private final BrowserLogins logins;
  private final Redirects redirects;
  private final AuthenticatedEncryption encryption;
  private final ServerAddress address;
  private final Clock clock;

  public ProviderPages(
      BrowserLogins logins,
      Redirects redirects,
      AuthenticatedEncryption encryption,
      ServerAddress address,
      Clock clock) {
    this.logins = requireNonNull(logins, "logins");
    this.redirects = requireNonNull(redirects, "redirects");
    this.encryption = requireNonNull(encryption, "encryption");
    this.address = requireNonNull(address, "address");
    this.clock = requireNonNull(clock, "clock");
  }

  /** What a login must remember until its browser comes back. */
  private record Pending(
      String provider, String state, String nonce, String verifier, Instant until, URI next) {
    Secret text() {
      return new Secret(
          String.join(
              "\n",
              List.of(
                  provider,
                  state,
                  nonce,
                  verifier,
                  Long.toString(until.getEpochSecond()),
                  next.toString())));
    }

    static Pending of(Secret text) {
      var parts = text.reveal().split("\n", -1);
      return new Pending(
          parts[0],
          parts[1],
          parts[2],
          parts[3],
          Instant.ofEpochSecond(Long.parseLong(parts[4])),
          URI.create(parts[5]));
    }
  }

  @Override
  public void mount(ServerBuilder server) {
    HttpService begin =
        (context, request) -> BrowserPage.later(context, request.aggregate(), this::begin);
    HttpService end =
        (context, request) -> BrowserPage.later(context, request.aggregate(), this::end);
    server.route().get(ServerAddress.LOGIN_WITH_PATH + "/{provider}").build(begin);
    server.route().get("exact:" + ServerAddress.CALLBACK_PATH).build(end);
    server.route().get(ServerAddress.CALLBACK_PATH + "/{provider}").build(end);
  }

  private HttpResponse begin(ServiceRequestContext context, AggregatedHttpRequest request) {
    var name = requireNonNull(context.pathParam("provider"), "provider");
    var login = logins.providers().login(name);
    if (login.isEmpty()) {
      return refused(HttpStatus.NOT_FOUND, "There is no identity provider of this name.");
    }
    try {
      var begun = login.get().begin();
      var next = redirects.target(Redirects.named(BrowserPage.query(request)));
      var pending =
          new Pending(
              name,
              begun.state(),
              begun.nonce(),
              begun.verifier(),
              clock.instant().plus(PATIENCE),
              next);
      var closed =
          Base64.getUrlEncoder()
              .withoutPadding()
              .encodeToString(encryption.encrypt(PURPOSE, pending.text()));
      return HtmlPage.onwards(
          begun.address(), List.of(cookie(begun.state()).set(new Secret(closed), PATIENCE)));
    } catch (ProviderUnavailableException e) {
      return unavailable(e);
    }
  }

  private HttpResponse end(ServiceRequestContext context, AggregatedHttpRequest request) {
    var answer = QueryParams.fromQueryString(BrowserPage.query(request));
    var state = answer.get("state", "");
    var pending = pending(request, state);
    if (pending.isEmpty()) {
      return refused(
          HttpStatus.BAD_REQUEST,
          "It was not begun in this browser, or more than ten minutes ago. Please begin again.");
    }
    var login = logins.providers().login(pending.get().provider());
    try {
      var back = address.at(context.path());
      if (login.isEmpty() || !login.get().sent(back, Optional.ofNullable(answer.get("iss")))) {
        return refused(HttpStatus.BAD_REQUEST, "Another provider answers than the one asked.");
      }
    } catch (ProviderUnavailableException e) {
      return unavailable(e);
    }
    var code = answer.get("code", "");
    if (code.isEmpty()) {
      return refused(
          HttpStatus.FORBIDDEN,
          "%s did not log you in%s.".formatted(login.get().label(), error(answer)));
    }
    return ended(context, request, login.get(), pending.get(), new Secret(code));
  }

  private HttpResponse ended(
      ServiceRequestContext context,
      AggregatedHttpRequest request,
      ProviderLogin login,
      Pending pending,
      Secret code) {
    try {
      var ended = login.end(code, pending.nonce(), new Secret(pending.verifier()));
      var opened = logins.sessions().openFor(ended, login.name(), logins.browser(context, request));
      LOG.info("Login of {} at {}", ended.person().principal(), login.name());
      var cookies = new ArrayList<>(logins.set(opened));
      cookies.add(cookie(pending.state()).clear());
      return HtmlPage.onwards(pending.next(), cookies);
    } catch (RejectedException e) {
      LOG.warn("Login at {} refused: {}", login.name(), e.getMessage());
      return refused(HttpStatus.FORBIDDEN, String.valueOf(e.getMessage()));
    } catch (ProviderUnavailableException e) {
      return unavailable(e);
    }
  }

  // The cookie is found by the state and holds it as well, sealed: one without the other is
  // nothing.
  private Optional<Pending> pending(AggregatedHttpRequest request, String state) {
    if (!state.matches("[A-Za-z0-9_-]{43}")) {
      return Optional.empty();
    }
    return cookie(state)
        .read(BrowserLogins.cookies(request))
        .flatMap(ProviderPages::bytes)
        .flatMap(text -> encryption.decrypt(PURPOSE, text))
        .map(Pending::of)
        .filter(one -> one.state().equals(state) && clock.instant().isBefore(one.until()));
  }

  private static Optional<byte[]> bytes(Secret value) {
    try {
      return Optional.of(Base64.getUrlDecoder().decode(value.reveal()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private SessionCookie cookie(String state) {
    return SessionCookie.named("harrier-login-" + state.substring(0, COOKIE_NAME_LETTERS), address);
  }

  private static String error(QueryParams answer) {
    var error = answer.get("error", "");
    return error.matches("[a-z_]{1,40}") ? " (" + error + ")" : "";
  }

  private static HttpResponse unavailable(ProviderUnavailableException e) {
    return refused(HttpStatus.SERVICE_UNAVAILABLE, e.getMessage() + " Try again later.");
  }

  private static HttpResponse refused(HttpStatus status, String sentence) {
    return HtmlPage.say(status, CANNOT_GO_ON, sentence);
  }
}
