package dev.harrier.security.token;

import dev.harrier.spi.AttemptId;

/** Tells which attempts of tasks still run: the token of an attempt ends with it. */
@FunctionalInterface
public interface LiveAttempts {
  /** All of them, for ever. */
  LiveAttempts ALL = attempt -> true;

  /**
   * Whether the attempt was started and is not over. May lag behind by a few seconds.
   *
   * @throws dev.harrier.spi.StoreUnavailableException if that cannot be found out
   */
  boolean live(AttemptId attempt);
}
