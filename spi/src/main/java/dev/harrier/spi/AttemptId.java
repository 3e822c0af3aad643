package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

/**
 * Names one attempt of a task node; the key under which a runtime starts it at most once.
 *
 * @param number 0-based, as on the wire; counts attempts of every cause, user and system failures
 *     alike
 */
public record AttemptId(NodeId node, int number) {
  public AttemptId {
    requireNonNull(node, "node");
    if (number < 0) {
      throw new IllegalArgumentException(
          "attempt number of %s: expected >= 0, got %s".formatted(node, number));
    }
  }

  @Override
  public String toString() {
    return node + "#" + number;
  }
}
