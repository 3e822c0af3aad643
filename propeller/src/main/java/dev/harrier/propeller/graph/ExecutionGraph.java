package dev.harrier.propeller.graph;

import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Tasks.TaskTemplate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A compiled closure: the workflow, the subworkflows that it contains, and their tasks. */
public final class ExecutionGraph {
  private final WorkflowGraph primary;
  private final Map<Identifier, WorkflowGraph> subWorkflows;
  private final Map<Identifier, TaskTemplate> tasks;
  private final Optional<String> notRun;

  private ExecutionGraph(
      WorkflowGraph primary,
      Map<Identifier, WorkflowGraph> subWorkflows,
      Map<Identifier, TaskTemplate> tasks) {
    this.primary = primary;
    this.subWorkflows = Map.copyOf(subWorkflows);
    this.tasks = Map.copyOf(tasks);
    this.notRun = findNotRun();
  }

  /** Takes a compiled closure apart. */
  public static ExecutionGraph of(CompiledWorkflowClosure closure) {
    var subWorkflows = new HashMap<Identifier, WorkflowGraph>();
    closure
        .getSubWorkflowsList()
        .forEach(sub -> subWorkflows.put(sub.getTemplate().getId(), WorkflowGraph.of(sub)));
    var tasks = new HashMap<Identifier, TaskTemplate>();
    closure
        .getTasksList()
        .forEach(task -> tasks.put(task.getTemplate().getId(), task.getTemplate()));
    return new ExecutionGraph(WorkflowGraph.of(closure.getPrimary()), subWorkflows, tasks);
  }

  /** The workflow itself. */
  public WorkflowGraph primary() {
    return primary;
  }

  /**
   * A subworkflow's graph.
   *
   * @throws IllegalStateException if the closure does not hold it
   */
  public WorkflowGraph subWorkflow(Identifier id) {
    var graph = subWorkflows.get(id);
    if (graph == null) {
      throw new IllegalStateException(
          "workflow %s: its subworkflow %s is not in the closure"
              .formatted(primary.id().getName(), id.getName()));
    }
    return graph;
  }

  /**
   * A task's template.
   *
   * @throws IllegalStateException if the closure does not hold it
   */
  public TaskTemplate task(Identifier id) {
    var task = tasks.get(id);
    if (task == null) {
      throw new IllegalStateException(
          "workflow %s: its task %s is not in the closure"
              .formatted(primary.id().getName(), id.getName()));
    }
    return task;
  }

  /**
   * A sentence that names a part of the workflow which this release does not run; empty if it runs
   * all of it.
   */
  public Optional<String> notRun() {
    return notRun;
  }

  private Optional<String> findNotRun() {
    var found = notRun(primary);
    for (var sub : subWorkflows.values()) {
      found = found.or(() -> notRun(sub));
    }
    return found;
  }

  private static Optional<String> notRun(WorkflowGraph graph) {
    if (graph.hasFailureNode()) {
      return Optional.of(
          "workflow %s has a failure node, which this release of Harrier does not run yet"
              .formatted(graph.id().getName()));
    }
    for (var number = 0; number < graph.size(); number++) {
      var what =
          switch (graph.kind(number)) {
            case START, END, TASK, SUBWORKFLOW, LAUNCH_PLAN -> Optional.<String>empty();
            case BRANCH -> Optional.of("a branch (conditional)");
            case ARRAY -> Optional.of("an array node (map task)");
            case GATE -> Optional.of("a gate (approve, sleep or wait_for_input)");
          };
      if (what.isPresent()) {
        return Optional.of(
            "node %s of workflow %s is %s, which this release of Harrier does not run yet"
                .formatted(graph.node(number).getId(), graph.id().getName(), what.get()));
      }
    }
    return Optional.empty();
  }
}
