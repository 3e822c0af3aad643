package dev.harrier.server;

import com.linecorp.armeria.server.HttpService;
import dev.harrier.audit.AuditLog;
import dev.harrier.audit.AuditRecord;
import dev.harrier.audit.Event;
import dev.harrier.audit.Outcome;
import dev.harrier.audit.chain.ChainedLog;
import dev.harrier.audit.chain.LogSettings;
import dev.harrier.audit.sink.Sinks;
import dev.harrier.server.audit.AuditRules;
import dev.harrier.server.audit.AuditedCalls;
import dev.harrier.server.audit.AuditedRequests;
import dev.harrier.server.config.AuditConfig;
import dev.harrier.server.config.HarrierConfig;
import dev.harrier.server.home.Home;
import dev.harrier.server.port.Page;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** The audit log as it is configured, and what stands around the ports for it. */
final class Auditing implements AutoCloseable {
  private final AuditRules rules;
  private final Optional<ChainedLog> chained;
  private final Optional<Sinks> sinks;

  private Auditing(AuditRules rules, Optional<ChainedLog> chained, Optional<Sinks> sinks) {
    this.rules = rules;
    this.chained = chained;
    this.sinks = sinks;
  }

  static Auditing open(AuditConfig config, Home home, Clock clock, MeterRegistry registry)
      throws IOException {
    var rules = new AuditRules(config.strict(), config.levels());
    if (!config.enabled()) {
      return new Auditing(rules, Optional.empty(), Optional.empty());
    }
    var outside = new AuditSinks(config, home.hostName(), clock);
    var made = outside.open();
    var folder = config.folder().orElse(home.audit());
    var settings =
        LogSettings.of(folder, home.security(), "harrier/" + home.hostName(), ProgramVersion.text())
            .rotating(config.fileBytes(), config.fileAge(), config.keep())
            .hashingAddresses(config.hashAddresses());
    var log = ChainedLog.open(settings, clock);
    FunctionCounter.builder("harrier.audit.records", log, ChainedLog::size)
        .description("Records in the audit log")
        .register(registry);
    FunctionCounter.builder("harrier.audit.dropped", log, ChainedLog::dropped)
        .description("Records that found no room")
        .register(registry);
    Gauge.builder("harrier.audit.writes", log, one -> one.writes() ? 1 : 0)
        .description("1 while the audit log is written, 0 while it cannot be")
        .register(registry);
    return new Auditing(
        rules, Optional.of(log), Optional.of(outside.start(made, log, folder, registry)));
  }

  /** Records what holds from this start on, as far as it bears on who may and what is recorded. */
  void configured(HarrierConfig config) {
    var security = config.server().security();
    var details = new TreeMap<String, Object>();
    details.put("address", config.server().address());
    details.put("allow_root", security.allowRoot());
    details.put("audit_strict", config.audit().strict());
    details.put("auth", security.useAuth());
    details.put("policy", config.auth().policy().toString().toLowerCase(Locale.ROOT));
    details.put("providers", config.auth().providers().size());
    details.put(
        "sinks",
        config.audit().sinks().stream()
            .map(sink -> sink.name() + (sink.required() ? " (required)" : ""))
            .toList());
    details.put("tls", security.secure());
    var levels = new TreeMap<String, Object>();
    config.audit().levels().forEach((name, level) -> levels.put(name, level.word()));
    details.put("audit_levels", levels);
    log().record(AuditRecord.system(Event.CONFIGURED, Outcome.OK, details));
  }

  AuditLog log() {
    return chained.<AuditLog>map(log -> log).orElse(AuditLog.NONE);
  }

  AuditedCalls calls() {
    return new AuditedCalls(log(), rules);
  }

  Page aroundApi() {
    return AuditedRequests.ofApi(log(), rules);
  }

  Function<HttpService, HttpService> aroundMetrics() {
    return AuditedRequests.ofMetrics(log(), rules);
  }

  @Override
  public void close() throws IOException {
    if (chained.isPresent()) {
      chained.get().close();
    }
    // They get the log's last words, too.
    sinks.ifPresent(Sinks::close);
  }
}
