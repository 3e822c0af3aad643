package dev.harrier.admin.namedentity;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.query.Bind;
import dev.harrier.admin.query.Column;
import dev.harrier.admin.query.ListQuery;
import dev.harrier.admin.query.Page;
import dev.harrier.admin.query.Source;
import dev.harrier.admin.query.Sql;
import dev.harrier.database.Database;
import flyteidl.admin.Common.NamedEntity;
import flyteidl.admin.Common.NamedEntityIdentifier;
import flyteidl.admin.Common.NamedEntityMetadata;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** The table of names. */
public final class NamedEntityStore {
  static final Source SOURCE =
      Source.of(
              "entities",
              "nen",
              "named_entity n",
              Column.number("resource_type", "n.resource_type"),
              Column.text("project", "n.project"),
              Column.text("domain", "n.domain"),
              Column.text("name", "n.name"),
              Column.text("description", "n.description"),
              Column.number("state", "n.state"))
          .related(
              "named_entity_metadata",
              "nem",
              Column.number("resource_type", "n.resource_type"),
              Column.text("project", "n.project"),
              Column.text("domain", "n.domain"),
              Column.text("name", "n.name"),
              Column.text("description", "n.description"),
              Column.number("state", "n.state"))
          .leastFirst("name", Column.text("name", "n.name"));

  private final Database database;

  public NamedEntityStore(Database database) {
    this.database = requireNonNull(database, "database");
  }

  /** Records the name of a new version, in the transaction that stores the version. */
  public static void record(Connection connection, Identifier id) throws SQLException {
    Sql.update(
        connection,
        """
        INSERT INTO named_entity (resource_type, project, domain, name)
        VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
        """,
        Bind.number(id.getResourceTypeValue()),
        Bind.text(id.getProject()),
        Bind.text(id.getDomain()),
        Bind.text(id.getName()));
  }

  Optional<NamedEntity> find(ResourceType kind, NamedEntityIdentifier id) {
    return database
        .api()
        .run(
            "read the named entity",
            connection ->
                Sql.first(
                    connection,
                    """
                    SELECT resource_type, project, domain, name, description, state
                    FROM named_entity
                    WHERE resource_type = ? AND project = ? AND domain = ? AND name = ?
                    """,
                    NamedEntityStore::read,
                    Bind.number(kind.getNumber()),
                    Bind.text(id.getProject()),
                    Bind.text(id.getDomain()),
                    Bind.text(id.getName())));
  }

  /** Replaces description and state; false if there is no such name. */
  boolean update(ResourceType kind, NamedEntityIdentifier id, NamedEntityMetadata metadata) {
    return database
        .api()
        .run(
            "change the named entity",
            connection ->
                Sql.update(
                        connection,
                        """
                        UPDATE named_entity
                        SET description = COALESCE(NULLIF(?, ''), description), state = ?
                        WHERE resource_type = ? AND project = ? AND domain = ? AND name = ?
                        """,
                        Bind.text(metadata.getDescription()),
                        Bind.number(metadata.getStateValue()),
                        Bind.number(kind.getNumber()),
                        Bind.text(id.getProject()),
                        Bind.text(id.getDomain()),
                        Bind.text(id.getName()))
                    == 1);
  }

  Page<NamedEntity> list(ListQuery query) {
    return database
        .api()
        .run(
            "list names",
            connection ->
                query.read(
                    connection,
                    "n.resource_type, n.project, n.domain, n.name, n.description, n.state",
                    NamedEntityStore::read));
  }

  private static NamedEntity read(ResultSet row) throws SQLException {
    return NamedEntity.newBuilder()
        .setResourceTypeValue(row.getInt("resource_type"))
        .setId(
            NamedEntityIdentifier.newBuilder()
                .setProject(row.getString("project"))
                .setDomain(row.getString("domain"))
                .setName(row.getString("name")))
        .setMetadata(
            NamedEntityMetadata.newBuilder()
                .setDescription(row.getString("description"))
                .setStateValue(row.getInt("state")))
        .build();
  }
}
