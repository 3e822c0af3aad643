package dev.harrier.runtime.process;

import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.Rejection;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What tasks reach by network.
 *
 * @param rules by {@code project/domain}, by {@code project}, or {@code *} for all others; the most
 *     precise counts
 */
public record Egress(Map<String, Reach> rules) {
  /** Everything that the machine reaches, for all. */
  public static final Egress OPEN = new Egress(Map.of());

  private static final String ALL = "*";
  private static final Pattern PLACE = Pattern.compile("\\*|[^/*\\s]+(/[^/*\\s]+)?");

  /** How far. */
  public enum Reach {
    /** What the machine reaches. */
    HOST,
    /** Nothing but the attempt itself: not the machine, and so not the API either. */
    NONE
  }

  public Egress {
    rules = Map.copyOf(rules);
    for (var place : rules.keySet()) {
      if (!PLACE.matcher(place).matches()) {
        throw Rejection.invalid(
            "tasks.egress: expected a project, project/domain or '*', found '%s'", place);
      }
    }
  }

  Reach of(ProjectDomain scope) {
    var project = rules.getOrDefault(scope.project(), rules.getOrDefault(ALL, Reach.HOST));
    return rules.getOrDefault(scope.project() + "/" + scope.domain(), project);
  }

  boolean network(ProjectDomain scope) {
    return of(scope) == Reach.HOST;
  }

  /** Whether some tasks are to reach less than the machine does, which takes walls. */
  boolean needsWalls() {
    return rules.containsValue(Reach.NONE);
  }
}
