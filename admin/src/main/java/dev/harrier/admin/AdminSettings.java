package dev.harrier.admin;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.dataproxy.DataProxySettings;
import dev.harrier.admin.execution.ExecutionSettingsDefaults;
import dev.harrier.admin.project.ProjectSettings;
import dev.harrier.admin.query.PageTokenKey;
import dev.harrier.admin.task.ImageRules;
import dev.harrier.admin.taskexecution.LogLinks;

/**
 * What can be set about this room.
 *
 * @param images that tasks may name
 * @param pageTokens binds the page tokens of lists; processes that share it take each other's
 * @param logs where clients read what attempts printed
 * @param version of the program, as clients are told it
 */
public record AdminSettings(
    ProjectSettings projects,
    ExecutionSettingsDefaults executions,
    DataProxySettings dataProxy,
    ImageRules images,
    PageTokenKey pageTokens,
    LogLinks logs,
    String version) {
  public AdminSettings {
    requireNonNull(projects, "projects");
    requireNonNull(executions, "executions");
    requireNonNull(dataProxy, "dataProxy");
    requireNonNull(images, "images");
    requireNonNull(pageTokens, "pageTokens");
    requireNonNull(logs, "logs");
    requireNonNull(version, "version");
  }

  /** With everything as Flyte has it. */
  public static AdminSettings of(String version) {
    return new AdminSettings(
        ProjectSettings.DEFAULT,
        ExecutionSettingsDefaults.FLYTE,
        DataProxySettings.DEFAULT,
        ImageRules.ANY,
        PageTokenKey.random(),
        LogLinks.AS_TOLD,
        version);
  }

  /** The same with page tokens that outlive this process. */
  public AdminSettings withPageTokens(PageTokenKey key) {
    return new AdminSettings(projects, executions, dataProxy, images, key, logs, version);
  }

  /** The same with other links to logs. */
  public AdminSettings withLogs(LogLinks other) {
    return new AdminSettings(projects, executions, dataProxy, images, pageTokens, other, version);
  }

  /** The same with rules for images. */
  public AdminSettings withImages(ImageRules rules) {
    return new AdminSettings(projects, executions, dataProxy, rules, pageTokens, logs, version);
  }
}
