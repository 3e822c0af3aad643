package dev.harrier.server.config;

import dev.harrier.audit.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is recorded of what callers do, and where.
 *
 * @param enabled whether anything is recorded
 * @param strict whether reads are refused, too, while nothing can be recorded; changes always are
 * @param folder of the log; {@code audit} in the home without it
 * @param levels by service ({@code flyteidl.service.AdminService}), by {@code service/method}, or
 *     {@code pages}, {@code metrics}, {@code default}: none, metadata or request
 * @param hashAddresses whether callers' addresses are recorded as keyed hashes
 * @param fileBytes of one file, after which it is closed and packed
 * @param fileAge the same
 * @param keep how long closed files are kept, 0s for ever
 * @param unsentBytes how large the log may grow beyond that for a sink that does not take it
 * @param sinks receivers outside
 */
public record AuditConfig(
    boolean enabled,
    boolean strict,
    Optional<Path> folder,
    Map<String, Level> levels,
    boolean hashAddresses,
    long fileBytes,
    Duration fileAge,
    Duration keep,
    long unsentBytes,
    List<AuditSinkConfig> sinks) {
  private static final long FILE_BYTES_MIN = 64 * 1024;

  /** All calls, without their requests, for a year. */
  public static final AuditConfig DEFAULTS =
      new AuditConfig(
          true,
          false,
          Optional.empty(),
          Map.of(),
          false,
          100L << 20,
          Duration.ofDays(1),
          Duration.ofDays(365),
          10L << 30,
          List.of());

  public AuditConfig {
    levels = Map.copyOf(levels);
    sinks = List.copyOf(sinks);
    var names = new HashSet<String>();
    for (var i = 0; i < sinks.size(); i++) {
      sinks.get(i).check("audit.sinks[%s]".formatted(i));
      if (!names.add(sinks.get(i).name())) {
        throw new ConfigurationException(
            "audit.sinks[%s].name: expected one of its own, found '%s' twice"
                .formatted(i, sinks.get(i).name()));
      }
    }
    if (fileBytes < FILE_BYTES_MIN || !fileAge.isPositive() || keep.isNegative()) {
      throw new ConfigurationException(
          "audit: expected fileBytes >= %s, fileAge > 0 and keep >= 0, found %s, %s and %s"
              .formatted(FILE_BYTES_MIN, fileBytes, fileAge, keep));
    }
    for (var name : levels.keySet()) {
      if (!name.matches("[A-Za-z0-9_.]+(/[A-Za-z0-9_]+)?|[A-Z]+ /.*")) {
        throw new ConfigurationException(
            "audit.levels: expected a service, service/method, pages, metrics or default, found '%s'"
                .formatted(name));
      }
    }
  }
}
