package dev.harrier.admin.journal;

import dev.harrier.spi.AttemptPhase;
import dev.harrier.spi.ExecutionPhase;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.Phase;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * The phases that each phase may follow, as statements compare them: a bit for each number. One
 * that is not terminal may follow itself, since a row is written for other changes as well.
 */
final class Predecessors<P extends Enum<P> & Phase<P>> {
  static final Predecessors<ExecutionPhase> OF_EXECUTIONS =
      new Predecessors<>(ExecutionPhase.class);
  static final Predecessors<NodePhase> OF_NODES = new Predecessors<>(NodePhase.class);
  static final Predecessors<AttemptPhase> OF_ATTEMPTS = new Predecessors<>(AttemptPhase.class);

  // Worked out once: every row of every commit asks.
  private final Map<P, Integer> bits;

  private Predecessors(Class<P> kind) {
    bits = new EnumMap<>(kind);
    for (var phase : kind.getEnumConstants()) {
      bits.put(
          phase,
          Arrays.stream(kind.getEnumConstants())
              .filter(from -> (from == phase && !from.terminal()) || from.next().contains(phase))
              .mapToInt(from -> 1 << from.number())
              .reduce(0, (left, right) -> left | right));
    }
  }

  int of(P phase) {
    return bits.getOrDefault(phase, 0);
  }
}
