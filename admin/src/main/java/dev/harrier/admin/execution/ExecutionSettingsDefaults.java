package dev.harrier.admin.execution;

/**
 * What holds for an execution if neither its request nor its launch plan says otherwise.
 *
 * @param maxParallelism task attempts that may run at once
 */
public record ExecutionSettingsDefaults(int maxParallelism) {
  /** Flyte's own. */
  public static final ExecutionSettingsDefaults FLYTE = new ExecutionSettingsDefaults(25);

  public ExecutionSettingsDefaults {
    if (maxParallelism < 1) {
      throw new IllegalArgumentException(
          "max parallelism: expected at least 1, got " + maxParallelism);
    }
  }
}
