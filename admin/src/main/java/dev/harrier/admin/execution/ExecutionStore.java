package dev.harrier.admin.execution;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.query.Bind;
import dev.harrier.admin.query.Column;
import dev.harrier.admin.query.ListQuery;
import dev.harrier.admin.query.Page;
import dev.harrier.admin.query.Source;
import dev.harrier.admin.query.Sql;
import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.Rows;
import dev.harrier.idl.engine.v1.ExecutionSettings;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.PendingCommand;
import flyteidl.admin.ExecutionOuterClass.Execution;
import flyteidl.admin.ExecutionOuterClass.ExecutionSpec;
import flyteidl.admin.ExecutionOuterClass.ExecutionState;
import flyteidl.admin.ProjectOuterClass.Project.ProjectState;
import flyteidl.core.Execution.WorkflowExecution.Phase;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Literals.LiteralMap;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The table of executions, as far as admin reads and writes it. */
public final class ExecutionStore {
  /** How many shards executions are spread over. Made by the first migration. */
  public static final int SHARDS = 256;

  /**
   * The numbers of {@link dev.harrier.spi.ExecutionPhase}'s terminal phases, for SQL, whose texts
   * are constants; a test holds it to the phases.
   */
  public static final String TERMINAL_PHASES = "(4, 6, 7, 8)";

  /**
   * The phase that clients see: an abort shows from the moment that it is asked for, and QUEUED as
   * UNDEFINED, as in Flyte.
   */
  private static final String SHOWN_PHASE =
      "CASE WHEN e.phase IN "
          + TERMINAL_PHASES
          + " THEN e.phase WHEN e.abort_requested_at IS NOT NULL THEN 9"
          + " WHEN e.phase = 1 THEN 0 ELSE e.phase END";

  private static final Map<String, Integer> PHASES =
      Arrays.stream(Phase.values())
          .filter(phase -> phase != Phase.UNRECOGNIZED)
          .collect(Collectors.toMap(Phase::name, Phase::getNumber));

  static final Source SOURCE =
      Source.of(
              "execution",
              "e",
              "execution e",
              Column.number("id", "e.key"),
              Column.time("created_at", "e.created_at"),
              Column.time("updated_at", "e.updated_at"),
              Column.time("execution_created_at", "e.created_at"),
              Column.time("execution_updated_at", "e.updated_at"),
              Column.text("execution_project", "e.project"),
              Column.text("execution_domain", "e.domain"),
              Column.text("execution_name", "e.name"),
              Column.words("phase", SHOWN_PHASE, PHASES),
              Column.time("started_at", "e.started_at").orNull(),
              Column.seconds("duration", "extract(epoch FROM e.ended_at - e.started_at)").orNull(),
              Column.text("abort_cause", "e.abort_requested_cause").orNull(),
              Column.text("error_code", "e.failure_code").orNull(),
              Column.text(
                      "error_kind",
                      "CASE e.failure_kind WHEN 1 THEN 'USER' WHEN 2 THEN 'SYSTEM' END")
                  .orNull(),
              Column.number("mode", "e.mode"),
              Column.number("state", "e.state"),
              Column.text("user", "e.principal"),
              Column.text("cluster", "''"),
              Column.text(
                  "launch_entity", "CASE WHEN e.single_task THEN 'task' ELSE 'launch_plan' END"))
          .related(
              "launch_plan",
              "l",
              Column.text("project", "e.launch_plan_project"),
              Column.text("domain", "e.launch_plan_domain"),
              Column.text("name", "e.launch_plan_name"),
              Column.text("version", "e.launch_plan_version"))
          .related(
              "workflow",
              "w",
              Column.text("project", "e.workflow_project"),
              Column.text("domain", "e.workflow_domain"),
              Column.text("name", "e.workflow_name"),
              Column.text("version", "e.workflow_version"))
          .related(
              "task",
              "t",
              Column.text("project", "CASE WHEN e.single_task THEN e.launch_plan_project END")
                  .orNull(),
              Column.text("domain", "CASE WHEN e.single_task THEN e.launch_plan_domain END")
                  .orNull(),
              Column.text("name", "CASE WHEN e.single_task THEN e.launch_plan_name END").orNull(),
              Column.text("version", "CASE WHEN e.single_task THEN e.launch_plan_version END")
                  .orNull())
          .related("admin_tag", "at", Column.texts("name", "e.tags"))
          .related("execution_tag", "et", Column.texts("key", "e.tags"))
          .newestFirst("created_at", Column.number("id", "e.key"));

