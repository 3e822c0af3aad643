package dev.harrier.admin.nodeexecution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.admin.workflow.ClosureStore;
import dev.harrier.blobstore.BlobStoreSettings;
import dev.harrier.blobstore.FileBlobStore;
import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Subjects;
import dev.harrier.security.policy.PolicyAccess;
import dev.harrier.spi.AttemptPhase;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.NodeKind;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Literals.Primitive;
import flyteidl.core.Literals.Scalar;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** An execution in the database as the engine would have left it, and who may read it. */
public final class ExecutionFixture {
  /** When everything was made. */
  public static final Instant CREATED = Instant.parse("2026-03-01T10:00:00Z");

  /** What the clock shows. */
  public static final Instant NOW = CREATED.plusSeconds(60);

  /** A clock that stands still. */
  public static final InstantSource CLOCK = InstantSource.fixed(NOW);

  private static final String ISSUER = "http://localhost:30080";

  /** The built-in policy. */
  public static final Access ACCESS = PolicyAccess.administeredBy(ISSUER, Set.of("flytectl"));

  /** One who may do all that users do. */
  public static final Caller USER = Caller.of(ISSUER, Subjects.client("flytectl"));

  /** A task of another project. */
  public static final Caller STRANGER =
      Caller.of(ISSUER, Subjects.task(new ExecutionId("elsewhere", "development", "their-run")));

  private final Database database;
  private final ExecutionId id;
  private final long key;

  private ExecutionFixture(Database database, ExecutionId id, long key) {
    this.database = database;
    this.id = id;
    this.key = key;
  }

  /** A running execution of that graph, under a name of its own. */
  public static ExecutionFixture create(Database database, CompiledWorkflowClosure closure) {
    var id = new ExecutionId("flytesnacks", "development", "r" + UUID.randomUUID());
    var key =
        database
            .api()
            .transaction(
                "create an execution",
                connection -> {
                  var digest = ClosureStore.put(connection, closure);
                  try (var statement =
                      connection.prepareStatement(
                          """
                          INSERT INTO execution (created_at, updated_at, phase, shard, mode,
                            project, domain, name, workflow_project, workflow_domain,
                            workflow_name, workflow_version, launch_plan_project,
                            launch_plan_domain, launch_plan_name, launch_plan_version,
                            single_task, closure_digest, principal, tags, spec, inputs, settings)
                          VALUES (?, ?, 2, 0, 0, ?, ?, ?, 'p', 'd', 'w', 'v', 'p', 'd', 'w', 'v',
                            false, ?, 'me', '{}', '', '', '')
                          RETURNING key
                          """)) {
                    Arguments.of(statement)
                        .instant(CREATED)
                        .instant(CREATED)
                        .text(id.project())
                        .text(id.domain())
                        .text(id.name())
                        .text(digest);
                    try (var row = statement.executeQuery()) {
                      row.next();
                      return row.getLong("key");
                    }
                  }
                });
    return new ExecutionFixture(database, id, key);
  }

  public ExecutionId id() {
    return id;
  }

