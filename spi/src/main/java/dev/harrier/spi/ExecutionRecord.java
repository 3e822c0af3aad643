package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

import dev.harrier.idl.engine.v1.ExecutionSettings;
import flyteidl.core.Literals.LiteralMap;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything that the engine needs to go on with an execution, as one consistent read.
 *
 * @param closureDigest names the compiled graph; {@link Journal#closure} has it
 * @param inputs complete: defaults and fixed values are in
 * @param parent the node of another execution that waits for this one
 * @param nodes every node that has a row, in no order
 * @param attempts every attempt of those nodes, in no order
 * @param timers those set, in no order
 */
public record ExecutionRecord(
    ExecutionRef ref,
    String closureDigest,
    LiteralMap inputs,
    ExecutionSettings settings,
    Optional<Parent> parent,
    Instant createdAt,
    ExecutionRow row,
    List<NodeRow> nodes,
    List<AttemptRow> attempts,
    List<TimerRow> timers) {
  public ExecutionRecord {
    requireNonNull(ref, "ref");
    requireNonNull(closureDigest, "closureDigest");
    requireNonNull(inputs, "inputs");
    requireNonNull(settings, "settings");
    requireNonNull(parent, "parent");
    requireNonNull(createdAt, "createdAt");
    requireNonNull(row, "row");
    nodes = List.copyOf(nodes);
    attempts = List.copyOf(attempts);
    timers = List.copyOf(timers);
  }

  /** The waiting node. */
  public record Parent(ExecutionRef execution, String nodePath) {
    public Parent {
      requireNonNull(execution, "execution");
      requireNonNull(nodePath, "nodePath");
    }
  }
}
