package dev.harrier.admin;

import static java.util.Objects.requireNonNull;

import flyteidl.admin.Common.NamedEntity;
import flyteidl.admin.Common.NamedEntityGetRequest;
import flyteidl.admin.Common.NamedEntityIdentifierList;
import flyteidl.admin.Common.NamedEntityIdentifierListRequest;
import flyteidl.admin.Common.NamedEntityList;
import flyteidl.admin.Common.NamedEntityListRequest;
import flyteidl.admin.Common.NamedEntityUpdateRequest;
import flyteidl.admin.Common.NamedEntityUpdateResponse;
import flyteidl.admin.Common.ObjectGetRequest;
import flyteidl.admin.Common.ResourceListRequest;
import flyteidl.admin.DescriptionEntityOuterClass.DescriptionEntity;
import flyteidl.admin.DescriptionEntityOuterClass.DescriptionEntityList;
import flyteidl.admin.DescriptionEntityOuterClass.DescriptionEntityListRequest;
import flyteidl.admin.Event.NodeExecutionEventRequest;
import flyteidl.admin.Event.NodeExecutionEventResponse;
import flyteidl.admin.Event.TaskExecutionEventRequest;
import flyteidl.admin.Event.TaskExecutionEventResponse;
import flyteidl.admin.Event.WorkflowExecutionEventRequest;
import flyteidl.admin.Event.WorkflowExecutionEventResponse;
import flyteidl.admin.ExecutionOuterClass.Execution;
import flyteidl.admin.ExecutionOuterClass.ExecutionCreateRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionCreateResponse;
import flyteidl.admin.ExecutionOuterClass.ExecutionList;
import flyteidl.admin.ExecutionOuterClass.ExecutionRecoverRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionRelaunchRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionTerminateRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionTerminateResponse;
import flyteidl.admin.ExecutionOuterClass.ExecutionUpdateRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionUpdateResponse;
import flyteidl.admin.ExecutionOuterClass.WorkflowExecutionGetDataRequest;
import flyteidl.admin.ExecutionOuterClass.WorkflowExecutionGetDataResponse;
import flyteidl.admin.ExecutionOuterClass.WorkflowExecutionGetMetricsRequest;
import flyteidl.admin.ExecutionOuterClass.WorkflowExecutionGetMetricsResponse;
import flyteidl.admin.ExecutionOuterClass.WorkflowExecutionGetRequest;
import flyteidl.admin.LaunchPlanOuterClass.ActiveLaunchPlanListRequest;
import flyteidl.admin.LaunchPlanOuterClass.ActiveLaunchPlanRequest;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlan;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanCreateRequest;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanCreateResponse;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanList;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanUpdateRequest;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanUpdateResponse;
import flyteidl.admin.MatchableResourceOuterClass.ListMatchableAttributesRequest;
import flyteidl.admin.MatchableResourceOuterClass.ListMatchableAttributesResponse;
import flyteidl.admin.NodeExecutionOuterClass.DynamicNodeWorkflowResponse;
import flyteidl.admin.NodeExecutionOuterClass.GetDynamicNodeWorkflowRequest;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecution;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionForTaskListRequest;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionGetDataRequest;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionGetDataResponse;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionGetRequest;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionList;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionListRequest;
import flyteidl.admin.ProjectAttributesOuterClass.ProjectAttributesDeleteRequest;
import flyteidl.admin.ProjectAttributesOuterClass.ProjectAttributesDeleteResponse;
import flyteidl.admin.ProjectAttributesOuterClass.ProjectAttributesGetRequest;
import flyteidl.admin.ProjectAttributesOuterClass.ProjectAttributesGetResponse;
import flyteidl.admin.ProjectAttributesOuterClass.ProjectAttributesUpdateRequest;
import flyteidl.admin.ProjectAttributesOuterClass.ProjectAttributesUpdateResponse;
import flyteidl.admin.ProjectDomainAttributesOuterClass.ProjectDomainAttributesDeleteRequest;
import flyteidl.admin.ProjectDomainAttributesOuterClass.ProjectDomainAttributesDeleteResponse;
import flyteidl.admin.ProjectDomainAttributesOuterClass.ProjectDomainAttributesGetRequest;
import flyteidl.admin.ProjectDomainAttributesOuterClass.ProjectDomainAttributesGetResponse;
import flyteidl.admin.ProjectDomainAttributesOuterClass.ProjectDomainAttributesUpdateRequest;
import flyteidl.admin.ProjectDomainAttributesOuterClass.ProjectDomainAttributesUpdateResponse;
import flyteidl.admin.ProjectOuterClass.GetDomainRequest;
import flyteidl.admin.ProjectOuterClass.GetDomainsResponse;
import flyteidl.admin.ProjectOuterClass.Project;
import flyteidl.admin.ProjectOuterClass.ProjectGetRequest;
import flyteidl.admin.ProjectOuterClass.ProjectListRequest;
import flyteidl.admin.ProjectOuterClass.ProjectRegisterRequest;
import flyteidl.admin.ProjectOuterClass.ProjectRegisterResponse;
import flyteidl.admin.ProjectOuterClass.ProjectUpdateResponse;
import flyteidl.admin.ProjectOuterClass.Projects;
import flyteidl.admin.TaskExecutionOuterClass.TaskExecution;
import flyteidl.admin.TaskExecutionOuterClass.TaskExecutionGetDataRequest;
import flyteidl.admin.TaskExecutionOuterClass.TaskExecutionGetDataResponse;
import flyteidl.admin.TaskExecutionOuterClass.TaskExecutionGetRequest;
import flyteidl.admin.TaskExecutionOuterClass.TaskExecutionList;
import flyteidl.admin.TaskExecutionOuterClass.TaskExecutionListRequest;
import flyteidl.admin.TaskOuterClass.Task;
import flyteidl.admin.TaskOuterClass.TaskCreateRequest;
import flyteidl.admin.TaskOuterClass.TaskCreateResponse;
import flyteidl.admin.TaskOuterClass.TaskList;
import flyteidl.admin.VersionOuterClass.GetVersionRequest;
import flyteidl.admin.VersionOuterClass.GetVersionResponse;
import flyteidl.admin.WorkflowAttributesOuterClass.WorkflowAttributesDeleteRequest;
import flyteidl.admin.WorkflowAttributesOuterClass.WorkflowAttributesDeleteResponse;
import flyteidl.admin.WorkflowAttributesOuterClass.WorkflowAttributesGetRequest;
import flyteidl.admin.WorkflowAttributesOuterClass.WorkflowAttributesGetResponse;
import flyteidl.admin.WorkflowAttributesOuterClass.WorkflowAttributesUpdateRequest;
import flyteidl.admin.WorkflowAttributesOuterClass.WorkflowAttributesUpdateResponse;
import flyteidl.admin.WorkflowOuterClass.Workflow;
import flyteidl.admin.WorkflowOuterClass.WorkflowCreateRequest;
import flyteidl.admin.WorkflowOuterClass.WorkflowCreateResponse;
import flyteidl.admin.WorkflowOuterClass.WorkflowList;
import flyteidl.service.AdminServiceGrpc.AdminServiceImplBase;
import io.grpc.stub.StreamObserver;

