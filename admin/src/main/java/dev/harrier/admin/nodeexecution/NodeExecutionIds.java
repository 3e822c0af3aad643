package dev.harrier.admin.nodeexecution;

import dev.harrier.admin.inventory.Required;
import dev.harrier.compiler.ProtoText;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.Wire;
import flyteidl.core.IdentifierOuterClass.NodeExecutionIdentifier;
import flyteidl.core.IdentifierOuterClass.WorkflowExecutionIdentifier;

/** Identifiers of nodes of executions: their checks and their text. */
public final class NodeExecutionIds {
  private NodeExecutionIds() {}

  /**
   * The node that an identifier names.
   *
   * @param field the identifier's name in the request
   * @throws RejectedException INVALID_ARGUMENT that names what is missing; an empty identifier is
   *     never taken for any row
   */
  public static NodeId check(NodeExecutionIdentifier id, String field) {
    Required.present(!id.equals(NodeExecutionIdentifier.getDefaultInstance()), field);
    Required.text(id.getNodeId(), "node_id");
    return new NodeId(check(id.getExecutionId(), "execution_id"), id.getNodeId());
  }

  /** The execution that an identifier names; checked as {@link #check} does. */
  static ExecutionId check(WorkflowExecutionIdentifier id, String field) {
    Required.present(!id.equals(WorkflowExecutionIdentifier.getDefaultInstance()), field);
    Required.text(id.getProject(), "project");
    Required.text(id.getDomain(), "domain");
    Required.text(id.getName(), "name");
    return Wire.executionId(id);
  }

  /** The identifier as clients send it. */
  public static NodeExecutionIdentifier identifier(NodeId id) {
    return NodeExecutionIdentifier.newBuilder()
        .setNodeId(id.path())
        .setExecutionId(Wire.identifier(id.execution()))
        .build();
  }

  /**
   * The refusal of a node that is not there.
   *
   * @return NOT_FOUND, in Flyte's words
   */
  public static RejectedException missing(NodeId id) {
    return Rejection.notFound(
        "missing entity of type node execution with identifier %s", ProtoText.of(identifier(id)));
  }
}
