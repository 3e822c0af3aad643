package dev.harrier.admin;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.dataproxy.DataProxySettings;
import dev.harrier.admin.execution.ExecutionSettingsDefaults;
import dev.harrier.admin.project.ProjectSettings;

/**
 * What can be set about this room.
 *
 * @param version of the program, as clients are told it
 */
public record AdminSettings(
    ProjectSettings projects,
    ExecutionSettingsDefaults executions,
    DataProxySettings dataProxy,
    String version) {
  public AdminSettings {
    requireNonNull(projects, "projects");
    requireNonNull(executions, "executions");
    requireNonNull(dataProxy, "dataProxy");
    requireNonNull(version, "version");
  }

  /** With everything as Flyte has it. */
  public static AdminSettings of(String version) {
    return new AdminSettings(
        ProjectSettings.DEFAULT,
        ExecutionSettingsDefaults.FLYTE,
        DataProxySettings.DEFAULT,
        version);
  }
}