/**
 * Flyte's AdminService. Each call goes to the adapter of its noun; what that throws, the server's
 * one class turns into an answer.
 */
public final class AdminRpc extends AdminServiceImplBase {
  private final InventoryRpcs inventory;
  private final ExecutionRpcs running;

  public AdminRpc(InventoryRpcs inventory, ExecutionRpcs running) {
    this.inventory = requireNonNull(inventory, "inventory");
    this.running = requireNonNull(running, "running");
  }

  @Override
  public void createTask(TaskCreateRequest request, StreamObserver<TaskCreateResponse> observer) {
    answer(observer, inventory.tasks().create(request));
  }

  @Override
  public void getTask(ObjectGetRequest request, StreamObserver<Task> observer) {
    answer(observer, inventory.tasks().get(request));
  }

  @Override
  public void listTaskIds(
      NamedEntityIdentifierListRequest request,
      StreamObserver<NamedEntityIdentifierList> observer) {
    answer(observer, inventory.names().listTaskIds(request));
  }

  @Override
  public void listTasks(ResourceListRequest request, StreamObserver<TaskList> observer) {
    answer(observer, inventory.tasks().list(request));
  }

  @Override
  public void createWorkflow(
      WorkflowCreateRequest request, StreamObserver<WorkflowCreateResponse> observer) {
    answer(observer, inventory.workflows().create(request));
  }

  @Override
  public void getWorkflow(ObjectGetRequest request, StreamObserver<Workflow> observer) {
    answer(observer, inventory.workflows().get(request));
  }

  @Override
  public void listWorkflowIds(
      NamedEntityIdentifierListRequest request,
      StreamObserver<NamedEntityIdentifierList> observer) {
    answer(observer, inventory.names().listWorkflowIds(request));
  }

  @Override
  public void listWorkflows(ResourceListRequest request, StreamObserver<WorkflowList> observer) {
    answer(observer, inventory.workflows().list(request));
  }

  @Override
  public void createLaunchPlan(
      LaunchPlanCreateRequest request, StreamObserver<LaunchPlanCreateResponse> observer) {
    answer(observer, inventory.launchPlans().create(request));
  }

  @Override
  public void getLaunchPlan(ObjectGetRequest request, StreamObserver<LaunchPlan> observer) {
    answer(observer, inventory.launchPlans().get(request));
  }

