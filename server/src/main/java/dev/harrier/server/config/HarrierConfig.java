package dev.harrier.server.config;

import static java.util.Objects.requireNonNull;

/** All that can be set, by part. */
public record HarrierConfig(
    ServerRole role,
    ServerConfig server,
    AdminConfig admin,
    DatabaseConfig database,
    StorageConfig storage,
    TasksConfig tasks,
    SecretsConfig secrets,
    AuthConfig auth,
    AuditConfig audit,
    LogConfig log) {

  /** What holds where nothing is said. */
  public static final HarrierConfig DEFAULTS =
      new HarrierConfig(
          ServerRole.ALL,
          ServerConfig.DEFAULTS,
          AdminConfig.DEFAULTS,
          DatabaseConfig.DEFAULTS,
          StorageConfig.DEFAULTS,
          TasksConfig.DEFAULTS,
          SecretsConfig.DEFAULTS,
          AuthConfig.DEFAULTS,
          AuditConfig.DEFAULTS,
          LogConfig.DEFAULTS);

  public HarrierConfig {
    requireNonNull(role, "role");
    requireNonNull(server, "server");
    requireNonNull(admin, "admin");
    requireNonNull(database, "database");
    requireNonNull(storage, "storage");
    requireNonNull(tasks, "tasks");
    requireNonNull(secrets, "secrets");
    requireNonNull(auth, "auth");
    requireNonNull(audit, "audit");
    requireNonNull(log, "log");
    if (role == ServerRole.ADMIN && (!tasks.egress().isEmpty() || tasks.requireWalls())) {
      throw new ConfigurationException(
          "tasks.%s: expected it in the propeller's configuration, as the role admin runs no tasks, found it in admin's"
              .formatted(tasks.requireWalls() ? "requireWalls" : "egress"));
    }
  }
}
