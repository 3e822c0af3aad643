package dev.harrier.bench.api;

import flyteidl.admin.ExecutionOuterClass.ExecutionCreateRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionMetadata;
import flyteidl.admin.ExecutionOuterClass.ExecutionSpec;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanCreateRequest;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanSpec;
import flyteidl.admin.TaskOuterClass.TaskCreateRequest;
import flyteidl.admin.TaskOuterClass.TaskSpec;
import flyteidl.admin.WorkflowOuterClass.WorkflowCreateRequest;
import flyteidl.admin.WorkflowOuterClass.WorkflowSpec;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Interface.TypedInterface;
import flyteidl.core.Interface.VariableMap;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Tasks.RuntimeMetadata;
import flyteidl.core.Tasks.TaskMetadata;
import flyteidl.core.Tasks.TaskTemplate;
import flyteidl.core.Workflow.Node;
import flyteidl.core.Workflow.NodeMetadata;
import flyteidl.core.Workflow.TaskNode;
import flyteidl.core.Workflow.WorkflowMetadata;
import flyteidl.core.Workflow.WorkflowMetadataDefaults;
import flyteidl.core.Workflow.WorkflowTemplate;
import flyteidl.service.AdminServiceGrpc.AdminServiceBlockingStub;

/**
 * A workflow of one task that no runtime of processes takes: its executions go the whole way
 * through the engine and fail at once, so that creating them is measured and not the tasks.
 */
final class TrivialWorkflow {
  static final String PROJECT = "flytesnacks";
  static final String DOMAIN = "development";
  private static final String NAME = "bench.trivial";
  private static final String VERSION = "v1";

  private TrivialWorkflow() {}

  /** Registers it as a client would: task, workflow, launch plan. */
  static void register(AdminServiceBlockingStub admin) {
    var taskId = id(ResourceType.TASK);
    var workflowId = id(ResourceType.WORKFLOW);
    var unusedTask =
        admin.createTask(
            TaskCreateRequest.newBuilder()
                .setId(taskId)
                .setSpec(TaskSpec.newBuilder().setTemplate(task(taskId)))
                .build());
    var unusedWorkflow =
        admin.createWorkflow(
            WorkflowCreateRequest.newBuilder()
                .setId(workflowId)
                .setSpec(WorkflowSpec.newBuilder().setTemplate(workflow(workflowId, taskId)))
                .build());
    var unusedLaunchPlan =
        admin.createLaunchPlan(
            LaunchPlanCreateRequest.newBuilder()
                .setId(id(ResourceType.LAUNCH_PLAN))
                .setSpec(LaunchPlanSpec.newBuilder().setWorkflowId(workflowId))
                .build());
  }

  private static TaskTemplate task(Identifier id) {
    return TaskTemplate.newBuilder()
        .setId(id)
        .setType("bench-that-nobody-runs")
        .setMetadata(
            TaskMetadata.newBuilder()
                .setRuntime(RuntimeMetadata.newBuilder().setFlavor("bench").setVersion(VERSION)))
        .setInterface(nothing())
        .build();
  }

  private static WorkflowTemplate workflow(Identifier id, Identifier task) {
    return WorkflowTemplate.newBuilder()
        .setId(id)
        .setMetadata(WorkflowMetadata.getDefaultInstance())
        .setMetadataDefaults(WorkflowMetadataDefaults.getDefaultInstance())
        .setInterface(nothing())
        .addNodes(
            Node.newBuilder()
                .setId("n0")
                .setMetadata(NodeMetadata.newBuilder().setName("trivial"))
                .setTaskNode(TaskNode.newBuilder().setReferenceId(task)))
        .build();
  }

  private static TypedInterface nothing() {
    return TypedInterface.newBuilder()
        .setInputs(VariableMap.getDefaultInstance())
        .setOutputs(VariableMap.getDefaultInstance())
        .build();
  }

  /** What creates one execution of it, under a name that the server makes up. */
  static ExecutionCreateRequest execution() {
    return ExecutionCreateRequest.newBuilder()
        .setProject(PROJECT)
        .setDomain(DOMAIN)
        .setSpec(
            ExecutionSpec.newBuilder()
                .setLaunchPlan(id(ResourceType.LAUNCH_PLAN))
                .setMetadata(
                    ExecutionMetadata.newBuilder()
                        .setMode(ExecutionMetadata.ExecutionMode.MANUAL)
                        .setPrincipal("bench")))
        .setInputs(LiteralMap.getDefaultInstance())
        .build();
  }

  private static Identifier id(ResourceType type) {
    return Identifier.newBuilder()
        .setResourceType(type)
        .setProject(PROJECT)
        .setDomain(DOMAIN)
        .setName(NAME)
        .setVersion(VERSION)
        .build();
  }
}
