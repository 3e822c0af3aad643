package dev.harrier.server.audit;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import com.linecorp.armeria.server.grpc.GrpcService;
import dev.harrier.audit.AuditLog;
import dev.harrier.audit.AuditRecord;
import dev.harrier.audit.AuditRecord.Stage;
import dev.harrier.audit.Level;
import dev.harrier.audit.Operation;
import dev.harrier.audit.Outcome;
import dev.harrier.server.http.HttpGateway;
import dev.harrier.server.port.Page;
import dev.harrier.server.rpc.RequestId;
import dev.harrier.server.rpc.StatusAnswer;
import io.grpc.Status;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Outermost of a port: one record of each request once it is answered, whatever answered it; and a
 * page that may change something is not asked before that is recorded.
 */
public final class AuditedRequests extends SimpleDecoratingHttpService {
  private static final int NANOS_A_MICRO = 1000;
  private static final String GRPC_STATUS = "grpc-status";

  private final AuditLog log;
  private final Intents intents;
  private final AuditRules rules;
  private final String group;

  /** As many as there are routes and methods. */
  private final Map<Place, Served> known = new ConcurrentHashMap<>();

  private record Place(HttpMethod method, Route route) {}

  /**
   * What a place serves.
   *
   * @param operation the page, or the RPC as far as the place names it
   * @param calls whether it serves RPCs
   * @param tellsWhatItIsAbout whether it is one that does
   */
  private record Served(AuditedOperation operation, boolean calls, boolean tellsWhatItIsAbout) {}

  private AuditedRequests(HttpService service, AuditLog log, AuditRules rules, String group) {
    super(service);
    this.log = requireNonNull(log, "log");
    this.intents = new Intents(log);
    this.rules = requireNonNull(rules, "rules");
    this.group = requireNonNull(group, "group");
  }

  /** Around all of the API's port; the last of its pages, as what is added last is outermost. */
  public static Page ofApi(AuditLog log, AuditRules rules) {
    return builder ->
        builder.decorator(service -> new AuditedRequests(service, log, rules, AuditRules.PAGES));
  }

  /** Around all of the metrics' port. */
  public static Function<HttpService, HttpService> ofMetrics(AuditLog log, AuditRules rules) {
    return service -> new AuditedRequests(service, log, rules, AuditRules.METRICS);
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
    var trail = CallTrail.begin(context);
    var served = served(context);
    var unused = context.log().whenComplete().thenAccept(ended -> complete(served, trail, ended));
    // The gateway's calls are RPCs: their interceptors ask for their intents.
    if (served.calls() || !served.operation().before()) {
      return unwrap().serve(context, request);
    }
    if (served.tellsWhatItIsAbout()) {
      trail.onceTold(() -> intents.await(trail, served.operation()));
      return unwrap().serve(context, request);
    }
    return HttpResponse.of(
        intents
            .write(trail, served.operation())
            .handleAsync(
                (written, failed) -> failed == null ? serving(context, request) : refused(failed),
                context.eventLoop()));
  }

  private HttpResponse serving(ServiceRequestContext context, HttpRequest request) {
    try {
      return unwrap().serve(context, request);
    } catch (Exception e) {
      // Armeria asks its handler of errors, as if it had been thrown here.
      return HttpResponse.ofFailure(e);
    }
  }

  private static HttpResponse refused(Throwable failed) {
    return HttpGateway.refusal(StatusAnswer.of(failed, RequestId.current()));
  }

  private Served served(ServiceRequestContext context) {
    var route = context.config().route();
    return known.computeIfAbsent(
        new Place(context.method(), route),
        place -> {
          var service = context.config().service();
          var grpc = service.as(GrpcService.class) != null;
          // Method and pattern: what stands in their place may be a secret.
          var page = context.method().name() + " " + route.patternString();
          return new Served(
              grpc ? rules.ofRpc(route.patternString().substring(1)) : rules.ofPage(page, group),
              grpc || service.as(HttpGateway.class) != null,
              service.as(TellsWhatItIsAbout.class) != null);
        });
  }

  private void complete(Served served, CallTrail trail, RequestLog ended) {
    // A call that ended before its interceptors, too large or broken, is known by its place alone.
    var operation = trail.rpc().orElse(served.operation());
    var outcome =
        operation.rpc() ? ofRpc(trail, ended) : Outcome.ofPage(ended.responseStatus().code());
    var level = operation.levelOfEnd(outcome.refused());
    if (level == Level.NONE) {
      return;
    }
    log.record(
        new AuditRecord(
            operation.event(),
            Stage.COMPLETE,
            level,
            outcome,
            trail.actor(),
            trail.source(),
            Optional.of(
                new Operation(
                    operation.name(),
                    level == Level.REQUEST ? trail.request() : Optional.empty(),
                    Math.max(1, ended.totalDurationNanos() / NANOS_A_MICRO))),
            trail.resources(),
            Collections.emptySortedMap()));
  }

  private static Outcome ofRpc(CallTrail trail, RequestLog ended) {
    if (trail.code().isPresent()) {
      return Outcome.ofRpc(trail.code().get().value());
    }
    var told = ended.responseTrailers().getInt(GRPC_STATUS);
    if (told == null) {
      told = ended.responseHeaders().getInt(GRPC_STATUS);
    }
    return Outcome.ofRpc(told == null ? Status.Code.CANCELLED.value() : told);
  }
}
