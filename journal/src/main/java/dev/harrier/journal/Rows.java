package dev.harrier.journal;

import com.google.protobuf.Timestamp;
import dev.harrier.idl.journal.v1.Attempt;
import dev.harrier.idl.journal.v1.HeldAfter;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.AttemptPhase;
import dev.harrier.spi.AttemptRow;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionPhase;
import dev.harrier.spi.ExecutionRecord;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.ExecutionRow;
import dev.harrier.spi.Failure;
import dev.harrier.spi.HeldPage;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.NodeKind;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.NodeRow;
import dev.harrier.spi.PendingCommand;
import dev.harrier.spi.ShardLease;
import dev.harrier.spi.TimerRow;
import dev.harrier.spi.Wire;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Rows as messages and back, field by field. What a message cannot mean, such as a phase that there
 * is not, is an IllegalArgumentException.
 */
final class Rows {
  private Rows() {}

  static dev.harrier.idl.journal.v1.ExecutionRef message(ExecutionRef ref) {
    return dev.harrier.idl.journal.v1.ExecutionRef.newBuilder()
        .setId(Wire.identifier(ref.id()))
        .setKey(ref.key())
        .setShard(ref.shard())
        .build();
  }

  static ExecutionRef ref(dev.harrier.idl.journal.v1.ExecutionRef message) {
    return new ExecutionRef(
        Wire.executionId(message.getId()), message.getKey(), message.getShard());
  }

  static dev.harrier.idl.journal.v1.ShardLease message(ShardLease lease) {
    return dev.harrier.idl.journal.v1.ShardLease.newBuilder()
        .setShard(lease.shard())
        .setOwner(lease.owner())
        .setEpoch(lease.epoch())
        .build();
  }

  static ShardLease lease(dev.harrier.idl.journal.v1.ShardLease message) {
    return new ShardLease(message.getShard(), message.getOwner(), message.getEpoch());
  }

  static HeldAfter message(HeldPage.After after) {
    return HeldAfter.newBuilder()
        .setExecutionKey(after.executionKey())
        .setNumber(after.number())
        .setNodePath(after.nodePath())
        .build();
  }

  static HeldPage.After after(HeldAfter message) {
    return new HeldPage.After(
        message.getExecutionKey(), message.getNumber(), message.getNodePath());
  }

  static dev.harrier.idl.journal.v1.PendingCommand message(PendingCommand command) {
    return dev.harrier.idl.journal.v1.PendingCommand.newBuilder()
        .setId(command.id())
        .setRef(message(command.ref()))
        .setCommand(command.command().toMessage())
        .build();
  }

  static PendingCommand command(dev.harrier.idl.journal.v1.PendingCommand message) {
    return new PendingCommand(
        message.getId(), ref(message.getRef()), Command.of(message.getCommand()));
  }

  static dev.harrier.idl.journal.v1.ExecutionRecord message(ExecutionRecord record) {
    var message =
        dev.harrier.idl.journal.v1.ExecutionRecord.newBuilder()
            .setRef(message(record.ref()))
            .setClosureDigest(record.closureDigest())
            .setInputs(record.inputs())
            .setSettings(record.settings())
            .setCreatedAt(Wire.timestamp(record.createdAt()))
            .setRow(message(record.row()));
    record
        .parent()
        .ifPresent(
            parent ->
                message
                    .getParentBuilder()
                    .setExecution(message(parent.execution()))
                    .setNodePath(parent.nodePath()));
    record.nodes().forEach(node -> message.addNodes(message(node)));
    record.attempts().forEach(attempt -> message.addAttempts(message(attempt)));
    record.timers().forEach(timer -> message.addTimers(message(timer)));
    return message.build();
  }

  static ExecutionRecord record(dev.harrier.idl.journal.v1.ExecutionRecord message) {
    return new ExecutionRecord(
        ref(message.getRef()),
        message.getClosureDigest(),
        message.getInputs(),
        message.getSettings(),
        message.hasParent()
            ? Optional.of(
                new ExecutionRecord.Parent(
                    ref(message.getParent().getExecution()), message.getParent().getNodePath()))
            : Optional.empty(),
        Wire.instant(message.getCreatedAt()),
        row(message.getRow()),
        message.getNodesList().stream().map(Rows::node).toList(),
        message.getAttemptsList().stream().map(Rows::attempt).toList(),
        message.getTimersList().stream().map(Rows::timer).toList());
  }

  static dev.harrier.idl.journal.v1.ExecutionRow message(ExecutionRow row) {
    var message =
        dev.harrier.idl.journal.v1.ExecutionRow.newBuilder()
            .setPhase(row.phase().number())
            .setUpdatedAt(Wire.timestamp(row.updatedAt()))
            .setRevision(row.revision());
    row.startedAt().map(Wire::timestamp).ifPresent(message::setStartedAt);
    row.endedAt().map(Wire::timestamp).ifPresent(message::setEndedAt);
    row.outputs().ifPresent(message::setOutputs);
    row.failure().map(Rows::message).ifPresent(message::setFailure);
    row.abort()
        .ifPresent(
            abort ->
                message.getAbortBuilder().setCause(abort.cause()).setPrincipal(abort.principal()));
    return message.build();
  }

  static ExecutionRow row(dev.harrier.idl.journal.v1.ExecutionRow message) {
    return new ExecutionRow(
        ExecutionPhase.of(message.getPhase()),
        instant(message.hasStartedAt(), message.getStartedAt()),
        instant(message.hasEndedAt(), message.getEndedAt()),
        Wire.instant(message.getUpdatedAt()),
        message.hasOutputs() ? Optional.of(message.getOutputs()) : Optional.empty(),
        failure(message.hasFailure(), message.getFailure()),
        message.hasAbort()
            ? Optional.of(
                new Command.Abort(message.getAbort().getCause(), message.getAbort().getPrincipal()))
            : Optional.empty(),
        message.getRevision());
  }

