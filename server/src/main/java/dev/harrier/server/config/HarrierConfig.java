package dev.harrier.server.config;

import static java.util.Objects.requireNonNull;

/** All that can be set, by part. */
public record HarrierConfig(
    ServerConfig server,
    DatabaseConfig database,
    TasksConfig tasks,
    SecretsConfig secrets,
    AuthConfig auth,
    AuditConfig audit,
    LogConfig log) {

  /** What holds where nothing is said. */
  public static final HarrierConfig DEFAULTS =
      new HarrierConfig(
          ServerConfig.DEFAULTS,
          DatabaseConfig.DEFAULTS,
          TasksConfig.DEFAULTS,
          SecretsConfig.DEFAULTS,
          AuthConfig.DEFAULTS,
          AuditConfig.DEFAULTS,
          LogConfig.DEFAULTS);

  public HarrierConfig {
    requireNonNull(server, "server");
    requireNonNull(database, "database");
    requireNonNull(tasks, "tasks");
    requireNonNull(secrets, "secrets");
    requireNonNull(auth, "auth");
    requireNonNull(audit, "audit");
    requireNonNull(log, "log");
  }
}
