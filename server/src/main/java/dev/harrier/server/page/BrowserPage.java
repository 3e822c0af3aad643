package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;

/**
 * A page of one address that people see in a browser, and whose form comes back to it. A form that
 * another site made a browser send (CSRF) reaches no page: it is turned away here.
 */
abstract class BrowserPage implements dev.harrier.server.port.Page {
  /** Names, a password and a ticket fit many times. */
  static final long FORM_BYTES_MAX = 16 * 1024;

  private static final String TOO_OLD = "This form is too old. Please try again.";

  private final String path;
  private final CsrfTokens csrfTokens;

  BrowserPage(String path, CsrfTokens csrfTokens) {
    this.path = requireNonNull(path, "path");
    this.csrfTokens = requireNonNull(csrfTokens, "csrfTokens");
  }

  @Override
  public final void mount(ServerBuilder server) {
    HttpService get = (context, request) -> later(context, request.aggregate(), this::show);
    HttpService post = (context, request) -> later(context, request.aggregate(), this::taken);
    server.route().addRoute(Route.builder().exact(path).methods(HttpMethod.GET).build()).build(get);
    server
        .route()
        .addRoute(Route.builder().exact(path).methods(HttpMethod.POST).build())
        .maxRequestLength(FORM_BYTES_MAX)
        .build(post);
  }

  private HttpResponse taken(ServiceRequestContext context, AggregatedHttpRequest request) {
    var form = form(request);
    return csrfTokens.genuine(request, form)
        ? take(context, request, form)
        : again(request, HttpStatus.FORBIDDEN, TOO_OLD, form);
  }

  /** What a form of this page needs, so that {@link #take} gets to see it. */
  final CsrfTokens.Ticket ticket(AggregatedHttpRequest request) {
    return csrfTokens.ticket(request);
  }

  /** The page as it is at first. */
  abstract HttpResponse show(ServiceRequestContext context, AggregatedHttpRequest request);

  /**
   * The page once more.
   *
   * @param wrong a sentence for its user
   * @param typed the form that came, be it genuine or not
   */
  abstract HttpResponse again(
      AggregatedHttpRequest request, HttpStatus status, String wrong, QueryParams typed);

  /** What comes of its form, which a page of this server showed in this very browser. */
  abstract HttpResponse take(
      ServiceRequestContext context, AggregatedHttpRequest request, QueryParams form);

  /** The part of the address after the question mark; empty if there is none. */
  static String query(AggregatedHttpRequest request) {
    var path = request.path();
    var mark = path.indexOf('?');
    return mark < 0 ? "" : path.substring(mark + 1);
  }

  /** Where the request comes from. What a proxy says of it is not believed. */
  static String address(ServiceRequestContext context) {
    return context.remoteAddress().getAddress().getHostAddress();
  }

  /** Answers on a thread that may wait for the database. */
  static HttpResponse later(
      ServiceRequestContext context,
      java.util.concurrent.CompletableFuture<AggregatedHttpRequest> whole,
      java.util.function.BiFunction<ServiceRequestContext, AggregatedHttpRequest, HttpResponse>
          answer) {
    return HttpResponse.of(
        whole.thenApplyAsync(
            request -> answer.apply(context, request), context.blockingTaskExecutor()));
  }

  private static QueryParams form(AggregatedHttpRequest request) {
    var type = request.contentType();
    return type != null && type.is(MediaType.FORM_DATA)
        ? QueryParams.fromQueryString(request.contentUtf8())
        : QueryParams.of();
  }
}
