package dev.harrier.admin.workflow;

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
import flyteidl.admin.WorkflowOuterClass.Workflow;
import flyteidl.admin.WorkflowOuterClass.WorkflowClosure;
import flyteidl.core.Compiler.CompiledWorkflow;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Interface.TypedInterface;
import flyteidl.core.Workflow.WorkflowTemplate;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** The table of workflows. */
public final class WorkflowStore {
  static final Source SOURCE =
      Source.of(
              "workflow",
              "w",
              "workflow w",
              Column.number("id", "w.key"),
              Column.text("project", "w.project"),
              Column.text("domain", "w.domain"),
              Column.text("name", "w.name"),
              Column.text("version", "w.version"),
              Column.text("short_description", "w.short_description"),
              Column.time("created_at", "w.created_at"),
              // A version never changes.
              Column.time("updated_at", "w.created_at"))
          .newestFirst("created_at", Column.number("id", "w.key"));

  private final Database database;

  public WorkflowStore(Database database) {
    this.database = requireNonNull(database, "database");
  }

  /**
   * What a launch plan and an execution need to know of a workflow.
   *
   * @param closureDigest names its compiled graph in {@link ClosureStore}
   */
  public record Summary(Identifier id, TypedInterface typedInterface, String closureDigest) {
    public Summary {
      requireNonNull(id, "id");
      requireNonNull(typedInterface, "typedInterface");
      requireNonNull(closureDigest, "closureDigest");
    }
  }

  /** The workflow of that id, with its compiled graph. */
  Optional<Workflow> find(Identifier id) {
    return database
        .api()
        .run(
            "read the workflow",
            connection ->
                Sql.first(
                    connection,
                    """
                    SELECT project, domain, name, version, short_description, created_at, bytes
                    FROM workflow JOIN closure ON closure.digest = closure_digest
                    WHERE project = ? AND domain = ? AND name = ? AND version = ?
                    """,
                    row -> workflow(row, ClosureStore.parse(row.getBytes("bytes"))),
                    Identifiers.binds(id)));
  }

  /** The workflow of that id, without its graph. */
  public static Optional<Summary> summary(Connection connection, Identifier id)
      throws SQLException {
    return Sql.first(
        connection,
        """
        SELECT interface, closure_digest FROM workflow
        WHERE project = ? AND domain = ? AND name = ? AND version = ?
        """,
        row -> new Summary(id, typedInterface(row), row.getString("closure_digest")),
        Identifiers.binds(id));
  }

  static Optional<byte[]> digest(Connection connection, Identifier id) throws SQLException {
    return Sql.first(
        connection,
        "SELECT digest FROM workflow WHERE project = ? AND domain = ? AND name = ? AND version = ?",
        row -> row.getBytes("digest"),
        Identifiers.binds(id));
  }

  /** Inserts a version and its graph; false if its id is taken. */
  static boolean insert(
      Connection connection,
      CompiledWorkflowClosure closure,
      String shortDescription,
      byte[] digest)
      throws SQLException {
    var template = closure.getPrimary().getTemplate();
    var id = template.getId();
    return Sql.update(
            connection,
            """
            INSERT INTO workflow (project, domain, name, version, short_description, interface,
              closure_digest, digest, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, now()) ON CONFLICT DO NOTHING
            """,
            Bind.text(id.getProject()),
            Bind.text(id.getDomain()),
            Bind.text(id.getName()),
            Bind.text(id.getVersion()),
            Bind.text(shortDescription),
            Bind.bytes(template.getInterface().toByteArray()),
            Bind.text(ClosureStore.put(connection, closure)),
            Bind.bytes(digest))
        == 1;
  }

  /** A page of workflows that show their interfaces only. */
  Page<Workflow> list(ListQuery query) {
    return database
        .api()
        .run(
            "list workflows",
            connection ->
                query.read(
                    connection,
                    "project, domain, name, version, short_description, interface, created_at",
                    row -> workflow(row, interfaceOnly(row))));
  }

  private static Workflow workflow(ResultSet row, CompiledWorkflowClosure closure)
      throws SQLException {
    return Workflow.newBuilder()
        .setId(Identifiers.read(row, ResourceType.WORKFLOW))
        .setShortDescription(row.getString("short_description"))
        .setClosure(
            WorkflowClosure.newBuilder()
                .setCompiledWorkflow(closure)
                .setCreatedAt(Times.read(row, "created_at")))
        .build();
  }

  private static CompiledWorkflowClosure interfaceOnly(ResultSet row) throws SQLException {
    return CompiledWorkflowClosure.newBuilder()
        .setPrimary(
            CompiledWorkflow.newBuilder()
                .setTemplate(WorkflowTemplate.newBuilder().setInterface(typedInterface(row))))
        .build();
  }

  private static TypedInterface typedInterface(ResultSet row) throws SQLException {
    try {
      return TypedInterface.parseFrom(row.getBytes("interface"));
    } catch (InvalidProtocolBufferException broken) {
      throw new IllegalStateException("a workflow's interface in the database is broken", broken);
    }
  }
}
