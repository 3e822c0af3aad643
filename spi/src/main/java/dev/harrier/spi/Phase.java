package dev.harrier.spi;

import java.util.Set;

/**
 * Where something stands in its life.
 *
 * @param <P> the phases of the same kind
 */
public sealed interface Phase<P extends Phase<P>> permits AttemptPhase, ExecutionPhase, NodePhase {
  /** The number of the phase in Flyte's protocol, which is also what rows hold. */
  int number();

  /** The phases that may directly follow. */
  Set<P> next();

  /** Whether nothing may change any more. */
  default boolean terminal() {
    return next().isEmpty();
  }
}
