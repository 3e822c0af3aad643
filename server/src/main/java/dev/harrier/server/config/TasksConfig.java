package dev.harrier.server.config;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How tasks run.
 *
 * @param python the interpreter of tasks whose image is not named in {@code images}; without it the
 *     program makes an environment of its own in its cache
 * @param images container image name to the interpreter that stands for it
 * @param allowedImages that tasks may name when they are registered, as {@link
 *     dev.harrier.admin.task.ImageRules} reads them; none means any
 * @param coldWorkers whether each attempt starts an interpreter of its own
 * @param requireWalls whether to refuse a machine on which tasks cannot be walled off; without it
 *     such a machine gets a warning
 * @param readable folders that tasks may read besides the system and their interpreter
 * @param environment variables of every task
 * @param limits of each attempt
 * @param logs the folder in which a propeller of another process of this machine keeps what
 *     attempts print, {@code process/logs} of its home; only the role admin reads it
 * @param user whom they run as where the server runs as root: an account or a number
 * @param egress project, {@code project/domain} or {@code *} to what its tasks reach by network, as
 *     {@link dev.harrier.runtime.process.network.Egress} reads it
 */
public record TasksConfig(
    Optional<Path> python,
    Map<String, Path> images,
    List<String> allowedImages,
    boolean coldWorkers,
    boolean requireWalls,
    List<Path> readable,
    Map<String, String> environment,
    TaskLimitsConfig limits,
    Optional<Path> logs,
    Optional<String> user,
    Map<String, List<String>> egress) {

  /** Warm workers in an environment of the program's own. */
  public static final TasksConfig DEFAULTS =
      new TasksConfig(
          Optional.empty(),
          Map.of(),
          List.of(),
          false,
          false,
          List.of(),
          Map.of(),
          TaskLimitsConfig.DEFAULTS,
          Optional.empty(),
          Optional.empty(),
          Map.of());

  public TasksConfig {
    requireNonNull(python, "python");
    images = Map.copyOf(images);
    allowedImages = List.copyOf(allowedImages);
    readable = List.copyOf(readable);
    environment = Map.copyOf(environment);
    requireNonNull(limits, "limits");
    requireNonNull(logs, "logs");
    requireNonNull(user, "user");
    egress = Map.copyOf(egress);
  }
}
