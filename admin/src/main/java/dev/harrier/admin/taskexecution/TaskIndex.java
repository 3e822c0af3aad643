package dev.harrier.admin.taskexecution;

import static java.util.Objects.requireNonNull;

import dev.harrier.compiler.NodeTree;
import flyteidl.core.Compiler.CompiledTask;
import flyteidl.core.Compiler.CompiledWorkflow;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Tasks.TaskTemplate;
import flyteidl.core.Workflow.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Which task each node of a compiled graph runs; keeps nothing else of the graph. */
public final class TaskIndex {
  private final Identifier primary;
  private final Map<Identifier, Map<String, Target>> workflows;
  private final int nodes;

  private TaskIndex(Identifier primary, Map<Identifier, Map<String, Target>> workflows, int nodes) {
    this.primary = requireNonNull(primary, "primary");
    this.workflows = Map.copyOf(workflows);
    this.nodes = nodes;
  }

  /**
   * A task that a node runs.
   *
   * @param type as its author wrote it, e.g. {@code python-task}
   * @param plugin Flyte's name for what runs such a task; empty if the type alone says it
   */
  public record RunTask(Identifier id, String type, String plugin) {
    public RunTask {
      requireNonNull(id, "id");
      requireNonNull(type, "type");
      requireNonNull(plugin, "plugin");
    }
  }

  /** What a node leads to. */
  private sealed interface Target {
    record Task(RunTask task) implements Target {}

    record Workflow(Identifier id) implements Target {}

    record Branch(Map<String, Target> nodes) implements Target {}
  }

  /** Takes from a graph what its nodes run. */
  public static TaskIndex of(CompiledWorkflowClosure closure) {
    var reading =
        new Reading(
            closure.getTasksList().stream()
                .map(CompiledTask::getTemplate)
                .collect(
                    Collectors.toMap(
                        TaskTemplate::getId, Function.identity(), (first, same) -> first)));
    var workflows = new HashMap<Identifier, Map<String, Target>>();
    for (var workflow : closure.getSubWorkflowsList()) {
      workflows.put(workflow.getTemplate().getId(), reading.workflow(workflow));
    }
    var primary = closure.getPrimary().getTemplate().getId();
    workflows.put(primary, reading.workflow(closure.getPrimary()));
    return new TaskIndex(primary, workflows, reading.nodes);
  }

  /**
   * The task that a node runs.
   *
   * @param specNodeIds ids of the nodes in their workflows, from the one at the top down to the
   *     node itself
   * @return empty if the graph has no such node, or it runs no task
   */
  public Optional<RunTask> task(List<String> specNodeIds) {
    var around = workflows.getOrDefault(primary, Map.of());
    for (var iterator = specNodeIds.iterator(); iterator.hasNext(); ) {
      var target = around.get(iterator.next());
      switch (target) {
        case null -> {
          return Optional.empty();
        }
        case Target.Task task -> {
          return iterator.hasNext() ? Optional.empty() : Optional.of(task.task());
        }
        case Target.Workflow workflow -> around = workflows.getOrDefault(workflow.id(), Map.of());
        case Target.Branch branch -> around = branch.nodes();
      }
    }
    return Optional.empty();
  }

  /** How many nodes it knows. */
  int nodes() {
    return nodes;
  }

  private static final class Reading {
    private final Map<Identifier, TaskTemplate> tasks;
    private int nodes;

    Reading(Map<Identifier, TaskTemplate> tasks) {
      this.tasks = tasks;
    }

    Map<String, Target> workflow(CompiledWorkflow workflow) {
      var template = workflow.getTemplate();
      var all = new ArrayList<>(template.getNodesList());
      if (template.hasFailureNode()) {
        all.add(template.getFailureNode());
      }
      return nodes(all);
    }

    private Map<String, Target> nodes(List<Node> list) {
      var targets = new HashMap<String, Target>();
      for (var node : list) {
        nodes++;
        target(node).ifPresent(target -> targets.put(node.getId(), target));
      }
      return Map.copyOf(targets);
    }

    private Optional<Target> target(Node node) {
      return switch (node.getTargetCase()) {
        case TASK_NODE -> Optional.of(task(node.getTaskNode().getReferenceId()));
        // The one task execution of an array node is of the task that its elements run.
        case ARRAY_NODE -> target(node.getArrayNode().getNode());
        case WORKFLOW_NODE ->
            node.getWorkflowNode().hasSubWorkflowRef()
                ? Optional.of(new Target.Workflow(node.getWorkflowNode().getSubWorkflowRef()))
                : Optional.empty();
        case BRANCH_NODE ->
            Optional.of(new Target.Branch(nodes(NodeTree.cases(node.getBranchNode().getIfElse()))));
        case GATE_NODE, TARGET_NOT_SET -> Optional.empty();
      };
    }

    private Target task(Identifier id) {
      var template = tasks.getOrDefault(id, TaskTemplate.getDefaultInstance());
      var plugin =
          switch (template.getTargetCase()) {
            case CONTAINER -> "container";
            case K8S_POD -> "pod";
            case SQL, TARGET_NOT_SET -> "";
          };
      return new Target.Task(new RunTask(id, template.getType(), plugin));
    }
  }
}