  @Override
  public void getActiveLaunchPlan(
      ActiveLaunchPlanRequest request, StreamObserver<LaunchPlan> observer) {
    answer(observer, inventory.launchPlans().getActive(request));
  }

  @Override
  public void listActiveLaunchPlans(
      ActiveLaunchPlanListRequest request, StreamObserver<LaunchPlanList> observer) {
    answer(observer, inventory.launchPlans().listActive(request));
  }

  @Override
  public void listLaunchPlanIds(
      NamedEntityIdentifierListRequest request,
      StreamObserver<NamedEntityIdentifierList> observer) {
    answer(observer, inventory.names().listLaunchPlanIds(request));
  }

  @Override
  public void listLaunchPlans(
      ResourceListRequest request, StreamObserver<LaunchPlanList> observer) {
    answer(observer, inventory.launchPlans().list(request));
  }

  @Override
  public void updateLaunchPlan(
      LaunchPlanUpdateRequest request, StreamObserver<LaunchPlanUpdateResponse> observer) {
    answer(observer, inventory.launchPlans().update(request));
  }

  @Override
  public void registerProject(
      ProjectRegisterRequest request, StreamObserver<ProjectRegisterResponse> observer) {
    answer(observer, inventory.projects().register(request));
  }

  @Override
  public void updateProject(Project request, StreamObserver<ProjectUpdateResponse> observer) {
    answer(observer, inventory.projects().update(request));
  }

  @Override
  public void getProject(ProjectGetRequest request, StreamObserver<Project> observer) {
    answer(observer, inventory.projects().get(request));
  }

  @Override
  public void listProjects(ProjectListRequest request, StreamObserver<Projects> observer) {
    answer(observer, inventory.projects().list(request));
  }

  @Override
  public void getDomains(GetDomainRequest request, StreamObserver<GetDomainsResponse> observer) {
    answer(observer, inventory.projects().domains());
  }

  @Override
  public void updateProjectDomainAttributes(
      ProjectDomainAttributesUpdateRequest request,
      StreamObserver<ProjectDomainAttributesUpdateResponse> observer) {
    answer(observer, inventory.attributes().update(request));
  }

  @Override
  public void getProjectDomainAttributes(
      ProjectDomainAttributesGetRequest request,
      StreamObserver<ProjectDomainAttributesGetResponse> observer) {
    answer(observer, inventory.attributes().get(request));
  }

  @Override
  public void deleteProjectDomainAttributes(
      ProjectDomainAttributesDeleteRequest request,
      StreamObserver<ProjectDomainAttributesDeleteResponse> observer) {
    answer(observer, inventory.attributes().delete(request));
  }

  @Override
  public void updateProjectAttributes(
      ProjectAttributesUpdateRequest request,
      StreamObserver<ProjectAttributesUpdateResponse> observer) {
    answer(observer, inventory.attributes().update(request));
  }

  @Override
  public void getProjectAttributes(
      ProjectAttributesGetRequest request, StreamObserver<ProjectAttributesGetResponse> observer) {
    answer(observer, inventory.attributes().get(request));
  }

  @Override
  public void deleteProjectAttributes(
      ProjectAttributesDeleteRequest request,
      StreamObserver<ProjectAttributesDeleteResponse> observer) {
    answer(observer, inventory.attributes().delete(request));
  }

  @Override
  public void updateWorkflowAttributes(
      WorkflowAttributesUpdateRequest request,
      StreamObserver<WorkflowAttributesUpdateResponse> observer) {
    answer(observer, inventory.attributes().update(request));
  }

  @Override
  public void getWorkflowAttributes(
      WorkflowAttributesGetRequest request,
      StreamObserver<WorkflowAttributesGetResponse> observer) {
    answer(observer, inventory.attributes().get(request));
  }

  @Override
  public void deleteWorkflowAttributes(
      WorkflowAttributesDeleteRequest request,
      StreamObserver<WorkflowAttributesDeleteResponse> observer) {
    answer(observer, inventory.attributes().delete(request));
  }

  @Override
  public void listMatchableAttributes(
      ListMatchableAttributesRequest request,
      StreamObserver<ListMatchableAttributesResponse> observer) {
    answer(observer, inventory.attributes().list(request));
  }

  @Override
  public void listNamedEntities(
      NamedEntityListRequest request, StreamObserver<NamedEntityList> observer) {
    answer(observer, inventory.names().list(request));
  }

  @Override
  public void getNamedEntity(NamedEntityGetRequest request, StreamObserver<NamedEntity> observer) {
    answer(observer, inventory.names().get(request));
  }

  @Override
  public void updateNamedEntity(
      NamedEntityUpdateRequest request, StreamObserver<NamedEntityUpdateResponse> observer) {
    answer(observer, inventory.names().update(request));
  }

