package dev.harrier.admin.nodeexecution;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.harrier.database.Rows;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.BlobStore;
import dev.harrier.spi.DataLayout;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.NodeKind;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.Wire;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecution;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionClosure;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionMetaData;
import flyteidl.admin.NodeExecutionOuterClass.TaskNodeMetadata;
import flyteidl.admin.NodeExecutionOuterClass.WorkflowNodeMetadata;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Optional;

/** Makes of a node's row the message that clients read. */
public final class NodeExecutionView {
  // Set by its name: the compiler warns of its accessor, as the field is deprecated, but clients
  // read it.
  private static final FieldDescriptor OUTPUT_URI =
      requireNonNull(
          NodeExecutionClosure.getDescriptor().findFieldByName("output_uri"), "output_uri");

  private final BlobStore blobs;
  private final InstantSource clock;

  /**
   * Makes a view.
   *
   * @param clock tells how long a node runs that has not ended
   */
  public NodeExecutionView(BlobStore blobs, InstantSource clock) {
    this.blobs = requireNonNull(blobs, "blobs");
    this.clock = requireNonNull(clock, "clock");
  }

  /**
   * A node as it is shown.
   *
   * @param attempt the current one of a task; empty before the first, and for other kinds
   */
  record Shown(NodeExecution message, Optional<AttemptId> attempt) {
    Shown {
      requireNonNull(message, "message");
      requireNonNull(attempt, "attempt");
    }
  }

  Shown read(ResultSet row) throws SQLException {
    var id =
        new NodeId(
            new ExecutionId(
                Rows.text(row, "project"), Rows.text(row, "domain"), Rows.text(row, "name")),
            Rows.text(row, "path"));
    var kind = NodeKind.valueOf(Rows.text(row, "kind"));
    var attempt = attempt(row, id);
    var message =
        NodeExecution.newBuilder()
            .setId(NodeExecutionIds.identifier(id))
            .setClosure(closure(row, kind, attempt))
            .setMetadata(metadata(row, kind));
    // The start of an attempt writes the file; other kinds of nodes have none.
    attempt.ifPresent(started -> message.setInputUri(blobs.uri(DataLayout.inputs(id))));
    return new Shown(message.build(), attempt);
  }

  /** The current attempt of a task; reads the columns {@code kind} and {@code attempt}. */
  static Optional<AttemptId> attempt(ResultSet row, NodeId id) throws SQLException {
    var number = row.getInt("attempt");
    return number >= 0 && Rows.text(row, "kind").equals(NodeKind.TASK.name())
        ? Optional.of(new AttemptId(id, number))
        : Optional.empty();
  }

  private NodeExecutionClosure closure(ResultSet row, NodeKind kind, Optional<AttemptId> attempt)
      throws SQLException {
    var phase = NodePhase.of(row.getInt("phase"));
    var started = Rows.optionalInstant(row, "started_at");
    var closure =
        NodeExecutionClosure.newBuilder()
            .setPhaseValue(phase.number())
            .setCreatedAt(Wire.timestamp(Rows.instant(row, "created_at")))
            .setUpdatedAt(Wire.timestamp(Rows.instant(row, "updated_at")))
            .setDuration(
                ClosureParts.duration(
                    started, Rows.optionalInstant(row, "ended_at"), clock.instant()));
    started.ifPresent(at -> closure.setStartedAt(Wire.timestamp(at)));
    var error = ClosureParts.error(row);
    if (error.isPresent()) {
      closure.setError(error.get());
    } else if (phase == NodePhase.SUCCEEDED && attempt.isPresent()) {
      var outputs = DataLayout.outputPrefix(attempt.get()).child("outputs.pb");
      closure.setField(OUTPUT_URI, blobs.uri(outputs));
    }
    target(row, kind, closure);
    return closure.build();
  }

  private static void target(ResultSet row, NodeKind kind, NodeExecutionClosure.Builder closure)
      throws SQLException {
    switch (kind) {
      case LAUNCH_PLAN -> {
        var child = child(row);
        // Until the child is there, clients would look for an execution without a name.
        if (child.isPresent()) {
          closure.setWorkflowNodeMetadata(
              WorkflowNodeMetadata.newBuilder().setExecutionId(Wire.identifier(child.get())));
        }
      }
      case TASK, ARRAY -> closure.setTaskNodeMetadata(TaskNodeMetadata.getDefaultInstance());
      case START, END, SUBWORKFLOW, BRANCH, GATE -> {}
    }
  }

  private static Optional<ExecutionId> child(ResultSet row) throws SQLException {
    var name = Rows.optionalText(row, "child_name");
    return name.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ExecutionId(
                Rows.text(row, "child_project"), Rows.text(row, "child_domain"), name.get()));
  }

  private static NodeExecutionMetaData metadata(ResultSet row, NodeKind kind) throws SQLException {
    return NodeExecutionMetaData.newBuilder()
        .setRetryGroup(Integer.toString(row.getInt("retry_group")))
        .setSpecNodeId(Rows.text(row, "spec_node_id"))
        .setIsParentNode(kind == NodeKind.SUBWORKFLOW || kind == NodeKind.BRANCH)
        .setIsArray(kind == NodeKind.ARRAY)
        .build();
  }
}
