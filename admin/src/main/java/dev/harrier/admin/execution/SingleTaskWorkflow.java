package dev.harrier.admin.execution;

import dev.harrier.compiler.Compiled;
import dev.harrier.compiler.InputChecks;
import dev.harrier.compiler.WorkflowCompiler;
import dev.harrier.spi.Rejection;
import flyteidl.core.Compiler.CompiledTask;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Interface.ParameterMap;
import flyteidl.core.Interface.TypedInterface;
import flyteidl.core.Interface.VariableMap;
import flyteidl.core.Literals.Binding;
import flyteidl.core.Literals.BindingData;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Types.OutputReference;
import flyteidl.core.Workflow.Node;
import flyteidl.core.Workflow.NodeMetadata;
import flyteidl.core.Workflow.TaskNode;
import flyteidl.core.Workflow.WorkflowTemplate;
import java.util.List;
import java.util.TreeMap;

/** Wraps a task into a workflow of one node, so that a task alone runs like everything else. */
public final class SingleTaskWorkflow {
  /** What names of workflows begin with that nobody registered; lists hide them. */
  public static final String NAME_PREFIX = ".flytegen.";

  private static final String NODE = "n0";

  /** The closed graph around the task: the task's inputs in, the task's outputs out. */
  public CompiledWorkflowClosure around(CompiledTask task) {
    var template = task.getTemplate();
    var workflow =
        WorkflowTemplate.newBuilder()
            .setId(id(template.getId()))
            .setInterface(template.getInterface())
            .addNodes(
                Node.newBuilder()
                    .setId(NODE)
                    .setMetadata(
                        NodeMetadata.newBuilder()
                            .setName(template.getId().getName())
                            .setRetries(template.getMetadata().getRetries())
                            .setTimeout(template.getMetadata().getTimeout()))
                    .addAllInputs(bindings(template.getInterface().getInputs(), ""))
                    .setTaskNode(TaskNode.newBuilder().setReferenceId(template.getId())))
            .addAllOutputs(bindings(template.getInterface().getOutputs(), NODE))
            .build();
    return switch (WorkflowCompiler.compile(workflow, List.of(), List.of(task), List.of())) {
      case Compiled.Ok<CompiledWorkflowClosure>(CompiledWorkflowClosure closure) -> closure;
      case Compiled.Failed<CompiledWorkflowClosure> failed ->
          throw Rejection.invalid(
              "failed to compile workflow for [%s] with err: %s",
              template.getId().getName(), failed.describe());
    };
  }

  /** A task has no defaults: every input is required. */
  static ParameterMap expectedInputs(TypedInterface typedInterface) {
    return InputChecks.expectedInputs(
        typedInterface.getInputs(),
        LiteralMap.getDefaultInstance(),
        ParameterMap.getDefaultInstance());
  }

  private static Identifier id(Identifier task) {
    return task.toBuilder()
        .setResourceType(ResourceType.WORKFLOW)
        .setName(NAME_PREFIX + task.getName())
        .build();
  }

  /** Each variable bound to the one of the same name; in order, so that the digest is the same. */
  private static List<Binding> bindings(VariableMap variables, String nodeId) {
    return new TreeMap<>(variables.getVariablesMap())
        .keySet().stream()
            .map(
                name ->
                    Binding.newBuilder()
                        .setVar(name)
                        .setBinding(
                            BindingData.newBuilder()
                                .setPromise(
                                    OutputReference.newBuilder().setNodeId(nodeId).setVar(name)))
                        .build())
            .toList();
  }
}