  /** A node's row; what it does not say is empty. */
  public record Node(
      String path,
      String parent,
      String specNodeId,
      NodeKind kind,
      NodePhase phase,
      int attempt,
      LiteralMap inputs,
      Optional<LiteralMap> outputs,
      Optional<String> failureMessage,
      Optional<ExecutionId> child) {

    /** A node at the top under its own name. */
    public static Node of(String path, NodeKind kind, NodePhase phase) {
      return new Node(
          path,
          "",
          path,
          kind,
          phase,
          kind == NodeKind.TASK ? 0 : -1,
          LiteralMap.getDefaultInstance(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }

    /** The same below a parent. */
    public Node below(String parentPath) {
      return new Node(
          parentPath + "-0-" + specNodeId,
          parentPath,
          specNodeId,
          kind,
          phase,
          attempt,
          inputs,
          outputs,
          failureMessage,
          child);
    }

    public Node with(LiteralMap in, LiteralMap out) {
      return new Node(
          path,
          parent,
          specNodeId,
          kind,
          phase,
          attempt,
          in,
          Optional.of(out),
          failureMessage,
          child);
    }

    public Node failing(String message) {
      return new Node(
          path,
          parent,
          specNodeId,
          kind,
          phase,
          attempt,
          inputs,
          outputs,
          Optional.of(message),
          child);
    }

    public Node launching(ExecutionId execution) {
      return new Node(
          path,
          parent,
          specNodeId,
          kind,
          phase,
          attempt,
          inputs,
          outputs,
          failureMessage,
          Optional.of(execution));
    }
  }

  /** Inserts a node that was made then, and started at once unless it is queued. */
  public ExecutionFixture add(Instant created, Node node) {
    var started = node.phase() == NodePhase.QUEUED ? "NULL" : "created_at";
    var ended = node.phase().terminal() ? "created_at + interval '5 s'" : "NULL";
    run(
        "INSERT INTO node_execution (execution_key, created_at, started_at, ended_at, updated_at,"
            + " revision, attempt, retry_group, phase, failure_kind, failure_recoverable,"
            + " failure_code, failure_message, outputs, child_project, child_domain, child_name,"
            + " state, kind, path, parent, spec_node_id, inputs) SELECT ?, created_at, "
            + started
            + ", "
            + ended
            + ", created_at, 1, ?, 0, ?, CASE WHEN f IS NULL THEN NULL ELSE 1 END, false, CASE WHEN"
            + " f IS NULL THEN NULL ELSE 'USER:Error' END, f, CASE WHEN ? THEN ?::bytea END, ?, ?,"
            + " ?, '', ?, ?, ?, ?, ? FROM (SELECT ?::timestamptz AS created_at, ?::text AS f) made",
        arguments ->
            arguments
                .number(key)
                .number(node.attempt())
                .number(node.phase().number())
                .truth(node.outputs().isPresent())
                .bytes(node.outputs().orElse(LiteralMap.getDefaultInstance()).toByteArray())
                .optionalText(node.child().map(ExecutionId::project))
                .optionalText(node.child().map(ExecutionId::domain))
                .optionalText(node.child().map(ExecutionId::name))
                .text(node.kind().name())
                .text(node.path())
                .text(node.parent())
                .text(node.specNodeId())
                .bytes(node.inputs().toByteArray())
                .instant(created)
                .optionalText(node.failureMessage()));
    return this;
  }

  /** Inserts a node that was made when everything was. */
  public ExecutionFixture add(Node node) {
    return add(CREATED, node);
  }

  /** Inserts an attempt that ran on {@code host-1} for two seconds, if it ended. */
  public ExecutionFixture attempt(String nodePath, int number, AttemptPhase phase) {
    var failed = phase == AttemptPhase.FAILED;
    run(
        "INSERT INTO attempt (execution_key, created_at, started_at, ended_at, updated_at, number,"
            + " revision, phase, failure_kind, failure_recoverable, failure_code, failure_message,"
            + " host, log_uri, node_path) SELECT ?, at, "
            + (phase == AttemptPhase.QUEUED ? "NULL" : "at")
            + ", "
            + (phase.terminal() ? "at + interval '2 s'" : "NULL")
            + ", at, ?, 1, ?, "
            + (failed ? "2, true, 'OOMKilled', 'out of memory'" : "NULL, NULL, NULL, NULL")
            + ", "
            + (phase == AttemptPhase.QUEUED ? "'', ''" : "'host-1', 'file:///logs/1'")
            + ", ? FROM (SELECT ?::timestamptz AS at) made",
        arguments ->
            arguments
                .number(key)
                .number(number)
                .number(phase.number())
                .text(nodePath)
                .instant(CREATED.plusSeconds(number)));
    return this;
  }

  /** A blob store in a folder. */
  public static FileBlobStore blobs(Path folder) {
    return blobs(folder, () -> URI.create(ISSUER));
  }

  /** A blob store in a folder that is served at an address. */
  public static FileBlobStore blobs(Path folder, Supplier<URI> address) {
    try {
      return FileBlobStore.open(
          BlobStoreSettings.of(folder.resolve("blobs"), folder.resolve("key")), CLOCK, address);
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }

  /** A literal of a text. */
  public static Literal literal(String text) {
    return Literal.newBuilder()
        .setScalar(Scalar.newBuilder().setPrimitive(Primitive.newBuilder().setStringValue(text)))
        .build();
  }

  /** A map of one text. */
  public static LiteralMap literals(String name, String text) {
    return LiteralMap.newBuilder().putLiterals(name, literal(text)).build();
  }

  /** Makes a call as somebody. */
  public static <T> T as(Caller caller, Supplier<T> call) {
    try {
      return caller.bound().call(call::get);
    } catch (RuntimeException failure) {
      throw failure;
    } catch (Exception impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Expects a refusal of that sort. */
  public static void assertRejected(Supplier<?> call, Rejection.Code code) {
    assertThatThrownBy(call::get)
        .isInstanceOfSatisfying(
            RejectedException.class,
            refused -> assertThat(refused.rejection().code()).isEqualTo(code));
  }

  private interface Binding {
    Arguments bind(Arguments arguments) throws java.sql.SQLException;
  }

  private void run(String sql, Binding binding) {
    var unused =
        database
            .api()
            .run(
                "insert a row",
                connection -> {
                  try (var statement = connection.prepareStatement(sql)) {
                    binding.bind(Arguments.of(statement));
                    return statement.executeUpdate();
                  }
                });
  }
}
