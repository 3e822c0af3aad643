package dev.harrier.testkit;

import flyteidl.core.Compiler.CompiledTask;
import flyteidl.core.Compiler.CompiledWorkflow;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.Compiler.ConnectionSet;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Literals.Binding;
import flyteidl.core.Literals.BindingData;
import flyteidl.core.Tasks.TaskTemplate;
import flyteidl.core.Types.OutputReference;
import flyteidl.core.Workflow.Node;
import flyteidl.core.Workflow.TaskNode;
import flyteidl.core.Workflow.WorkflowTemplate;

/** Compiled workflows of one task after the other; each takes {@code x} and puts out {@code o}. */
public final class Chains {
  private Chains() {}

  /** A chain of nodes {@code n0}, {@code n1}, ... */
  public static CompiledWorkflowClosure of(int nodes) {
    return named("n", nodes);
  }

  /** A chain of nodes whose ids begin with a text of one's own. */
  public static CompiledWorkflowClosure named(String prefix, int nodes) {
    var template = WorkflowTemplate.newBuilder().setId(id(ResourceType.WORKFLOW, "chain"));
    var connections = ConnectionSet.newBuilder();
    var task = id(ResourceType.TASK, "task");
    for (var number = 0; number < nodes; number++) {
      var node = prefix + number;
      var above = number == 0 ? "start-node" : prefix + (number - 1);
      var promise =
          number == 0
              ? OutputReference.newBuilder().setVar("x")
              : OutputReference.newBuilder().setNodeId(above).setVar("o");
      template.addNodes(
          Node.newBuilder()
              .setId(node)
              .setTaskNode(TaskNode.newBuilder().setReferenceId(task))
              .addInputs(bound("x", promise)));
      connections.putUpstream(node, ConnectionSet.IdList.newBuilder().addIds(above).build());
    }
    template.addOutputs(
        bound("o", OutputReference.newBuilder().setNodeId(prefix + (nodes - 1)).setVar("o")));
    return CompiledWorkflowClosure.newBuilder()
        .setPrimary(CompiledWorkflow.newBuilder().setTemplate(template).setConnections(connections))
        .addTasks(CompiledTask.newBuilder().setTemplate(TaskTemplate.newBuilder().setId(task)))
        .build();
  }

  private static Binding bound(String variable, OutputReference.Builder promise) {
    return Binding.newBuilder()
        .setVar(variable)
        .setBinding(BindingData.newBuilder().setPromise(promise))
        .build();
  }

  private static Identifier id(ResourceType type, String name) {
    return Identifier.newBuilder()
        .setResourceType(type)
        .setProject("p")
        .setDomain("d")
        .setName(name)
        .setVersion("v")
        .build();
  }
}
