package dev.harrier.admin.project;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.query.Bind;
import dev.harrier.admin.query.Sql;
import dev.harrier.database.Database;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.admin.ProjectOuterClass.InactiveProject;
import flyteidl.admin.ProjectOuterClass.Project.ProjectState;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Whether something may be made in a project and domain. Asked after access, so that it tells
 * nobody of projects that they may not see.
 */
public final class ProjectCheck {
  private final Database database;
  private final ProjectSettings settings;

  public ProjectCheck(Database database, ProjectSettings settings) {
    this.database = requireNonNull(database, "database");
    this.settings = requireNonNull(settings, "settings");
  }

  /**
   * Returns if the project is there and active and has the domain.
   *
   * @throws RejectedException INVALID_ARGUMENT; with Flyte's typed detail if the project is
   *     archived
   */
  public void requireActive(ProjectDomain scope) {
    database
        .api()
        .run(
            "check the project",
            connection -> {
              requireActive(connection, scope);
              return scope;
            });
  }

  /** The same within a caller's connection. */
  public void requireActive(Connection connection, ProjectDomain scope) throws SQLException {
    var state =
        Sql.first(
            connection,
            "SELECT state FROM project WHERE id = ?",
            row -> row.getInt("state"),
            Bind.text(scope.project()));
    if (state.isEmpty()) {
      throw Rejection.invalid(
          "failed to validate that project [%s] and domain [%s] are registered, err: [project [%s] not found]",
          scope.project(), scope.domain(), scope.project());
    }
    if (state.orElseThrow() != ProjectState.ACTIVE_VALUE) {
      throw Rejection.invalid("project [%s] is not active", scope.project())
          .with(InactiveProject.newBuilder().setId(scope.project()).build());
    }
    if (settings.domain(scope.domain()).isEmpty()) {
      throw Rejection.invalid("domain [%s] is unrecognized by system", scope.domain());
    }
  }
}
