package dev.harrier.compiler;

import dev.harrier.compiler.CompileError.Code;
import flyteidl.core.Compiler.CompiledTask;
import flyteidl.core.Compiler.CompiledWorkflow;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.DynamicJob.DynamicJobSpec;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Interface.TypedInterface;
import flyteidl.core.Tasks.TaskTemplate;
import flyteidl.core.Workflow.WorkflowTemplate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Closes a workflow: checks it whole and works out which node waits for which.
 *
 * <p>Everything it accepts and every text it gives follows FlytePropeller's compiler of Flyte 1.16;
 * where it differs, it finds more at once, or names the node where Flyte names the workflow's
 * start.
 */
public final class WorkflowCompiler {
  /** The node that gives the workflow's inputs; the first in every closed workflow. */
  public static final String START_NODE_ID = "start-node";

  /** The node that takes the workflow's outputs; the second in every closed workflow. */
  public static final String END_NODE_ID = "end-node";

  private WorkflowCompiler() {}

  /**
   * Compiles a workflow with its subworkflows.
   *
   * @param subWorkflows the workflows that run as a part of this one, in any order
   * @param tasks at least those of {@link #requiredTasks}; all of them are in the closure, in this
   *     order, each once
   * @param launchPlans at least those of {@link #requiredLaunchPlans}
   * @return the closure, with start and end node first among the nodes of each workflow; or all
   *     errors
   */
  public static Compiled<CompiledWorkflowClosure> compile(
      WorkflowTemplate primary,
      List<WorkflowTemplate> subWorkflows,
      List<CompiledTask> tasks,
      List<LaunchPlanInterface> launchPlans) {
    Findings findings = new Findings();
    Definitions definitions = definitions(subWorkflows, tasks, launchPlans, findings);
    References references = References.of(primary, subWorkflows);
    SubWorkflowCycles.find(primary, definitions.subWorkflows()).ifPresent(findings::add);

    CompiledWorkflow compiled = GraphCompiler.compile(primary, definitions, findings);
    CompiledWorkflowClosure.Builder closure =
        CompiledWorkflowClosure.newBuilder().setPrimary(compiled);
    for (WorkflowTemplate subWorkflow : subWorkflows) {
      closure.addSubWorkflows(
          references.subWorkflows().contains(subWorkflow.getId())
              ? GraphCompiler.compile(subWorkflow, definitions, findings)
              : CompiledWorkflow.newBuilder().setTemplate(subWorkflow).build());
    }
    definitions
        .tasks()
        .forEach(
            (id, task) ->
                closure.addTasks(
                    CompiledTask.newBuilder()
                        .setTemplate(references.tasks().contains(id) ? complete(task) : task)));
    return findings.resultOf(closure.build());
  }

  /**
   * Compiles what a dynamic node's task returned. Tasks of the job come before those handed in.
   *
   * @param id what the workflow is to be called; it exists nowhere else
   * @param typedInterface the interface of the dynamic node's task; only its outputs must be bound
   * @param referencedTasks tasks that the job refers to and does not bring along, see {@link
   *     #requiredTasks(DynamicJobSpec)}
   */
  public static Compiled<CompiledWorkflowClosure> compileDynamic(
      Identifier id,
      DynamicJobSpec spec,
      TypedInterface typedInterface,
      List<CompiledTask> referencedTasks,
      List<LaunchPlanInterface> launchPlans) {
    Findings findings = new Findings();
    List<CompiledTask> tasks = new ArrayList<>();
    for (TaskTemplate task : spec.getTasksList()) {
      switch (TaskCompiler.compile(task)) {
        case Compiled.Ok<CompiledTask>(CompiledTask compiled) -> tasks.add(compiled);
        case Compiled.Failed<CompiledTask>(List<CompileError> errors) ->
            errors.forEach(findings::add);
      }
    }
    if (!findings.isEmpty()) {
      return new Compiled.Failed<>(findings.list());
    }
    tasks.addAll(referencedTasks);
    return compile(
        template(spec)
            .setId(id)
            .setInterface(
                // The task has read the inputs; what it returned cannot bind to them again.
                TypedInterface.newBuilder().setOutputs(typedInterface.getOutputs()))
            .build(),
        spec.getSubworkflowsList(),
        tasks,
        launchPlans);
  }

  /** The tasks that the workflow and the subworkflows it reaches refer to, ordered by id. */
  public static Set<Identifier> requiredTasks(
      WorkflowTemplate primary, Collection<WorkflowTemplate> subWorkflows) {
    return References.of(primary, subWorkflows).tasks();
  }

  /** The launch plans that the workflow and the subworkflows it reaches start, ordered by id. */
  public static Set<Identifier> requiredLaunchPlans(
      WorkflowTemplate primary, Collection<WorkflowTemplate> subWorkflows) {
    return References.of(primary, subWorkflows).launchPlans();
  }

  /** The tasks that a dynamic job refers to but does not bring along. */
  public static Set<Identifier> requiredTasks(DynamicJobSpec spec) {
    Set<Identifier> tasks = requiredTasks(template(spec).build(), spec.getSubworkflowsList());
    spec.getTasksList().forEach(task -> tasks.remove(task.getId()));
    return tasks;
  }

  /** The launch plans that a dynamic job starts. */
  public static Set<Identifier> requiredLaunchPlans(DynamicJobSpec spec) {
    return requiredLaunchPlans(template(spec).build(), spec.getSubworkflowsList());
  }

  private static WorkflowTemplate.Builder template(DynamicJobSpec spec) {
    return WorkflowTemplate.newBuilder()
        .addAllNodes(spec.getNodesList())
        .addAllOutputs(spec.getOutputsList());
  }

  private static Definitions definitions(
      List<WorkflowTemplate> subWorkflows,
      List<CompiledTask> tasks,
      List<LaunchPlanInterface> launchPlans,
      Findings findings) {
    Map<Identifier, TaskTemplate> taskIndex = new LinkedHashMap<>();
    for (CompiledTask task : tasks) {
      if (task.getTemplate().hasId()) {
        taskIndex.putIfAbsent(task.getTemplate().getId(), task.getTemplate());
      } else {
        findings.add(CompileError.valueRequired("task", "Template.Id"));
      }
    }
    Map<Identifier, WorkflowTemplate> workflowIndex = new LinkedHashMap<>();
    for (WorkflowTemplate workflow : subWorkflows) {
      if (!workflow.hasId()) {
        findings.add(CompileError.valueRequired("workflow", "Template.Id"));
      } else if (workflowIndex.putIfAbsent(workflow.getId(), workflow) != null) {
        findings.add(
            new CompileError(
                Code.DUPLICATE_NODE_ID,
                ProtoText.of(workflow.getId()),
                "Trying to insert two nodes with the same id."));
      }
    }
    Map<Identifier, LaunchPlanInterface> planIndex = new LinkedHashMap<>();
    launchPlans.forEach(plan -> planIndex.put(plan.id(), plan));
    return new Definitions(taskIndex, planIndex, workflowIndex);
  }

  /** A task that is used shows both sides of its interface, if only as empty maps. */
  private static TaskTemplate complete(TaskTemplate task) {
    return task.hasInterface()
        ? task.toBuilder().setInterface(Interfaces.complete(task.getInterface())).build()
        : task;
  }
}