  private static final String SHOWN =
      "e.project, e.domain, e.name, e.spec, e.created_at, e.started_at, e.ended_at, e.updated_at,"
          + " e.phase, e.failure_code, e.failure_message, e.failure_kind, e.failure_recoverable,"
          + " e.abort_cause, e.abort_principal, e.abort_requested_at, e.abort_requested_by,"
          + " e.abort_requested_cause, e.state, e.state_changed_at, e.state_changed_by,"
          + " e.workflow_project, e.workflow_domain, e.workflow_name, e.workflow_version,"
          + " e.principal";

  private final Database database;

  public ExecutionStore(Database database) {
    this.database = requireNonNull(database, "database");
  }

  /**
   * Inserts an execution with its first command, by one statement, if its project is active.
   * Whoever archives that waits until this is committed; and of what is archived meanwhile this
   * sees that.
   *
   * @return the command, to be handed over after the commit; empty if the name is taken or the
   *     project is not active
   */
  public static Optional<PendingCommand> insert(Connection connection, NewExecution execution)
      throws SQLException {
    var sql =
        """
        WITH e AS (
          INSERT INTO execution (project, domain, name, shard, mode, phase, created_at, updated_at,
            workflow_project, workflow_domain, workflow_name, workflow_version,
            launch_plan_project, launch_plan_domain, launch_plan_name, launch_plan_version,
            single_task, closure_digest, principal, tags, spec, inputs, settings, parent_key,
            parent_node_path)
          SELECT ?, ?, ?, ?, ?, 1, now(), now(), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
          FROM project p WHERE p.id = ? AND p.state = ? FOR SHARE
          ON CONFLICT (project, domain, name) DO NOTHING RETURNING key, shard)
        INSERT INTO command (execution_key, shard, payload) SELECT e.key, e.shard, ? FROM e
        RETURNING id, execution_key
        """;
    var id = execution.id();
    var workflow = execution.workflow();
    var plan = execution.spec().getLaunchPlan();
    var shard = id.shard(SHARDS);
    var command = new Command.Create();
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement)
          .text(id.project())
          .text(id.domain())
          .text(id.name())
          .number(shard)
          .number(execution.spec().getMetadata().getModeValue())
          .text(workflow.getProject())
          .text(workflow.getDomain())
          .text(workflow.getName())
          .text(workflow.getVersion())
          .text(plan.getProject())
          .text(plan.getDomain())
          .text(plan.getName())
          .text(plan.getVersion())
          .truth(plan.getResourceType() == ResourceType.TASK)
          .text(execution.closureDigest())
          .text(execution.principal())
          .textArray(OlderFields.tags(execution.spec()))
          .bytes(execution.spec().toByteArray())
          .bytes(execution.inputs().toByteArray())
          .bytes(execution.settings().toByteArray())
          .optionalNumber(execution.parent().map(NewExecution.Parent::key))
          .optionalText(execution.parent().map(NewExecution.Parent::nodePath))
          .text(id.project())
          .number(ProjectState.ACTIVE_VALUE)
          .bytes(command.toBytes());
      try (var row = statement.executeQuery()) {
        return row.next()
            ? Optional.of(
                new PendingCommand(
                    row.getLong("id"),
                    new ExecutionRef(id, row.getLong("execution_key"), shard),
                    command))
            : Optional.empty();
      }
    }
  }

  /** Inserts a command for an execution whose row is known. */
  public static PendingCommand post(Connection connection, ExecutionRef ref, Command command)
      throws SQLException {
    return Sql.first(
            connection,
            "INSERT INTO command (execution_key, shard, payload) VALUES (?, ?, ?) RETURNING id",
            row -> new PendingCommand(row.getLong("id"), ref, command),
            Bind.number(ref.key()),
            Bind.number(ref.shard()),
            Bind.bytes(command.toBytes()))
        .orElseThrow();
  }

  /** The execution of that name, as clients see it. */
  Optional<Execution> find(ExecutionId id) {
    return database
        .api()
        .run(
            "read the execution",
            connection ->
                Sql.first(
                    connection,
                    "SELECT "
                        + SHOWN
                        + " FROM execution e WHERE e.project = ? AND e.domain = ? AND e.name = ?",
                    ExecutionView::of,
                    binds(id)));
  }

  /** Who launched the execution of that name. */
  Optional<String> principal(ExecutionId id) {
    return database
        .api()
        .run(
            "read who launched the execution",
            connection ->
                Sql.first(
                    connection,
                    "SELECT principal FROM execution WHERE project = ? AND domain = ? AND name = ?",
                    row -> row.getString("principal"),
                    binds(id)));
  }

  /** A page of executions as clients see them. */
  Page<Execution> list(ListQuery query) {
    return database
        .api()
        .run("list executions", connection -> query.read(connection, SHOWN, ExecutionView::of));
  }

  /**
   * What an execution takes and gives.
   *
   * @param outputs present once it succeeded
   */
  record Data(LiteralMap inputs, Optional<LiteralMap> outputs) {}

  Optional<Data> data(ExecutionId id) {
    return database
        .api()
        .run(
            "read the data of the execution",
            connection ->
                Sql.first(
                    connection,
                    "SELECT inputs, outputs FROM execution"
                        + " WHERE project = ? AND domain = ? AND name = ?",
                    row ->
                        new Data(
                            Rows.message(row, "inputs", LiteralMap.parser()),
                            Rows.optionalMessage(row, "outputs", LiteralMap.parser())),
                    binds(id)));
  }

  /**
   * What another execution can be made from.
   *
   * @param inputs complete, as it ran with them
   */
  record Origin(ExecutionSpec spec, LiteralMap inputs, ExecutionSettings settings, int phase) {}

  Optional<Origin> origin(ExecutionId id) {
    return database
        .api()
        .run(
            "read the execution",
            connection ->
                Sql.first(
                    connection,
                    "SELECT spec, inputs, settings, phase FROM execution"
                        + " WHERE project = ? AND domain = ? AND name = ?",
                    row ->
                        new Origin(
                            Rows.message(row, "spec", ExecutionSpec.parser()),
                            Rows.message(row, "inputs", LiteralMap.parser()),
                            Rows.message(row, "settings", ExecutionSettings.parser()),
                            row.getInt("phase")),
                    binds(id)));
  }

  /** How asking for an abort ended. */
  enum AbortAsked {
    NOW,
    BEFORE,
    TOO_LATE,
    NO_SUCH_EXECUTION
  }

  /**
   * Notes that an execution is to end early; who asked first is kept.
   *
   * @param posted gets the command, to be handed over after the commit, unless there is one
   */
  AbortAsked abort(
      ExecutionId id, Command.Abort abort, java.util.function.Consumer<PendingCommand> posted) {
    return database
        .api()
        .transaction(
            "note the abort",
            connection -> {
              var asked =
                  Sql.first(
                      connection,
                      """
                      UPDATE execution SET abort_requested_at = now(), abort_requested_by = ?,
                        abort_requested_cause = ?
                      WHERE project = ? AND domain = ? AND name = ?
                        AND abort_requested_at IS NULL AND phase NOT IN\s"""
                          + TERMINAL_PHASES
                          + " RETURNING key, shard",
                      row -> new ExecutionRef(id, row.getLong("key"), row.getInt("shard")),
                      Bind.text(abort.principal()),
                      Bind.text(abort.cause()),
                      Bind.text(id.project()),
                      Bind.text(id.domain()),
                      Bind.text(id.name()));
              if (asked.isPresent()) {
                posted.accept(post(connection, asked.get(), abort));
                return AbortAsked.NOW;
              }
              return Sql.first(
                      connection,
                      "SELECT phase IN "
                          + TERMINAL_PHASES
                          + " AS ended FROM execution"
                          + " WHERE project = ? AND domain = ? AND name = ?",
                      row -> row.getBoolean("ended") ? AbortAsked.TOO_LATE : AbortAsked.BEFORE,
                      binds(id))
                  .orElse(AbortAsked.NO_SUCH_EXECUTION);
            });
  }

  /** Shows or hides an execution in lists; false if there is none. */
  boolean setState(ExecutionId id, ExecutionState state, String principal) {
    return database
        .api()
        .run(
            "change the execution's state",
            connection ->
                Sql.update(
                        connection,
                        """
                        UPDATE execution SET state = ?, state_changed_at = now(),
                          state_changed_by = ?
                        WHERE project = ? AND domain = ? AND name = ?
                        """,
                        Bind.number(state.getNumber()),
                        Bind.text(principal),
                        Bind.text(id.project()),
                        Bind.text(id.domain()),
                        Bind.text(id.name()))
                    == 1);
  }

  private static Bind[] binds(ExecutionId id) {
    return new Bind[] {Bind.text(id.project()), Bind.text(id.domain()), Bind.text(id.name())};
  }
}
