package dev.harrier.server.audit;

import static java.util.Objects.requireNonNull;

import dev.harrier.audit.Event;
import dev.harrier.audit.Level;
import java.util.Map;
import java.util.Set;

/**
 * How much is recorded of what, and what must not be done unrecorded.
 *
 * @param strict whether reads must be recorded before they are answered, too
 * @param levels by service, by {@code service/method}, or {@code pages}, {@code metrics}, {@code
 *     default}
 */
public record AuditRules(boolean strict, Map<String, Level> levels) {
  /** Pages of the API's port. */
  static final String PAGES = "pages";

  /** All of the metrics' port. */
  public static final String METRICS = "metrics";

  private static final String DEFAULT = "default";

  /** What asks every few seconds whether the server is there. */
  private static final Map<String, Level> PROBES =
      Map.of(
          "grpc.health.v1.Health", Level.NONE, METRICS, Level.NONE, "GET /healthcheck", Level.NONE);

  /** What propellers ask for many times a second: what was refused is worth a record. */
  private static final Set<String> REFUSALS = Set.of("harrier.journal.v1.JournalService");

  public AuditRules {
    levels = Map.copyOf(levels);
  }

  /** That of an RPC by its full name, or of a page by method and pattern. */
  Level level(String operation, String group) {
    requireNonNull(operation, "operation");
    for (var name : new String[] {operation, group}) {
      var level = levels.get(name);
      if (level == null) {
        level = REFUSALS.contains(name) ? Level.NONE : PROBES.get(name);
      }
      if (level != null) {
        return level;
      }
    }
    return levels.getOrDefault(DEFAULT, Level.METADATA);
  }

  /** The same once it has ended. */
  Level levelOfEnd(String operation, String group, boolean refused) {
    var told = levels.containsKey(operation) || levels.containsKey(group);
    return refused && !told && REFUSALS.contains(group)
        ? levels.getOrDefault(DEFAULT, Level.METADATA)
        : level(operation, group);
  }

  /** Whether it must be recorded before it is done. */
  boolean closed(Event event) {
    return strict || Operations.changes(event);
  }
}
