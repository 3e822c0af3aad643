package dev.harrier.admin.taskexecution;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.harrier.admin.nodeexecution.ClosureParts;
import dev.harrier.admin.nodeexecution.NodeExecutionIds;
import dev.harrier.database.Rows;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.AttemptPhase;
import dev.harrier.spi.BlobStore;
import dev.harrier.spi.DataLayout;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.Wire;
import flyteidl.admin.TaskExecutionOuterClass.Reason;
import flyteidl.admin.TaskExecutionOuterClass.TaskExecution;
import flyteidl.admin.TaskExecutionOuterClass.TaskExecutionClosure;
import flyteidl.core.Execution.TaskLog;
import flyteidl.core.IdentifierOuterClass.TaskExecutionIdentifier;
import flyteidl.event.Event.TaskExecutionMetadata;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;

/** Makes of an attempt's row the message that clients read. */
public final class TaskExecutionView {
  /** What flytekit and the console take for the first version with reasons and metadata. */
  private static final int EVENT_VERSION = 1;

  // Set by its name: the compiler warns of its accessor, as the field is deprecated, but clients
  // read it.
  private static final FieldDescriptor OUTPUT_URI =
      requireNonNull(
          TaskExecutionClosure.getDescriptor().findFieldByName("output_uri"), "output_uri");

  private final BlobStore blobs;
  private final InstantSource clock;
  private final LogLinks logs;

  /**
   * Makes a view.
   *
   * @param clock tells how long an attempt runs that has not ended
   */
  public TaskExecutionView(BlobStore blobs, InstantSource clock, LogLinks logs) {
    this.logs = requireNonNull(logs, "logs");
    this.blobs = requireNonNull(blobs, "blobs");
    this.clock = requireNonNull(clock, "clock");
  }

  TaskExecution read(ResultSet row, NodeId node, TaskIndex.RunTask task) throws SQLException {
    var attempt = new AttemptId(node, row.getInt("number"));
    return TaskExecution.newBuilder()
        .setId(
            TaskExecutionIdentifier.newBuilder()
                .setTaskId(task.id())
                .setNodeExecutionId(NodeExecutionIds.identifier(node))
                .setRetryAttempt(attempt.number()))
        .setInputUri(blobs.uri(DataLayout.inputs(node)))
        .setClosure(closure(row, attempt, task))
        .build();
  }

  private TaskExecutionClosure closure(ResultSet row, AttemptId attempt, TaskIndex.RunTask task)
      throws SQLException {
    var phase = AttemptPhase.of(row.getInt("phase"));
    var created = Rows.instant(row, "created_at");
    var started = Rows.optionalInstant(row, "started_at");
    var ended = Rows.optionalInstant(row, "ended_at");
    var closure =
        TaskExecutionClosure.newBuilder()
            .setPhaseValue(phase.number())
            .setCreatedAt(Wire.timestamp(created))
            .setUpdatedAt(Wire.timestamp(Rows.instant(row, "updated_at")))
            .setDuration(ClosureParts.duration(started, ended, clock.instant()))
            .setTaskType(task.type())
            .setMetadata(metadata(attempt, task))
            .setEventVersion(EVENT_VERSION)
            .addReasons(reason(created, "waits to be started"));
    started.ifPresent(at -> closure.setStartedAt(Wire.timestamp(at)));
    var host = Rows.text(row, "host");
    if (started.isPresent() && !host.isEmpty()) {
      closure.addReasons(reason(started.get(), "started on " + host));
    }
    var log = Rows.text(row, "log_uri");
    if (!log.isEmpty()) {
      closure.addLogs(
          TaskLog.newBuilder()
              .setName("stdout and stderr")
              .setUri(logs.link(attempt, log))
              .setMessageFormat(TaskLog.MessageFormat.UNKNOWN));
    }
    var error = ClosureParts.error(row);
    if (error.isPresent()) {
      closure.setError(error.get());
    } else if (phase == AttemptPhase.SUCCEEDED) {
      closure.setField(OUTPUT_URI, blobs.uri(DataLayout.outputPrefix(attempt).child("outputs.pb")));
    }
    if (ended.isPresent()) {
      closure.addReasons(reason(ended.get(), end(phase)));
    }
    return closure
        .setReason(closure.getReasons(closure.getReasonsCount() - 1).getMessage())
        .build();
  }

  private static String end(AttemptPhase phase) {
    return switch (phase) {
      case SUCCEEDED -> "succeeded";
      case FAILED -> "failed";
      case ABORTED -> "aborted";
      case QUEUED, RUNNING -> throw new IllegalStateException("an attempt ended as " + phase);
    };
  }

  private static TaskExecutionMetadata metadata(AttemptId attempt, TaskIndex.RunTask task) {
    return TaskExecutionMetadata.newBuilder()
        .setGeneratedName(
            "%s-%s-%d"
                .formatted(
                    attempt.node().execution().name(), attempt.node().path(), attempt.number()))
        .setPluginIdentifier(task.plugin())
        .build();
  }

  private static Reason reason(Instant at, String message) {
    return Reason.newBuilder().setOccurredAt(Wire.timestamp(at)).setMessage(message).build();
  }
}
