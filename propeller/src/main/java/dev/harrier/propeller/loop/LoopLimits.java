package dev.harrier.propeller.loop;

import java.time.Duration;

/**
 * Bounds of one loop.
 *
 * @param flushRecordsMax rows after which a drain is committed; at least one execution's decision
 *     is always whole
 * @param flushBytesMax bytes of values after which a drain is committed, likewise
 * @param inputsPerExecutionMax inputs of one execution that a drain takes, so that a busy one does
 *     not starve others
 * @param commandsPerPoll commands that one look into the journal takes
 * @param timerHorizon how far ahead timers are kept in memory
 * @param pollInterval between looks into the journal for what was not handed over
 * @param visitEach in that time the runtime is asked at least once after every attempt that runs
 * @param idleAfter an execution untouched for that long is dropped from memory
 * @param executionsMax executions kept in memory at most, beyond which the longest idle go first
 */
public record LoopLimits(
    int flushRecordsMax,
    long flushBytesMax,
    int inputsPerExecutionMax,
    int commandsPerPoll,
    Duration timerHorizon,
    Duration pollInterval,
    Duration visitEach,
    Duration idleAfter,
    int executionsMax) {
  public LoopLimits {
    if (flushRecordsMax < 1
        || inputsPerExecutionMax < 1
        || commandsPerPoll < 1
        || executionsMax < 1) {
      throw new IllegalArgumentException("loop limits: expected all to be at least 1");
    }
  }

  /** What a server runs with. */
  public static LoopLimits defaults() {
    return new LoopLimits(
        1_000,
        1L << 20,
        64,
        2_000,
        Duration.ofSeconds(30),
        Duration.ofSeconds(2),
        Duration.ofMinutes(10),
        Duration.ofMinutes(1),
        50_000);
  }
}
