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
 * Refuses addresses that ask too often for what is no RPC: tokens, logins, keys; and those that
 * come when all room for pages is taken. RPCs count their callers themselves; a signed URL was
 * given to somebody who was counted.
 */
final class PageLimits extends SimpleDecoratingHttpService {
  private final CallerRate rate;
  private final PageRooms rooms;

  PageLimits(HttpService service, CallerRate rate, PageRooms rooms) {
    super(service);
    this.rate = requireNonNull(rate, "rate");
    this.rooms = requireNonNull(rooms, "rooms");
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
    var served = context.config().service();
    if (served.as(HttpGateway.class) != null
        || served.as(GrpcService.class) != null
        || served.as(SignedBlobService.class) != null
        || context.path().equals("/healthcheck")) {
      return unwrap().serve(context, request);
    }
    rate.takeAnonymous(CallerRate.address(context));
    var leave = rooms.enter(context, request, served.as(ForKnownCallers.class) != null);
    try {
      var answer = unwrap().serve(context, request);
      var unused = answer.whenComplete().whenComplete((sent, failure) -> leave.run());
      return answer;
    } catch (Exception | Error e) {
      leave.run();
      throw e;
    }
  }
}
