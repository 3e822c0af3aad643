package dev.harrier.server;

import dev.harrier.audit.chain.ChainedLog;
import dev.harrier.audit.sink.Delivery;
import dev.harrier.audit.sink.Otlp;
import dev.harrier.audit.sink.Posts;
import dev.harrier.audit.sink.SignedPosts;
import dev.harrier.audit.sink.Sink;
import dev.harrier.audit.sink.Sinks;
import dev.harrier.audit.sink.StandardOutput;
import dev.harrier.audit.sink.Syslog;
import dev.harrier.audit.verify.LogFolder;
import dev.harrier.server.config.AuditConfig;
import dev.harrier.server.config.AuditSinkConfig;
import dev.harrier.server.config.ConfigurationException;
import dev.harrier.server.tls.OutgoingTls;
import dev.harrier.spi.machine.PrivateFiles;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Makes the sinks of the configuration, and tells how each of them fares. */
final class AuditSinks {
  /** With a receiver that does not answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final AuditConfig config;
  private final String hostName;
  private final Clock clock;

  AuditSinks(AuditConfig config, String hostName, Clock clock) {
    this.config = config;
    this.hostName = hostName;
    this.clock = clock;
  }

  /** All of them, before anything is delivered: a file that is wrong keeps the server down. */
  Map<String, Sink> open() throws IOException {
    var made = new HashMap<String, Sink>();
    for (var sink : config.sinks()) {
      made.put(sink.name(), sink(sink));
    }
    return made;
  }

  Sinks start(Map<String, Sink> made, ChainedLog log, Path folder, MeterRegistry registry)
      throws IOException {
    var deliveries = new ArrayList<Delivery>();
    for (var sink : made.entrySet()) {
      var delivery = Delivery.start(sink.getKey(), sink.getValue(), log, new LogFolder(folder));
      deliveries.add(delivery);
      measured(delivery, registry);
    }
    var required =
        config.sinks().stream()
            .filter(AuditSinkConfig::required)
            .map(AuditSinkConfig::name)
            .collect(Collectors.toSet());
    return new Sinks(log, deliveries, required, config.unsentBytes(), Sinks.REQUIRED_WITHIN);
  }

  private static void measured(Delivery delivery, MeterRegistry registry) {
    Gauge.builder("harrier.audit.sink.takes", delivery, one -> one.takes() ? 1 : 0)
        .description("1 while a sink takes records, 0 while it does not")
        .tag("sink", delivery.name())
        .register(registry);
    Gauge.builder("harrier.audit.sink.waiting", delivery, Delivery::waiting)
        .description("Records that a sink has not got")
        .tag("sink", delivery.name())
        .register(registry);
    Gauge.builder("harrier.audit.sink.behind", delivery, one -> one.behind().toMillis() / 1000.0)
        .description("For how long a record has been waiting for a sink, at most")
        .baseUnit("seconds")
        .tag("sink", delivery.name())
        .register(registry);
    Gauge.builder("harrier.audit.sink.refused", delivery, Delivery::refused)
        .description("Sequence of a record that a sink refuses by itself again and again, or 0")
        .tag("sink", delivery.name())
        .register(registry);
    FunctionCounter.builder("harrier.audit.sink.missed", delivery, Delivery::missed)
        .description("Records that were deleted before a sink got them")
        .tag("sink", delivery.name())
        .register(registry);
  }

  private Sink sink(AuditSinkConfig sink) throws IOException {
    return switch (sink.type()) {
      case STDOUT -> new StandardOutput();
      case SYSLOG ->
          new Syslog(
              sink.address(),
              OutgoingTls.context(sink.caFile(), sink.certificateFile(), sink.keyFile()),
              hostName,
              PATIENCE);
      case OTLP -> new Otlp(posts(sink), hostName, ProgramVersion.text());
      case HTTPS -> signed(sink);
    };
  }

  private Posts posts(AuditSinkConfig sink) throws IOException {
    Optional<String> authorization = Optional.empty();
    if (sink.authorizationFile().isPresent()) {
      authorization = Optional.of(PrivateFiles.read(sink.authorizationFile().get()).strip());
    }
    return new Posts(
        sink.address(),
        OutgoingTls.context(sink.caFile(), sink.certificateFile(), sink.keyFile()),
        authorization,
        PATIENCE);
  }

  private Sink signed(AuditSinkConfig sink) throws IOException {
    var file = sink.secretFile().orElseThrow();
    try {
      return new SignedPosts(posts(sink), PrivateFiles.read(file).strip(), clock);
    } catch (IllegalArgumentException wrong) {
      throw new ConfigurationException("%s: %s".formatted(file, wrong.getMessage()));
    }
  }
}
