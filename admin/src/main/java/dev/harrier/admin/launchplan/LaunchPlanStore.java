package dev.harrier.admin.launchplan;

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
import dev.harrier.compiler.LaunchPlanInterface;
import dev.harrier.database.Database;
import flyteidl.admin.Common.NamedEntityIdentifier;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlan;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanClosure;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanSpec;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Interface.ParameterMap;
import flyteidl.core.Interface.VariableMap;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The table of launch plans. */
public final class LaunchPlanStore {
  static final Source SOURCE =
      Source.of(
              "launch_plan",
              "l",
              "launch_plan l",
              Column.number("id", "l.key"),
              Column.text("project", "l.project"),
              Column.text("domain", "l.domain"),
              Column.text("name", "l.name"),
              Column.text("version", "l.version"),
              Column.number("state", "l.state"),
              Column.words("schedule_type", "l.schedule_type", Schedules.TYPES),
              Column.words(
                      "launch_condition_type",
                      "(CASE WHEN l.schedule_type > 0 THEN 1 END)",
                      Map.of("SCHED", 1))
                  .orNull(),
              Column.time("created_at", "l.created_at"),
              Column.time("updated_at", "l.updated_at"))
          .related(
              "workflow",
              "w",
              Column.text("project", "l.workflow_project"),
              Column.text("domain", "l.workflow_domain"),
              Column.text("name", "l.workflow_name"),
              Column.text("version", "l.workflow_version"))
          .newestFirst("created_at", Column.number("id", "l.key"));

  private final Database database;

  public LaunchPlanStore(Database database) {
    this.database = requireNonNull(database, "database");
  }

  /** The launch plan of that id. */
  Optional<LaunchPlan> find(Identifier id) {
    return database.api().run("read the launch plan", connection -> find(connection, id));
  }

  /** The launch plan of that id, on a caller's connection. */
  public static Optional<LaunchPlan> find(Connection connection, Identifier id)
      throws SQLException {
    return Sql.first(
        connection,
        """
        SELECT project, domain, name, version, state, spec, expected_inputs, expected_outputs,
          created_at, updated_at
        FROM launch_plan WHERE project = ? AND domain = ? AND name = ? AND version = ?
        """,
        LaunchPlanStore::read,
        Identifiers.binds(id));
  }

  /** The active version of a name. */
  Optional<LaunchPlan> findActive(NamedEntityIdentifier id) {
    return database
        .api()
        .run(
            "read the active launch plan",
            connection ->
                Sql.first(
                    connection,
                    """
                    SELECT project, domain, name, version, state, spec, expected_inputs,
                      expected_outputs, created_at, updated_at
                    FROM launch_plan
                    WHERE project = ? AND domain = ? AND name = ? AND state = 1
                    """,
                    LaunchPlanStore::read,
                    Bind.text(id.getProject()),
                    Bind.text(id.getDomain()),
                    Bind.text(id.getName())));
  }

  /** The interfaces of many by one query; one that is not there is missing from the answer. */
  public static Map<Identifier, LaunchPlanInterface> interfaces(
      Connection connection, Collection<Identifier> ids) throws SQLException {
    var found = new HashMap<Identifier, LaunchPlanInterface>();
    if (!ids.isEmpty()) {
      Sql.all(
              connection,
              """
              SELECT project, domain, name, version, expected_inputs, expected_outputs
              FROM launch_plan
                JOIN unnest(?, ?, ?, ?) AS wanted (project, domain, name, version)
                USING (project, domain, name, version)
              """,
              LaunchPlanStore::readInterface,
              Identifiers.binds(ids))
          .forEach(plan -> found.put(plan.id(), plan));
    }
    return found;
  }

  static Optional<byte[]> digest(Connection connection, Identifier id) throws SQLException {
    return Sql.first(
        connection,
        """
        SELECT digest FROM launch_plan
        WHERE project = ? AND domain = ? AND name = ? AND version = ?
        """,
        row -> row.getBytes("digest"),
        Identifiers.binds(id));
  }

