package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.harrier.security.Secret;
import dev.harrier.security.session.KnownBrowsers;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.security.user.PasswordLinks;
import dev.harrier.security.user.PasswordLinks.Outcome;
import dev.harrier.security.user.PasswordLinks.Purpose;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a user with a link chooses a password. To look at it does not use the link up. */
public final class PasswordPage extends BrowserPage {
  private static final Logger LOG = LoggerFactory.getLogger(PasswordPage.class);

  private final PasswordLinks links;
  private final KnownBrowsers known;

  public PasswordPage(PasswordLinks links, KnownBrowsers known, CsrfTokens csrfTokens) {
    super(ServerAddress.PASSWORD_PATH, csrfTokens);
    this.links = requireNonNull(links, "links");
    this.known = requireNonNull(known, "known");
  }

  @Override
  HttpResponse show(ServiceRequestContext context, AggregatedHttpRequest request) {
    return again(request, HttpStatus.OK, "", QueryParams.of());
  }

  @Override
  HttpResponse take(
      ServiceRequestContext context, AggregatedHttpRequest request, QueryParams form) {
    var password = form.get("password", "");
    if (!password.equals(form.get("again", ""))) {
      return again(request, HttpStatus.BAD_REQUEST, "The two passwords differ.", form);
    }
    return switch (links.choose(link(request), form.get("name", ""), new Secret(password))) {
      case Outcome.Chosen chosen -> {
        LOG.info(
            "{} user={} address={}",
            chosen.first() ? "First administrator made" : "Password chosen by a link",
            chosen.name(),
            address(context));
        yield HtmlPage.say(
            "The password is set",
            "You are '%s' from now on. Go back to your program, and log in with it."
                .formatted(chosen.name()),
            List.of(known.remember(chosen.name())));
      }
      case Outcome.Objection objection ->
          again(request, HttpStatus.BAD_REQUEST, objection.sentence(), form);
      case Outcome.NoLink noLink -> noLink();
    };
  }

  @Override
  HttpResponse again(
      AggregatedHttpRequest request, HttpStatus status, String wrong, QueryParams typed) {
    var purpose = links.look(link(request));
    if (purpose.isEmpty()) {
      return noLink();
    }
    var who =
        switch (purpose.get()) {
          case Purpose.Password(var user) ->
              """
              <label for="name">Name</label>
              <input id="name" name="name" autocomplete="username" readonly value="%s">
              """
                  .formatted(HtmlPage.escaped(user.name()));
          case Purpose.FirstAdministrator first ->
              """
              <label for="name">Name</label>
              <input id="name" name="name" autocomplete="username" autocapitalize="none" maxlength="63" value="%s">
              """
                  .formatted(HtmlPage.escaped(typed.get("name", "")));
        };
    var inside =
        who
            + """
            <label for="password">Password, 12 characters or more</label>
            <input id="password" name="password" type="password" autocomplete="new-password" maxlength="512">
            <label for="again">Once more</label>
            <input id="again" name="again" type="password" autocomplete="new-password" maxlength="512">
            <button>Choose it</button>
            """;
    var title =
        switch (purpose.get()) {
          case Purpose.Password password -> "Choose a password for Harrier";
          case Purpose.FirstAdministrator first -> "The first administrator of this Harrier";
        };
    return HtmlPage.form(
        status,
        title,
        wrong.isEmpty() ? "" : LoginForm.wrong(wrong),
        inside,
        ticket(request),
        Optional.empty());
  }

  private static Secret link(AggregatedHttpRequest request) {
    return new Secret(QueryParams.fromQueryString(query(request)).get("link", ""));
  }

  private static HttpResponse noLink() {
    return HtmlPage.say(
        HttpStatus.NOT_FOUND,
        "This link is no longer good",
        "It was used, is older than a day, or a newer one was made. An administrator can make another.");
  }
}
