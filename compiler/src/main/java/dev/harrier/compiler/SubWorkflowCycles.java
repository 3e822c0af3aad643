package dev.harrier.compiler;

import dev.harrier.compiler.CompileError.Code;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Workflow.WorkflowTemplate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Finds a workflow that contains itself by way of its subworkflows, and so would never end. */
final class SubWorkflowCycles {
  private SubWorkflowCycles() {}

  static Optional<CompileError> find(
      WorkflowTemplate primary, Map<Identifier, WorkflowTemplate> subWorkflows) {
    Graph contains = new Graph();
    Map<String, WorkflowTemplate> named = new LinkedHashMap<>();
    named.put(name(primary.getId()), primary);
    subWorkflows.forEach((id, workflow) -> named.putIfAbsent(name(id), workflow));
    Map<String, String> nodes = new HashMap<>();
    named.forEach(
        (name, workflow) ->
            NodeTree.forEach(
                workflow,
                node -> {
                  if (node.getWorkflowNode().hasSubWorkflowRef()) {
                    String inner = name(node.getWorkflowNode().getSubWorkflowRef());
                    contains.connect(name, inner);
                    nodes.putIfAbsent(inner, node.getId());
                  }
                }));
    return contains
        .cycleFrom(name(primary.getId()))
        .map(
            path ->
                new CompileError(
                    Code.CYCLE_DETECTED,
                    nodes.getOrDefault(path.getLast(), WorkflowCompiler.START_NODE_ID),
                    "A workflow contains itself [%s].".formatted(String.join(">", path))));
  }

  private static String name(Identifier id) {
    return ProtoText.of(id);
  }
}
