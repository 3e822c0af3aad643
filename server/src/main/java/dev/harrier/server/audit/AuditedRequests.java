package dev.harrier.server.audit;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.server.HttpService;
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
import java.util.Optional;
import java.util.TreeMap;
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
    var unused = context.log().whenComplete().thenAccept(ended -> complete(context, trail, ended));
    var event = Operations.ofPage(page(context));
    if (rpcs(context) || !rules.closed(event) || levelOfPage(context) == Level.NONE) {
      return unwrap().serve(context, request);
    }
    if (context.config().service().as(TellsWhatItIsAbout.class) != null) {
      trail.onceTold(() -> intents.await(trail, event, Level.METADATA, page(context)));
      return unwrap().serve(context, request);
    }
    return HttpResponse.of(
        intents
            .write(trail, event, Level.METADATA, page(context))
            .handleAsync(
                (written, failed) -> failed == null ? served(context, request) : refused(failed),
                context.eventLoop()));
  }

  private HttpResponse served(ServiceRequestContext context, HttpRequest request) {
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

  // The gateway's calls are RPCs: their interceptors ask for their intents.
  private static boolean rpcs(ServiceRequestContext context) {
    var served = context.config().service();
    return served.as(HttpGateway.class) != null || served.as(GrpcService.class) != null;
  }

  private Level levelOfPage(ServiceRequestContext context) {
    return rules.level(page(context), group);
  }

  private void complete(ServiceRequestContext context, CallTrail trail, RequestLog ended) {
    var method = trail.method();
    // A call that ended before its interceptors: too large, broken, or of no method that is served.
    var rpc = method.isEmpty() && context.config().service().as(GrpcService.class) != null;
    var name = method.isEmpty() ? page(context) : method;
    if (rpc) {
      name = context.config().route().patternString().substring(1);
    }
    var isRpc = rpc || !method.isEmpty();
    var outcome = isRpc ? ofRpc(trail, ended) : Outcome.ofPage(ended.responseStatus().code());
    var level =
        isRpc && name.contains("/")
            ? rules.levelOfEnd(name, name.substring(0, name.indexOf('/')), outcome.refused())
            : rules.level(name, group);
    if (level == Level.NONE) {
      return;
    }
    log.record(
        new AuditRecord(
            isRpc ? Operations.ofRpc(name) : Operations.ofPage(page(context)),
            Stage.COMPLETE,
            level,
            outcome,
            trail.actor(),
            trail.source(),
            Optional.of(
                new Operation(
                    name,
                    level == Level.REQUEST ? trail.request() : Optional.empty(),
                    Math.max(1, ended.totalDurationNanos() / NANOS_A_MICRO))),
            trail.resources(),
            new TreeMap<>()));
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

  /** Method and pattern: what stands in their place may be a secret. */
  private static String page(ServiceRequestContext context) {
    return context.method().name() + " " + context.config().route().patternString();
  }
}
