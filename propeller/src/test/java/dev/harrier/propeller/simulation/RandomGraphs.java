package dev.harrier.propeller.simulation;

import com.google.protobuf.Duration;
import flyteidl.core.Compiler.CompiledTask;
import flyteidl.core.Compiler.CompiledWorkflow;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.Compiler.ConnectionSet;
import flyteidl.core.Compiler.ConnectionSet.IdList;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Literals.Binding;
import flyteidl.core.Literals.BindingData;
import flyteidl.core.Literals.BindingDataCollection;
import flyteidl.core.Literals.RetryStrategy;
import flyteidl.core.Tasks.TaskMetadata;
import flyteidl.core.Tasks.TaskTemplate;
import flyteidl.core.Types.OutputReference;
import flyteidl.core.Workflow.Node;
import flyteidl.core.Workflow.NodeMetadata;
import flyteidl.core.Workflow.TaskNode;
import flyteidl.core.Workflow.WorkflowMetadata;
import flyteidl.core.Workflow.WorkflowMetadata.OnFailurePolicy;
import flyteidl.core.Workflow.WorkflowNode;
import flyteidl.core.Workflow.WorkflowTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Makes closures: tasks, chains, fan-outs, subworkflows within subworkflows, launch plan nodes,
 * both failure policies, retries and time limits.
 *
 * <p>Every workflow takes {@code x} and puts out {@code o}: the list of what all its nodes put out.
 */
final class RandomGraphs {
  private static final int NODES_MAX = 5;
  private static final int DEPTH_MAX = 2;

  private final RandomGenerator random;
  private final boolean children;
  private final List<CompiledWorkflow> subWorkflows = new ArrayList<>();
  private final List<CompiledTask> tasks = new ArrayList<>();
  private int names;

  private RandomGraphs(RandomGenerator random, boolean children) {
    this.random = random;
    this.children = children;
  }

  /**
   * A random closure.
   *
   * @param children whether it may hold launch plan nodes; all launch the plan {@code leaf}
   */
  static CompiledWorkflowClosure closure(RandomGenerator random, boolean children) {
    var graphs = new RandomGraphs(random, children);
    var primary = graphs.workflow("main", 0);
    return CompiledWorkflowClosure.newBuilder()
        .setPrimary(primary)
        .addAllSubWorkflows(graphs.subWorkflows)
        .addAllTasks(graphs.tasks)
        .build();
  }

  private CompiledWorkflow workflow(String name, int depth) {
    var template = WorkflowTemplate.newBuilder().setId(id(ResourceType.WORKFLOW, name));
    template.setMetadata(
        WorkflowMetadata.newBuilder()
            .setOnFailure(
                random.nextBoolean()
                    ? OnFailurePolicy.FAIL_IMMEDIATELY
                    : OnFailurePolicy.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE));
    var upstream = new TreeMap<String, List<String>>();
    var outputs = BindingDataCollection.newBuilder();
    var count = 1 + random.nextInt(NODES_MAX);
    for (var number = 0; number < count; number++) {
      var node = Node.newBuilder().setId("n" + number);
      var above = new ArrayList<String>();
      for (var other = 0; other < number; other++) {
        if (random.nextInt(3) == 0) {
          above.add("n" + other);
        }
      }
      target(node, depth);
      if (above.isEmpty()) {
        node.addInputs(bound("x", promise("", "x")));
      } else {
        var list = BindingDataCollection.newBuilder();
        above.forEach(from -> list.addBindings(promise(from, "o")));
        node.addInputs(bound("x", BindingData.newBuilder().setCollection(list).build()));
      }
      upstream.put(node.getId(), above);
      outputs.addBindings(promise(node.getId(), "o"));
      template.addNodes(node);
    }
    template.addOutputs(bound("o", BindingData.newBuilder().setCollection(outputs).build()));
    var connections = ConnectionSet.newBuilder();
    upstream.forEach(
        (node, above) ->
            connections.putUpstream(
                node,
                IdList.newBuilder()
                    .addAllIds(above.isEmpty() ? List.of("start-node") : above)
                    .build()));
    return CompiledWorkflow.newBuilder().setTemplate(template).setConnections(connections).build();
  }

  private void target(Node.Builder node, int depth) {
    var kind = random.nextInt(10);
    if (kind < 2 && depth < DEPTH_MAX) {
      var name = "sub" + names++;
      subWorkflows.add(workflow(name, depth + 1));
      node.setWorkflowNode(
          WorkflowNode.newBuilder().setSubWorkflowRef(id(ResourceType.WORKFLOW, name)));
      limit(node, 20);
    } else if (kind == 2 && children) {
      node.setWorkflowNode(
          WorkflowNode.newBuilder().setLaunchplanRef(id(ResourceType.LAUNCH_PLAN, "leaf")));
      limit(node, 20);
    } else if (kind == 3 && children && random.nextInt(4) == 0) {
      node.setWorkflowNode(
          WorkflowNode.newBuilder().setLaunchplanRef(id(ResourceType.LAUNCH_PLAN, "none")));
    } else {
      var name = "task" + names++;
      tasks.add(task(name));
      node.setTaskNode(TaskNode.newBuilder().setReferenceId(id(ResourceType.TASK, name)));
      limit(node, 10);
    }
  }

  private void limit(Node.Builder node, int oneIn) {
    if (random.nextInt(oneIn) == 0) {
      node.setMetadata(
          NodeMetadata.newBuilder()
              .setTimeout(Duration.newBuilder().setSeconds(1 + random.nextInt(20))));
    }
  }

  private CompiledTask task(String name) {
    return CompiledTask.newBuilder()
        .setTemplate(
            TaskTemplate.newBuilder()
                .setId(id(ResourceType.TASK, name))
                .setMetadata(
                    TaskMetadata.newBuilder()
                        .setRetries(RetryStrategy.newBuilder().setRetries(random.nextInt(3)))))
        .build();
  }

  private static Binding bound(String variable, BindingData data) {
    return Binding.newBuilder().setVar(variable).setBinding(data).build();
  }

  private static BindingData promise(String node, String variable) {
    return BindingData.newBuilder()
        .setPromise(OutputReference.newBuilder().setNodeId(node).setVar(variable))
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