  /** Inserts a version, not active; false if its id is taken. */
  static boolean insert(Connection connection, LaunchPlan plan, byte[] digest) throws SQLException {
    var id = plan.getId();
    var workflow = plan.getSpec().getWorkflowId();
    return Sql.update(
            connection,
            """
            INSERT INTO launch_plan (project, domain, name, version, workflow_project,
              workflow_domain, workflow_name, workflow_version, state, schedule_type, spec,
              expected_inputs, expected_outputs, digest, created_at, updated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, now(), now()) ON CONFLICT DO NOTHING
            """,
            Bind.text(id.getProject()),
            Bind.text(id.getDomain()),
            Bind.text(id.getName()),
            Bind.text(id.getVersion()),
            Bind.text(workflow.getProject()),
            Bind.text(workflow.getDomain()),
            Bind.text(workflow.getName()),
            Bind.text(workflow.getVersion()),
            Bind.number(Schedules.type(plan.getSpec().getEntityMetadata().getSchedule())),
            Bind.bytes(plan.getSpec().toByteArray()),
            Bind.bytes(plan.getClosure().getExpectedInputs().toByteArray()),
            Bind.bytes(plan.getClosure().getExpectedOutputs().toByteArray()),
            Bind.bytes(digest))
        == 1;
  }

  /** Makes a version the active one of its name, in one transaction. */
  static void activate(Connection connection, Identifier id) throws SQLException {
    // Two that activate different versions of one name at once: the second waits for the first.
    Sql.first(
        connection,
        """
        SELECT name FROM named_entity
        WHERE resource_type = ? AND project = ? AND domain = ? AND name = ? FOR UPDATE
        """,
        row -> row.getString("name"),
        Bind.number(ResourceType.LAUNCH_PLAN_VALUE),
        Bind.text(id.getProject()),
        Bind.text(id.getDomain()),
        Bind.text(id.getName()));
    Sql.update(
        connection,
        """
        UPDATE launch_plan SET state = 0, updated_at = now()
        WHERE project = ? AND domain = ? AND name = ? AND version <> ? AND state = 1
        """,
        Identifiers.binds(id));
    Sql.update(
        connection,
        """
        UPDATE launch_plan SET state = 1, updated_at = now()
        WHERE project = ? AND domain = ? AND name = ? AND version = ? AND state <> 1
        """,
        Identifiers.binds(id));
  }

  /** Makes a version inactive. */
  static void deactivate(Connection connection, Identifier id) throws SQLException {
    Sql.update(
        connection,
        """
        UPDATE launch_plan SET state = 0, updated_at = now()
        WHERE project = ? AND domain = ? AND name = ? AND version = ? AND state <> 0
        """,
        Identifiers.binds(id));
  }

  Page<LaunchPlan> list(ListQuery query) {
    return database
        .api()
        .run(
            "list launch plans",
            connection ->
                query.read(
                    connection,
                    "project, domain, name, version, state, spec, expected_inputs,"
                        + " expected_outputs, created_at, updated_at",
                    LaunchPlanStore::read));
  }

  private static LaunchPlan read(ResultSet row) throws SQLException {
    try {
      var typed = readInterface(row);
      return LaunchPlan.newBuilder()
          .setId(typed.id())
          .setSpec(LaunchPlanSpec.parseFrom(row.getBytes("spec")))
          .setClosure(
              LaunchPlanClosure.newBuilder()
                  .setStateValue(row.getInt("state"))
                  .setExpectedInputs(typed.expectedInputs())
                  .setExpectedOutputs(typed.expectedOutputs())
                  .setCreatedAt(Times.read(row, "created_at"))
                  .setUpdatedAt(Times.read(row, "updated_at")))
          .build();
    } catch (InvalidProtocolBufferException broken) {
      throw new IllegalStateException("a launch plan in the database is broken", broken);
    }
  }

  private static LaunchPlanInterface readInterface(ResultSet row) throws SQLException {
    try {
      return new LaunchPlanInterface(
          Identifiers.read(row, ResourceType.LAUNCH_PLAN),
          ParameterMap.parseFrom(row.getBytes("expected_inputs")),
          VariableMap.parseFrom(row.getBytes("expected_outputs")));
    } catch (InvalidProtocolBufferException broken) {
      throw new IllegalStateException(
          "a launch plan's interface in the database is broken", broken);
    }
  }
}
