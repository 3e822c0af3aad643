package dev.harrier.server.port;

import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.FilteredHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import java.util.Set;

/**
 * Reads a unary call that is too large to its end, keeping nothing over the limit, so that the
 * refusal reaches the client.
 *
 * <p>An answer before the end of a request resets its stream, and gRPC's C core, which Python's
 * client stands on, then tells its user of the reset alone.
 */
final class WholeRequests extends SimpleDecoratingHttpService {
  /** How many times the limit a client may send until it is cut off. */
  private static final int READ_FACTOR = 32;

  private final Set<String> unaryPaths;
  private final long bytesMax;

  WholeRequests(HttpService service, Set<String> unaryPaths, long bytesMax) {
    super(service);
    this.unaryPaths = unaryPaths;
    this.bytesMax = bytesMax;
  }

  @Override
  public ExchangeType exchangeType(RoutingContext routing) {
    // Collected by the port itself, it would be cut off at the limit.
    return ExchangeType.BIDI_STREAMING;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
    if (!unaryPaths.contains(request.path())) {
      return unwrap().serve(context, request);
    }
    context.setMaxRequestLength(bytesMax * READ_FACTOR);
    return unwrap().serve(context, new Capped(request));
  }

  private final class Capped extends FilteredHttpRequest {
    private long seen;

    Capped(HttpRequest request) {
      super(request);
    }

    @Override
    protected HttpObject filter(HttpObject part) {
      if (part instanceof HttpData data) {
        seen += data.length();
        if (seen > bytesMax) {
          data.close();
          return HttpData.empty();
        }
      }
      return part;
    }
  }
}
