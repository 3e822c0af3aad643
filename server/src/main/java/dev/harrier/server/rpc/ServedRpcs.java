package dev.harrier.server.rpc;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.rpc.RpcGate;
import dev.harrier.security.rpc.RpcRules;
import dev.harrier.server.audit.AuditedCalls;
import dev.harrier.server.config.CallerLimits;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The services that the server serves, each with all that a call passes through around it. */
public final class ServedRpcs {
  private final RpcRules rules;
  private final List<ServerInterceptor> interceptors;
  private final List<ServerServiceDefinition> services = new ArrayList<>();

  private ServedRpcs(RpcRules rules, List<ServerInterceptor> interceptors) {
    this.rules = rules;
    this.interceptors = interceptors;
  }

  /** No services yet, and calls that nobody records. */
  public static ServedRpcs behind(
      RpcGate gate, MeterRegistry registry, int callsMax, CallerLimits limits) {
    return behind(gate, AuditedCalls.NONE, registry, callsMax, limits);
  }

  /** No services yet. */
  public static ServedRpcs behind(
      RpcGate gate,
      AuditedCalls audited,
      MeterRegistry registry,
      int callsMax,
      CallerLimits limits) {
    requireNonNull(gate, "gate");
    var rate = new CallerRate(limits);
    return new ServedRpcs(
        RpcRules.all(),
        List.of(
            new RpcMeter(registry),
            audited.outside(),
            new ErrorAnswers(),
            new CallLimit(RpcRules.all(), callsMax),
            rate.outside(),
            gate,
            rate.inside(),
            audited.inside()));
  }

  /**
   * No services yet, for a port that propellers alone call: they are few, and how many calls one
   * makes follows from how many executions there are.
   *
   * @param gate by {@link RpcRules#ofPropellers}
   */
  public static ServedRpcs forPropellers(
      RpcGate gate, AuditedCalls audited, MeterRegistry registry, int callsMax) {
    requireNonNull(gate, "gate");
    var rules = RpcRules.ofPropellers();
    var refusals = new RefusalLog();
    return new ServedRpcs(
        rules,
        List.of(
            new RpcMeter(registry),
            audited.outside(),
            refusals.outside(),
            new ErrorAnswers(),
            new CallLimit(rules, callsMax),
            gate,
            refusals.inside(),
            audited.inside()));
  }

  /**
   * Serves a service.
   *
   * @throws IllegalStateException if one of its methods has no rule: nobody knows who may call it
   */
  public ServedRpcs add(BindableService service) {
    var definition = service.bindService();
    var missing =
        rules.missing(
            definition.getMethods().stream()
                .map(method -> method.getMethodDescriptor().getFullMethodName())
                .toList());
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "Harrier does not start: these RPCs have no rule in RpcRules: " + missing);
    }
    services.add(ServerInterceptors.interceptForward(definition, interceptors));
    return this;
  }

  /** Serves several. */
  public ServedRpcs addAll(Collection<? extends BindableService> more) {
    more.forEach(this::add);
    return this;
  }

  /** All services, as they are to be called. */
  public List<ServerServiceDefinition> services() {
    return List.copyOf(services);
  }
}
