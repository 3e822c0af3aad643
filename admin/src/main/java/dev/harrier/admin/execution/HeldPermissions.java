package dev.harrier.admin.execution;

import static java.util.Objects.requireNonNull;

import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.Rows;
import dev.harrier.idl.engine.v1.ExecutionSettings;
import dev.harrier.security.Permission;
import dev.harrier.spi.ExecutionId;
import java.util.List;

/** What an execution's principal might do when it was created, of what its tasks may need. */
public final class HeldPermissions {
  private final Database database;

  public HeldPermissions(Database database) {
    this.database = requireNonNull(database, "database");
  }

  /** Whether the principal held it in the execution's project and domain; no if there is none. */
  public boolean held(ExecutionId execution, Permission permission) {
    return database
        .api()
        .run(
            "read what an execution's principal held",
            connection -> {
              try (var statement =
                  connection.prepareStatement(
                      "SELECT settings FROM execution WHERE project = ? AND domain = ? AND name = ?")) {
                Arguments.of(statement)
                    .text(execution.project())
                    .text(execution.domain())
                    .text(execution.name());
                try (var rows = statement.executeQuery()) {
                  return rows.next()
                      ? Rows.message(rows, "settings", ExecutionSettings.parser())
                          .getHeldPermissionsList()
                      : List.<String>of();
                }
              }
            })
        .contains(permission.word());
  }
}