  static dev.harrier.idl.journal.v1.NodeRow message(NodeRow row) {
    var message =
        dev.harrier.idl.journal.v1.NodeRow.newBuilder()
            .setPath(row.path())
            .setParent(row.parent())
            .setSpecNodeId(row.specNodeId())
            .setKind(row.kind().name())
            .setRetryGroup(row.retryGroup())
            .setPhase(row.phase().number())
            .setAttempt(row.attempt())
            .setCreatedAt(Wire.timestamp(row.createdAt()))
            .setUpdatedAt(Wire.timestamp(row.updatedAt()))
            .setInputs(row.inputs())
            .setState(row.state())
            .setRevision(row.revision());
    row.startedAt().map(Wire::timestamp).ifPresent(message::setStartedAt);
    row.endedAt().map(Wire::timestamp).ifPresent(message::setEndedAt);
    row.outputs().ifPresent(message::setOutputs);
    row.failure().map(Rows::message).ifPresent(message::setFailure);
    row.child().map(Wire::identifier).ifPresent(message::setChild);
    return message.build();
  }

  static NodeRow node(dev.harrier.idl.journal.v1.NodeRow message) {
    return new NodeRow(
        message.getPath(),
        message.getParent(),
        message.getSpecNodeId(),
        NodeKind.valueOf(message.getKind()),
        message.getRetryGroup(),
        NodePhase.of(message.getPhase()),
        message.getAttempt(),
        Wire.instant(message.getCreatedAt()),
        instant(message.hasStartedAt(), message.getStartedAt()),
        instant(message.hasEndedAt(), message.getEndedAt()),
        Wire.instant(message.getUpdatedAt()),
        message.getInputs(),
        message.hasOutputs() ? Optional.of(message.getOutputs()) : Optional.empty(),
        failure(message.hasFailure(), message.getFailure()),
        message.hasChild() ? Optional.of(Wire.executionId(message.getChild())) : Optional.empty(),
        message.getState(),
        message.getRevision());
  }

  static dev.harrier.idl.journal.v1.AttemptRow message(AttemptRow row) {
    var message =
        dev.harrier.idl.journal.v1.AttemptRow.newBuilder()
            .setNodePath(row.nodePath())
            .setNumber(row.number())
            .setPhase(row.phase().number())
            .setCreatedAt(Wire.timestamp(row.createdAt()))
            .setUpdatedAt(Wire.timestamp(row.updatedAt()))
            .setHost(row.host())
            .setLogUri(row.logUri())
            .setReleased(row.released())
            .setRevision(row.revision());
    row.startedAt().map(Wire::timestamp).ifPresent(message::setStartedAt);
    row.endedAt().map(Wire::timestamp).ifPresent(message::setEndedAt);
    row.failure().map(Rows::message).ifPresent(message::setFailure);
    return message.build();
  }

  static AttemptRow attempt(dev.harrier.idl.journal.v1.AttemptRow message) {
    return new AttemptRow(
        message.getNodePath(),
        message.getNumber(),
        AttemptPhase.of(message.getPhase()),
        Wire.instant(message.getCreatedAt()),
        instant(message.hasStartedAt(), message.getStartedAt()),
        instant(message.hasEndedAt(), message.getEndedAt()),
        Wire.instant(message.getUpdatedAt()),
        message.getHost(),
        message.getLogUri(),
        failure(message.hasFailure(), message.getFailure()),
        message.getReleased(),
        message.getRevision());
  }

  static dev.harrier.idl.journal.v1.TimerRow message(TimerRow row) {
    return dev.harrier.idl.journal.v1.TimerRow.newBuilder()
        .setNodePath(row.nodePath())
        .setKind(row.kind().name())
        .setAttempt(row.attempt())
        .setDueAt(Wire.timestamp(row.dueAt()))
        .build();
  }

  static TimerRow timer(dev.harrier.idl.journal.v1.TimerRow message) {
    return new TimerRow(
        message.getNodePath(),
        TimerRow.Kind.valueOf(message.getKind()),
        message.getAttempt(),
        Wire.instant(message.getDueAt()));
  }

  static Attempt message(AttemptId id) {
    return Attempt.newBuilder()
        .setExecution(Wire.identifier(id.node().execution()))
        .setNodePath(id.node().path())
        .setNumber(id.number())
        .build();
  }

  static AttemptId attempt(Attempt message) {
    return new AttemptId(
        new NodeId(Wire.executionId(message.getExecution()), message.getNodePath()),
        message.getNumber());
  }

  static com.google.protobuf.Duration message(Duration duration) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  static Duration duration(com.google.protobuf.Duration message) {
    return Duration.ofSeconds(message.getSeconds(), message.getNanos());
  }

  private static dev.harrier.idl.journal.v1.Failure message(Failure failure) {
    return dev.harrier.idl.journal.v1.Failure.newBuilder()
        .setCode(failure.code())
        .setMessage(failure.message())
        .setKind(failure.kind().number())
        .setRecoverable(failure.recoverable())
        .build();
  }

  private static Optional<Failure> failure(
      boolean present, dev.harrier.idl.journal.v1.Failure message) {
    if (!present) {
      return Optional.empty();
    }
    for (var kind : Failure.Kind.values()) {
      if (kind.number() == message.getKind()) {
        return Optional.of(
            new Failure(message.getCode(), message.getMessage(), kind, message.getRecoverable()));
      }
    }
    throw new IllegalArgumentException("failure: no kind has the number " + message.getKind());
  }

  private static Optional<Instant> instant(boolean present, Timestamp message) {
    return present ? Optional.of(Wire.instant(message)) : Optional.empty();
  }
}
