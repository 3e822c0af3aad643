package dev.harrier.server.port;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.server.config.SecurityConfig;
import io.grpc.Status;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What pages of other origins may do (CORS), and that they change nothing without being allowed to.
 *
 * <p>A page of a listed origin calls the API with its user's login and reads the answers, but never
 * the pages where people log in. For all others the browser keeps answers back by itself; since it
 * sends simple requests all the same, those that could change something are refused here.
 */
final class CrossOrigin extends SimpleDecoratingHttpService {
  /** Those of Flyte's CORS. */
  private static final String METHODS = "GET, POST, PUT, DELETE, PATCH, HEAD";

  /** Beyond those that any page may read. */
  private static final String READABLE =
      "x-request-id, x-user-subject, retry-after, www-authenticate, content-disposition";

  /** A browser asks again after this; the longest that all of them heed is two hours. */
  private static final String SECONDS = "600";

  /** What any page may send anyhow. */
  private static final List<String> ALWAYS =
      List.of("accept", "accept-language", "content-language", "content-type");

  private static final Set<HttpMethod> CHANGE_NOTHING =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  /** Pages for people: their forms hold tickets that no other page is to read. */
  private static final List<String> FOR_PEOPLE =
      List.of(
          ServerAddress.LOGIN_PATH,
          ServerAddress.LOGOUT_PATH,
          ServerAddress.AUTHORIZE_PATH,
          ServerAddress.DEVICE_PATH);

  private final Origins origins;

  /**
   * Which origins are which.
   *
   * @param own of this server
   * @param listed that may call it
   * @param headers that their pages may send
   */
  record Origins(String own, Set<String> listed, String headers) {
    Origins(URI url, SecurityConfig security) {
      this(
          origin(url),
          security.callingOrigins(),
          String.join(
              ", ",
              Stream.concat(ALWAYS.stream(), security.allowedHeaders().stream())
                  .map(name -> name.toLowerCase(java.util.Locale.ROOT))
                  .distinct()
                  .toList()));
    }

    // As a browser writes it: without the port that the scheme has anyhow.
    private static String origin(URI url) {
      var usual = "https".equals(url.getScheme()) ? 443 : 80;
      var port = url.getPort() < 0 || url.getPort() == usual ? "" : ":" + url.getPort();
      return url.getScheme() + "://" + url.getHost() + port;
    }
  }

  CrossOrigin(HttpService service, Origins origins) {
    super(service);
    this.origins = requireNonNull(origins, "origins");
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
    if (!origins.listed.isEmpty()) {
      // A cache must not give one origin's answer to another.
      context.addAdditionalResponseHeader(HttpHeaderNames.VARY, "origin");
    }
    var origin = request.headers().get(HttpHeaderNames.ORIGIN);
    if (origin == null || origin.equals(origins.own)) {
      return unwrap().serve(context, request);
    }
    var preflight =
        request.method() == HttpMethod.OPTIONS
            && request.headers().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
    if (!origins.listed.contains(origin) || isForPeople(context.path())) {
      return preflight || !CHANGE_NOTHING.contains(request.method())
          ? refused(origin)
          : unwrap().serve(context, request);
    }
    if (preflight) {
      return HttpResponse.of(
          ResponseHeaders.builder(HttpStatus.NO_CONTENT)
              .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
              .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true")
              .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
              .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, origins.headers)
              .set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, SECONDS)
              .build());
    }
    // Added to whatever is answered, a refusal or an error as well: its page is to see which.
    context.addAdditionalResponseHeader(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    context.addAdditionalResponseHeader(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    context.addAdditionalResponseHeader(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, READABLE);
    return unwrap().serve(context, request);
  }

  private static boolean isForPeople(String path) {
    return FOR_PEOPLE.stream().anyMatch(page -> path.equals(page) || path.startsWith(page + "/"));
  }

  private static HttpResponse refused(String origin) {
    return PlainErrors.refusal(
        HttpStatus.FORBIDDEN,
        Status.Code.PERMISSION_DENIED,
        "Pages of the origin %s may not call this server. Its operator lists those that may in server.security.allowedOrigins."
            .formatted(shown(origin)));
  }

  // What a client sends comes back as text of bounded length, never as it is.
  private static String shown(String origin) {
    var plain = origin.replaceAll("[^a-zA-Z0-9:/.\\-\\[\\]]", "?");
    return "'" + (plain.length() > 100 ? plain.substring(0, 100) + "..." : plain) + "'";
  }
}
