package dev.harrier.admin.task;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.harrier.admin.inventory.Identifiers;
import dev.harrier.admin.inventory.Times;
import dev.harrier.admin.query.Bind;
import dev.harrier.admin.query.Column;
import dev.harrier.admin.query.ListQuery;
import dev.harrier.admin.query.Page;
import dev.harrier.admin.query.Source;
import dev.harrier.admin.query.Sql;
import dev.harrier.database.Database;
import flyteidl.admin.TaskOuterClass.Task;
import flyteidl.admin.TaskOuterClass.TaskClosure;
import flyteidl.core.Compiler.CompiledTask;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Tasks.TaskTemplate;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The table of tasks. */
public final class TaskStore {
  static final Source SOURCE =
      Source.of(
              "task",
              "t",
              "task t",
              Column.number("id", "t.key"),
              Column.text("project", "t.project"),
              Column.text("domain", "t.domain"),
              Column.text("name", "t.name"),
              Column.text("version", "t.version"),
              Column.text("type", "t.type"),
              Column.text("short_description", "t.short_description"),
              Column.time("created_at", "t.created_at"),
              // A version never changes.
              Column.time("updated_at", "t.created_at"))
          .newestFirst("created_at", Column.number("id", "t.key"));

  private final Database database;

  public TaskStore(Database database) {
    this.database = requireNonNull(database, "database");
  }

  /** The task of that id. */
  public Optional<Task> find(Identifier id) {
    return database.api().run("read the task", connection -> find(connection, id));
  }

  /** The task of that id, on a caller's connection. */
  public static Optional<Task> find(Connection connection, Identifier id) throws SQLException {
    return Sql.first(
        connection,
        """
        SELECT project, domain, name, version, short_description, template, created_at FROM task
        WHERE project = ? AND domain = ? AND name = ? AND version = ?
        """,
        TaskStore::read,
        Identifiers.binds(id));
  }

  /** The templates of many tasks by one query; one that is not there is missing from the answer. */
  public static Map<Identifier, CompiledTask> compiled(
      Connection connection, Collection<Identifier> ids) throws SQLException {
    var found = new HashMap<Identifier, CompiledTask>();
    if (!ids.isEmpty()) {
      Sql.all(
              connection,
              """
              SELECT project, domain, name, version, short_description, template, created_at
              FROM task JOIN unnest(?, ?, ?, ?) AS wanted (project, domain, name, version)
                USING (project, domain, name, version)
              """,
              TaskStore::read,
              Identifiers.binds(ids))
          .forEach(task -> found.put(task.getId(), task.getClosure().getCompiledTask()));
    }
    return found;
  }

  static Optional<byte[]> digest(Connection connection, Identifier id) throws SQLException {
    return Sql.first(
        connection,
        "SELECT digest FROM task WHERE project = ? AND domain = ? AND name = ? AND version = ?",
        row -> row.getBytes("digest"),
        Identifiers.binds(id));
  }

  /** Inserts a version; false if its id is taken. */
  static boolean insert(
      Connection connection, TaskTemplate template, String shortDescription, byte[] digest)
      throws SQLException {
    var id = template.getId();
    return Sql.update(
            connection,
            """
            INSERT INTO task (project, domain, name, version, type, short_description, template,
              digest, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, now()) ON CONFLICT DO NOTHING
            """,
            Bind.text(id.getProject()),
            Bind.text(id.getDomain()),
            Bind.text(id.getName()),
            Bind.text(id.getVersion()),
            Bind.text(template.getType()),
            Bind.text(shortDescription),
            Bind.bytes(template.toByteArray()),
            Bind.bytes(digest))
        == 1;
  }

  Page<Task> list(ListQuery query) {
    return database
        .api()
        .run(
            "list tasks",
            connection ->
                query.read(
                    connection,
                    "project, domain, name, version, short_description, template, created_at",
                    TaskStore::read));
  }

  private static Task read(ResultSet row) throws SQLException {
    try {
      return Task.newBuilder()
          .setId(Identifiers.read(row, ResourceType.TASK))
          .setShortDescription(row.getString("short_description"))
          .setClosure(
              TaskClosure.newBuilder()
                  .setCompiledTask(
                      CompiledTask.newBuilder()
                          .setTemplate(TaskTemplate.parseFrom(row.getBytes("template"))))
                  .setCreatedAt(Times.read(row, "created_at")))
          .build();
    } catch (InvalidProtocolBufferException broken) {
      throw new IllegalStateException("a task in the database is broken", broken);
    }
  }
}
