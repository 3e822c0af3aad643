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
import java.net.URI;
import java.util.regex.Pattern;

/**
 * Where there is TLS, serves nothing without it: a browser is sent on, any other client is told
 * what to set. Over TLS, tells browsers to stay there.
 */
final class StrictTransport extends SimpleDecoratingHttpService {
  /** Two years, as the lists of browsers want it. */
  private static final String STAY = "max-age=63072000; includeSubDomains";

  private static final Pattern DIGITS = Pattern.compile("[0-9.]+|\\[.*]");

  private static final int PERMANENT_REDIRECT = 308;

  private final URI url;
  private final boolean secure;
  private final boolean stays;

  /**
   * @param url under which clients reach the server
   * @param secure whether the port speaks TLS itself; behind a proxy that does it is false
   */
  StrictTransport(HttpService service, URI url, boolean secure) {
    super(service);
    this.url = requireNonNull(url, "url");
    this.secure = secure;
    var host = url.getHost();
    // Browsers ignore it for bare addresses; for localhost it would capture every other server of
    // the developer.
    this.stays =
        "https".equals(url.getScheme())
            && !host.equals("localhost")
            && !DIGITS.matcher(host).matches();
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
    if (secure && !context.sessionProtocol().isTls()) {
      return elsewhere(context, request);
    }
    if (stays) {
      context.addAdditionalResponseHeader(HttpHeaderNames.STRICT_TRANSPORT_SECURITY, STAY);
    }
    return unwrap().serve(context, request);
  }

  private HttpResponse elsewhere(ServiceRequestContext context, HttpRequest request) {
    if (PlainErrors.isGrpc(request.headers())) {
      return PlainErrors.grpcRefusal(
          io.grpc.Status.Code.FAILED_PRECONDITION,
          "This server speaks TLS: set 'admin.insecure: false' in the client's configuration (and 'caCertFilePath' for a certificate of no public authority).");
    }
    if (request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD) {
      var query = context.query();
      // To the server's own name, whatever the request calls it.
      var there = url + context.path() + (query == null ? "" : "?" + query);
      return HttpResponse.of(
          ResponseHeaders.builder(HttpStatus.valueOf(PERMANENT_REDIRECT))
              .set(HttpHeaderNames.LOCATION, there)
              .contentLength(0)
              .build());
    }
    // What was sent has been readable on the way already; sending it on would hide that.
    return PlainErrors.refusal(
        HttpStatus.UPGRADE_REQUIRED,
        io.grpc.Status.Code.FAILED_PRECONDITION,
        "This server speaks TLS: send the request to " + url + " instead.");
  }
}
