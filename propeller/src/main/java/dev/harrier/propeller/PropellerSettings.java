package dev.harrier.propeller;

import dev.harrier.propeller.loop.LoopLimits;
import java.time.Duration;

/**
 * The engine's configuration.
 *
 * @param loops platform threads that decide; 0 means one per core, at most 8
 * @param lease how long a shard is leased; another process takes over at the earliest that long
 *     after this one fell silent
 */
public record PropellerSettings(int loops, Duration lease, LoopLimits limits) {
  private static final int LOOPS_MAX = 8;

  public PropellerSettings {
    if (loops < 0 || loops > 256) {
      throw new IllegalArgumentException("propeller.loops: expected 0 to 256, got " + loops);
    }
    if (lease.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException(
          "propeller.lease: expected at least 1s, got %s".formatted(lease));
    }
  }

  /** What a server runs with. */
  public static PropellerSettings defaults() {
    return new PropellerSettings(0, Duration.ofSeconds(10), LoopLimits.defaults());
  }

  int loopCount() {
    return loops > 0 ? loops : Math.min(LOOPS_MAX, Runtime.getRuntime().availableProcessors());
  }
}
