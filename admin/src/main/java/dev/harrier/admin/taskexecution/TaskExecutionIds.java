package dev.harrier.admin.taskexecution;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.inventory.Identifiers;
import dev.harrier.admin.inventory.Required;
import dev.harrier.admin.nodeexecution.NodeExecutionIds;
import dev.harrier.compiler.ProtoText;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.IdentifierOuterClass.TaskExecutionIdentifier;
import java.util.Optional;

/** Identifiers of task executions: their checks and their text. */
final class TaskExecutionIds {
  private TaskExecutionIds() {}

  /**
   * An attempt as a caller names it.
   *
   * @param task which the node is said to run; empty if the caller did not say
   * @param number 0-based; an unsigned number of the protocol, so possibly larger than any attempt
   */
  record Asked(NodeId node, Optional<Identifier> task, long number) {
    Asked {
      requireNonNull(node, "node");
      requireNonNull(task, "task");
    }

    /**
     * The refusal of an attempt that is not there.
     *
     * @return NOT_FOUND, in Flyte's words
     */
    RejectedException missing() {
      var id =
          TaskExecutionIdentifier.newBuilder()
              .setNodeExecutionId(NodeExecutionIds.identifier(node))
              .setRetryAttempt((int) number);
      task.ifPresent(id::setTaskId);
      return Rejection.notFound(
          "missing entity of type task execution with identifier %s", ProtoText.of(id.build()));
    }
  }

  /**
   * The attempt that an identifier names.
   *
   * @throws RejectedException INVALID_ARGUMENT that names what is missing; an empty identifier is
   *     never taken for any row
   */
  static Asked check(TaskExecutionIdentifier id) {
    Required.present(!id.equals(TaskExecutionIdentifier.getDefaultInstance()), "id");
    var node = NodeExecutionIds.check(id.getNodeExecutionId(), "node_execution_id");
    Required.present(id.hasTaskId(), "task_id");
    Identifiers.check(id.getTaskId(), ResourceType.TASK);
    return new Asked(
        node, Optional.of(id.getTaskId()), Integer.toUnsignedLong(id.getRetryAttempt()));
  }
}
