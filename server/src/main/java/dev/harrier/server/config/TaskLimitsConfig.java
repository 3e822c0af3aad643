package dev.harrier.server.config;

/**
 * What one attempt may take of the machine.
 *
 * @param memory of an attempt that sets no limit itself; 0 is three quarters of the machine's
 * @param storage of an attempt's own folders, where it sets no limit of ephemeral storage itself; 0
 *     is half of what was free at the start
 * @param processes at once
 */
public record TaskLimitsConfig(long memory, long storage, int processes) {
  private static final int PROCESSES_MIN = 64;
  private static final int PROCESSES_MAX = 1_000_000;

  /** By the machine, and 4096 processes. */
  public static final TaskLimitsConfig DEFAULTS = new TaskLimitsConfig(0, 0, 4096);

  public TaskLimitsConfig {
    if (processes < PROCESSES_MIN || processes > PROCESSES_MAX) {
      throw new ConfigurationException(
          "tasks.limits.processes: expected %s to %s, found %s"
              .formatted(PROCESSES_MIN, PROCESSES_MAX, processes));
    }
  }
}
