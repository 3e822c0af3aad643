package dev.harrier.propeller.simulation;

import dev.harrier.spi.StoreUnavailableException;
import java.util.random.RandomGenerator;

/**
 * A while in which the journal answers nobody. Whoever calls it waits before it hears so, and all
 * else goes on meanwhile: leases may lapse by it, and what happens to attempts gathers.
 */
final class Outage {
  private final RandomGenerator random;
  private final Runnable meanwhile;
  private boolean lasts;

  /**
   * Makes one that has not begun.
   *
   * @param meanwhile what goes on while a caller waits
   */
  Outage(RandomGenerator random, Runnable meanwhile) {
    this.random = random;
    this.meanwhile = meanwhile;
  }

  void begin() {
    lasts = true;
  }

  void end() {
    lasts = false;
  }

  /** Does nothing unless it lasts; one caller in three finds it at its end. */
  void pass(String what) {
    if (!lasts) {
      return;
    }
    meanwhile.run();
    lasts = random.nextInt(3) > 0;
    throw new StoreUnavailableException(what, new IllegalStateException("simulated outage"));
  }
}
