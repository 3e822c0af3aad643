package dev.harrier.admin.description;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.harrier.admin.inventory.Identifiers;
import dev.harrier.admin.query.Bind;
import dev.harrier.admin.query.Column;
import dev.harrier.admin.query.ListQuery;
import dev.harrier.admin.query.Page;
import dev.harrier.admin.query.Source;
import dev.harrier.admin.query.Sql;
import dev.harrier.database.Database;
import flyteidl.admin.DescriptionEntityOuterClass.Description;
import flyteidl.admin.DescriptionEntityOuterClass.DescriptionEntity;
import flyteidl.admin.DescriptionEntityOuterClass.SourceCode;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** The table of descriptions. */
public final class DescriptionStore {
  private final Database database;

  public DescriptionStore(Database database) {
    this.database = requireNonNull(database, "database");
  }

  /** What descriptions of a kind can be filtered by, under the prefix of that kind. */
  static Source source(ResourceType kind) {
    var prefix = kind == ResourceType.TASK ? "task" : "workflow";
    return Source.of(
            prefix,
            prefix.substring(0, 1),
            "description_entity d",
            Column.text("project", "d.project"),
            Column.text("domain", "d.domain"),
            Column.text("name", "d.name"),
            Column.text("version", "d.version"),
            Column.text("short_description", "d.short_description"),
            Column.time("created_at", "d.created_at"))
        .newestFirst("created_at", Column.text("version", "d.version"));
  }

  /** Stores the description of a new version, in the transaction that stores the version. */
  public static void insert(Connection connection, Identifier id, DescriptionEntity description)
      throws SQLException {
    Sql.update(
        connection,
        """
        INSERT INTO description_entity (resource_type, project, domain, name, version,
          short_description, long_description, source_link, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, now()) ON CONFLICT DO NOTHING
        """,
        Bind.number(id.getResourceTypeValue()),
        Bind.text(id.getProject()),
        Bind.text(id.getDomain()),
        Bind.text(id.getName()),
        Bind.text(id.getVersion()),
        Bind.text(description.getShortDescription()),
        Bind.bytes(description.getLongDescription().toByteArray()),
        Bind.text(description.getSourceCode().getLink()));
  }

  Optional<DescriptionEntity> find(Identifier id) {
    return database
        .api()
        .run(
            "read the description",
            connection ->
                Sql.first(
                    connection,
                    """
                    SELECT resource_type, project, domain, name, version, short_description,
                      long_description, source_link
                    FROM description_entity
                    WHERE resource_type = ? AND project = ? AND domain = ? AND name = ?
                      AND version = ?
                    """,
                    DescriptionStore::read,
                    Bind.number(id.getResourceTypeValue()),
                    Bind.text(id.getProject()),
                    Bind.text(id.getDomain()),
                    Bind.text(id.getName()),
                    Bind.text(id.getVersion())));
  }

  Page<DescriptionEntity> list(ListQuery query) {
    return database
        .api()
        .run(
            "list descriptions",
            connection ->
                query.read(
                    connection,
                    "d.resource_type, d.project, d.domain, d.name, d.version,"
                        + " d.short_description, d.long_description, d.source_link",
                    DescriptionStore::read));
  }

  private static DescriptionEntity read(ResultSet row) throws SQLException {
    var kind = ResourceType.forNumber(row.getInt("resource_type"));
    try {
      return DescriptionEntity.newBuilder()
          .setId(Identifiers.read(row, kind == null ? ResourceType.UNSPECIFIED : kind))
          .setShortDescription(row.getString("short_description"))
          .setLongDescription(Description.parseFrom(row.getBytes("long_description")))
          .setSourceCode(SourceCode.newBuilder().setLink(row.getString("source_link")))
          .build();
    } catch (InvalidProtocolBufferException broken) {
      throw new IllegalStateException("a description in the database is broken", broken);
    }
  }
}
