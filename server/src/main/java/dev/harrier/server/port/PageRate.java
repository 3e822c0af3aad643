package dev.harrier.server.port;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import com.linecorp.armeria.server.grpc.GrpcService;
import dev.harrier.blobstore.SignedBlobService;
import dev.harrier.server.http.HttpGateway;
import dev.harrier.server.rpc.CallerRate;

/**
 * Refuses addresses that ask too often for what is no RPC: tokens, logins, keys. RPCs count their
 * callers themselves; a signed URL was given to somebody who was counted.
 */
final class PageRate extends SimpleDecoratingHttpService {
  private final CallerRate rate;

  PageRate(HttpService service, CallerRate rate) {
    super(service);
    this.rate = requireNonNull(rate, "rate");
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
    var served = context.config().service();
    if (served.as(HttpGateway.class) == null
        && served.as(GrpcService.class) == null
        && served.as(SignedBlobService.class) == null
        && !context.path().equals("/healthcheck")) {
      rate.takeAnonymous(CallerRate.address(context));
    }
    return unwrap().serve(context, request);
  }
}
