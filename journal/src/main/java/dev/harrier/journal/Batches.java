package dev.harrier.journal;

import dev.harrier.idl.journal.v1.CommitRequest;
import dev.harrier.spi.Batch;
import dev.harrier.spi.Command;
import dev.harrier.spi.Wire;
import java.util.Optional;
import java.util.UUID;

/** Batches as messages and back. */
final class Batches {
  private Batches() {}

  static CommitRequest message(Batch batch) {
    var message = CommitRequest.newBuilder().setId(batch.id().toString());
    for (var part : batch.parts()) {
      var body = message.addPartsBuilder().setLease(Rows.message(part.lease()));
      part.executions().forEach(change -> body.addExecutions(message(change)));
    }
    return message.build();
  }

  /**
   * The batch that a message means.
   *
   * @throws RuntimeException if it means none
   */
  static Batch batch(CommitRequest message) {
    return new Batch(
        UUID.fromString(message.getId()),
        message.getPartsList().stream()
            .map(
                part ->
                    new Batch.Part(
                        Rows.lease(part.getLease()),
                        part.getExecutionsList().stream().map(Batches::change).toList()))
            .toList());
  }

  private static dev.harrier.idl.journal.v1.ExecutionChange message(Batch.ExecutionChange change) {
    var message =
        dev.harrier.idl.journal.v1.ExecutionChange.newBuilder()
            .setRef(Rows.message(change.ref()))
            .addAllConsumed(change.consumed())
            .addAllChildren(change.children());
    change.execution().map(Rows::message).ifPresent(message::setExecution);
    change.insertedNodes().forEach(row -> message.addInsertedNodes(Rows.message(row)));
    change.updatedNodes().forEach(row -> message.addUpdatedNodes(Rows.message(row)));
    change.insertedAttempts().forEach(row -> message.addInsertedAttempts(Rows.message(row)));
    change.updatedAttempts().forEach(row -> message.addUpdatedAttempts(Rows.message(row)));
    change.setTimers().forEach(row -> message.addSetTimers(Rows.message(row)));
    change.clearedTimers().forEach(row -> message.addClearedTimers(Rows.message(row)));
    for (var posted : change.posted()) {
      message
          .addPostedBuilder()
          .setTo(Wire.identifier(posted.to()))
          .setCommand(posted.command().toMessage());
    }
    for (var released : change.released()) {
      message.addReleasedBuilder().setNodePath(released.nodePath()).setNumber(released.number());
    }
    return message.build();
  }

  private static Batch.ExecutionChange change(dev.harrier.idl.journal.v1.ExecutionChange message) {
    return new Batch.ExecutionChange(
        Rows.ref(message.getRef()),
        message.hasExecution() ? Optional.of(Rows.row(message.getExecution())) : Optional.empty(),
        message.getInsertedNodesList().stream().map(Rows::node).toList(),
        message.getUpdatedNodesList().stream().map(Rows::node).toList(),
        message.getInsertedAttemptsList().stream().map(Rows::attempt).toList(),
        message.getUpdatedAttemptsList().stream().map(Rows::attempt).toList(),
        message.getSetTimersList().stream().map(Rows::timer).toList(),
        message.getClearedTimersList().stream().map(Rows::timer).toList(),
        message.getConsumedList(),
        message.getPostedList().stream()
            .map(
                posted ->
                    new Batch.Posted(
                        Wire.executionId(posted.getTo()), Command.of(posted.getCommand())))
            .toList(),
        message.getChildrenList(),
        message.getReleasedList().stream()
            .map(released -> new Batch.Released(released.getNodePath(), released.getNumber()))
            .toList());
  }
}
