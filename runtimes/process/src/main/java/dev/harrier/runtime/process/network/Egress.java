package dev.harrier.runtime.process.network;

import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.Rejection;
import java.util.LinkedHashMap;
import java.util.List;
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

  public Egress {
    rules = Map.copyOf(rules);
    for (var place : rules.keySet()) {
      if (!PLACE.matcher(place).matches()) {
        throw Rejection.invalid(
            "tasks.egress: expected a project, project/domain or '*', found '%s'", place);
      }
    }
  }

  /**
   * Reads what an operator wrote.
   *
   * @param words by place; what they may be says {@link Reach#of}
   * @throws dev.harrier.spi.RejectedException INVALID_ARGUMENT that names the place
   */
  public static Egress of(Map<String, List<String>> words) {
    var rules = new LinkedHashMap<String, Reach>();
    words.forEach((place, some) -> rules.put(place, Reach.of(place, some)));
    return new Egress(rules);
  }

  /** What a scope's tasks reach. */
  public Reach of(ProjectDomain scope) {
    var project = rules.getOrDefault(scope.project(), rules.getOrDefault(ALL, Reach.HOST));
    return rules.getOrDefault(scope.project() + "/" + scope.domain(), project);
  }

  /** Whether some tasks are to reach less than the machine does, which takes walls. */
  public boolean needsWalls() {
    return rules.values().stream().anyMatch(reach -> !reach.equals(Reach.HOST));
  }

  /** The rules that take a network of their own with a way out, each once. */
  List<Reach.Listed> lists() {
    return rules.values().stream()
        .filter(Reach.Listed.class::isInstance)
        .map(Reach.Listed.class::cast)
        .filter(Reach.Listed::leadsOut)
        .distinct()
        .toList();
  }
}
