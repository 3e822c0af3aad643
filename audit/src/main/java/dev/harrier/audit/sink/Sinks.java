package dev.harrier.audit.sink;

import dev.harrier.audit.chain.ChainedLog;
import dev.harrier.audit.chain.Retention;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** All deliveries of a log together, and what they ask of it. */
public final class Sinks implements AutoCloseable {
  /** How long records may wait for a sink that must have them before changes are refused. */
  public static final Duration REQUIRED_WITHIN = Duration.ofMinutes(1);

  private final List<Delivery> deliveries;

  /**
   * @param required names of those without which nothing may be changed
   * @param unsentBytesMax how large the log may grow for a sink that does not take it
   * @param requiredWithin how long a record may wait for one of those
   */
  public Sinks(
      ChainedLog log,
      List<Delivery> deliveries,
      Set<String> required,
      long unsentBytesMax,
      Duration requiredWithin) {
    this.deliveries = List.copyOf(deliveries);
    log.keeping(
        deliveries.isEmpty()
            ? Retention.NO_SINKS
            : new Retention(
                () -> this.deliveries.stream().mapToLong(Delivery::delivered).min().orElseThrow(),
                unsentBytesMax));
    var needed = deliveries.stream().filter(one -> required.contains(one.name())).toList();
    log.requiring(
        () -> needed.stream().allMatch(one -> one.behind().compareTo(requiredWithin) < 0));
  }

  /** Each. */
  public List<Delivery> deliveries() {
    return deliveries;
  }

  /** Gives each two seconds for what it has not got. */
  @Override
  public void close() {
    deliveries.parallelStream().forEach(Delivery::close);
  }
}
