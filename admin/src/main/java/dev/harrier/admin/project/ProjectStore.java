package dev.harrier.admin.project;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.harrier.admin.query.Bind;
import dev.harrier.admin.query.Column;
import dev.harrier.admin.query.ListQuery;
import dev.harrier.admin.query.Page;
import dev.harrier.admin.query.Source;
import dev.harrier.admin.query.Sql;
import dev.harrier.database.Database;
import flyteidl.admin.Common.Labels;
import flyteidl.admin.ProjectOuterClass.Project;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** The project table. */
public final class ProjectStore {
  static final Source SOURCE =
      Source.of(
              "project",
              "p",
              "project p",
              Column.text("identifier", "p.id"),
              Column.text("name", "p.name"),
              Column.text("description", "p.description"),
              Column.number("state", "p.state"),
              Column.time("created_at", "p.created_at"))
          .leastFirst("identifier", Column.text("identifier", "p.id"));

  private final Database database;

  public ProjectStore(Database database) {
    this.database = requireNonNull(database, "database");
  }

  Optional<Project> find(String id) {
    return database.api().run("read the project", connection -> find(connection, id));
  }

  static Optional<Project> find(Connection connection, String id) throws SQLException {
    return Sql.first(
        connection,
        "SELECT id, name, description, labels, state FROM project p WHERE id = ?",
        ProjectStore::read,
        Bind.text(id));
  }

  /** Inserts a project; false if its id is taken. */
  boolean insert(Project project) {
    return database
        .api()
        .run(
            "store the project",
            connection ->
                Sql.update(
                        connection,
                        """
                        INSERT INTO project (id, name, description, labels, state, created_at)
                        VALUES (?, ?, ?, ?, ?, now()) ON CONFLICT DO NOTHING
                        """,
                        Bind.text(project.getId()),
                        Bind.text(project.getName()),
                        Bind.text(project.getDescription()),
                        Bind.bytes(project.getLabels().toByteArray()),
                        Bind.number(project.getStateValue()))
                    == 1);
  }

  /** Replaces what was sent; false if there is no such project. */
  boolean update(Project project) {
    return database
        .api()
        .run(
            "change the project",
            connection ->
                Sql.update(
                        connection,
                        """
                        UPDATE project SET
                          name = COALESCE(NULLIF(?, ''), name),
                          description = COALESCE(NULLIF(?, ''), description),
                          labels = COALESCE(NULLIF(?, ''::bytea), labels),
                          state = ?
                        WHERE id = ?
                        """,
                        Bind.text(project.getName()),
                        Bind.text(project.getDescription()),
                        Bind.bytes(project.getLabels().toByteArray()),
                        Bind.number(project.getStateValue()),
                        Bind.text(project.getId()))
                    == 1);
  }

  Page<Project> list(ListQuery query) {
    return database
        .api()
        .run(
            "list projects",
            connection ->
                query.read(
                    connection,
                    "p.id, p.name, p.description, p.labels, p.state",
                    ProjectStore::read));
  }

  private static Project read(ResultSet row) throws SQLException {
    try {
      return Project.newBuilder()
          .setId(row.getString("id"))
          .setName(row.getString("name"))
          .setDescription(row.getString("description"))
          .setLabels(Labels.parseFrom(row.getBytes("labels")))
          .setStateValue(row.getInt("state"))
          .build();
    } catch (InvalidProtocolBufferException broken) {
      throw new IllegalStateException("a project's labels in the database are broken", broken);
    }
  }
}
