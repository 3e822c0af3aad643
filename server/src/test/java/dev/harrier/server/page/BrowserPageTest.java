package dev.harrier.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.server.EdgeUnderTest;
import dev.harrier.server.config.ServerConfig;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class BrowserPageTest {
  private static final URI URL = URI.create("http://pages.test");

  @Test
  void a_form_that_another_site_sends_reaches_no_page_though_the_page_does_not_look()
      throws Exception {
    var page = new Careless();
    try (var edge = EdgeUnderTest.knownAs(URL, ServerConfig.DEFAULTS, List.of(page))) {
      var shown = edge.send(HttpRequest.newBuilder(URI.create(edge.url() + "/careless")).GET());
      var cookie = shown.headers().firstValue("set-cookie").orElseThrow().split(";", 2)[0];
      var ticket = shown.body().replaceAll("(?s).*name=\"form\" value=\"([^\"]*)\".*", "$1");

      var forged = edge.send(post(edge, cookie, "decision=allow", "http://evil.test"));
      var guessed = edge.send(post(edge, cookie, "form=" + "a".repeat(43), URL.toString()));
      var foreign = edge.send(post(edge, cookie, "form=" + ticket, "http://evil.test"));

      assertThat(List.of(forged.statusCode(), guessed.statusCode(), foreign.statusCode()))
          .containsOnly(403);
      assertThat(page.taken).hasValue(0);
      assertThat(edge.send(post(edge, cookie, "form=" + ticket, URL.toString())).statusCode())
          .isEqualTo(200);
      assertThat(page.taken).hasValue(1);
    }
  }

  private static HttpRequest.Builder post(
      EdgeUnderTest edge, String cookie, String form, String origin) {
    return HttpRequest.newBuilder(URI.create(edge.url() + "/careless"))
        .header("cookie", cookie)
        .header("origin", origin)
        .header("content-type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(form));
  }

  /** Does what it is told, and never asks by whom. */
  private static final class Careless extends BrowserPage {
    private final AtomicInteger taken = new AtomicInteger();

    Careless() {
      super("/careless", new CsrfTokens(new ServerAddress(URL)));
    }

    @Override
    HttpResponse show(ServiceRequestContext context, AggregatedHttpRequest request) {
      return again(request, HttpStatus.OK, "", QueryParams.of());
    }

    @Override
    HttpResponse again(
        AggregatedHttpRequest request, HttpStatus status, String wrong, QueryParams typed) {
      return HtmlPage.form(status, "Careless", "", "", ticket(request), List.of());
    }

    @Override
    HttpResponse take(
        ServiceRequestContext context, AggregatedHttpRequest request, QueryParams form) {
      taken.incrementAndGet();
      return HtmlPage.say(HttpStatus.OK, "Taken", "It was taken.");
    }
  }
}