  @Override
  public void getVersion(GetVersionRequest request, StreamObserver<GetVersionResponse> observer) {
    answer(observer, inventory.version().get());
  }

  @Override
  public void getDescriptionEntity(
      ObjectGetRequest request, StreamObserver<DescriptionEntity> observer) {
    answer(observer, inventory.descriptions().get(request));
  }

  @Override
  public void listDescriptionEntities(
      DescriptionEntityListRequest request, StreamObserver<DescriptionEntityList> observer) {
    answer(observer, inventory.descriptions().list(request));
  }

  @Override
  public void createExecution(
      ExecutionCreateRequest request, StreamObserver<ExecutionCreateResponse> observer) {
    answer(observer, running.executions().create(request));
  }

  @Override
  public void relaunchExecution(
      ExecutionRelaunchRequest request, StreamObserver<ExecutionCreateResponse> observer) {
    answer(observer, running.executions().relaunch(request));
  }

  @Override
  public void recoverExecution(
      ExecutionRecoverRequest request, StreamObserver<ExecutionCreateResponse> observer) {
    answer(observer, running.executions().recover(request));
  }

  @Override
  public void getExecution(
      WorkflowExecutionGetRequest request, StreamObserver<Execution> observer) {
    answer(observer, running.executions().get(request));
  }

  @Override
  public void updateExecution(
      ExecutionUpdateRequest request, StreamObserver<ExecutionUpdateResponse> observer) {
    answer(observer, running.executions().update(request));
  }

  @Override
  public void getExecutionData(
      WorkflowExecutionGetDataRequest request,
      StreamObserver<WorkflowExecutionGetDataResponse> observer) {
    answer(observer, running.executions().data(request));
  }

  @Override
  public void listExecutions(ResourceListRequest request, StreamObserver<ExecutionList> observer) {
    answer(observer, running.executions().list(request));
  }

  @Override
  public void terminateExecution(
      ExecutionTerminateRequest request, StreamObserver<ExecutionTerminateResponse> observer) {
    answer(observer, running.executions().terminate(request));
  }

  @Override
  public void getExecutionMetrics(
      WorkflowExecutionGetMetricsRequest request,
      StreamObserver<WorkflowExecutionGetMetricsResponse> observer) {
    throw running.unserved().metrics(request);
  }

  @Override
  public void getNodeExecution(
      NodeExecutionGetRequest request, StreamObserver<NodeExecution> observer) {
    answer(observer, running.nodes().get(request));
  }

  @Override
  public void getDynamicNodeWorkflow(
      GetDynamicNodeWorkflowRequest request, StreamObserver<DynamicNodeWorkflowResponse> observer) {
    answer(observer, running.nodes().dynamicWorkflow(request));
  }

  @Override
  public void listNodeExecutions(
      NodeExecutionListRequest request, StreamObserver<NodeExecutionList> observer) {
    answer(observer, running.nodes().list(request));
  }

  @Override
  public void listNodeExecutionsForTask(
      NodeExecutionForTaskListRequest request, StreamObserver<NodeExecutionList> observer) {
    answer(observer, running.nodes().listForTask(request));
  }

  @Override
  public void getNodeExecutionData(
      NodeExecutionGetDataRequest request, StreamObserver<NodeExecutionGetDataResponse> observer) {
    answer(observer, running.nodes().data(request));
  }

  @Override
  public void getTaskExecution(
      TaskExecutionGetRequest request, StreamObserver<TaskExecution> observer) {
    answer(observer, running.attempts().get(request));
  }

  @Override
  public void listTaskExecutions(
      TaskExecutionListRequest request, StreamObserver<TaskExecutionList> observer) {
    answer(observer, running.attempts().list(request));
  }

  @Override
  public void getTaskExecutionData(
      TaskExecutionGetDataRequest request, StreamObserver<TaskExecutionGetDataResponse> observer) {
    answer(observer, running.attempts().data(request));
  }

  @Override
  public void createWorkflowEvent(
      WorkflowExecutionEventRequest request,
      StreamObserver<WorkflowExecutionEventResponse> observer) {
    throw running.unserved().event(request.getEvent().getExecutionId());
  }

  @Override
  public void createNodeEvent(
      NodeExecutionEventRequest request, StreamObserver<NodeExecutionEventResponse> observer) {
    throw running.unserved().event(request.getEvent().getId().getExecutionId());
  }

  @Override
  public void createTaskEvent(
      TaskExecutionEventRequest request, StreamObserver<TaskExecutionEventResponse> observer) {
    throw running.unserved().event(request.getEvent().getParentNodeExecutionId().getExecutionId());
  }

  private static <T> void answer(StreamObserver<T> observer, T response) {
    observer.onNext(response);
    observer.onCompleted();
  }
}
