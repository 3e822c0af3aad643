package dev.harrier.server.audit;

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

  /** What holds for an RPC by its full name. */
  AuditedOperation ofRpc(String fullMethodName) {
    var slash = fullMethodName.indexOf('/');
    var service = slash < 0 ? PAGES : fullMethodName.substring(0, slash);
    var told = levels.containsKey(fullMethodName) || levels.containsKey(service);
    var level = level(fullMethodName, service);
    var refused = !told && REFUSALS.contains(service) ? defaultLevel() : level;
    return operation(fullMethodName, true, Operations.ofRpc(fullMethodName), level, refused);
  }

  /**
   * What holds for a page by its method and pattern.
   *
   * @param group {@link #PAGES} or {@link #METRICS}
   */
  AuditedOperation ofPage(String page, String group) {
    var level = level(page, group);
    return operation(page, false, Operations.ofPage(page), level, level);
  }

  private AuditedOperation operation(
      String name, boolean rpc, Event event, Level level, Level refused) {
    var before = level != Level.NONE && (strict || Operations.changes(event));
    return new AuditedOperation(name, rpc, event, level, refused, before);
  }

  private Level level(String operation, String group) {
    for (var name : new String[] {operation, group}) {
      var level = levels.get(name);
      if (level == null) {
        level = REFUSALS.contains(name) ? Level.NONE : PROBES.get(name);
      }
      if (level != null) {
        return level;
      }
    }
    return defaultLevel();
  }

  private Level defaultLevel() {
    return levels.getOrDefault(DEFAULT, Level.METADATA);
  }
}
