package dev.harrier.admin;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.harrier.admin.execution.SpecGuards;
import dev.harrier.admin.project.ProjectSettings;
import dev.harrier.admin.task.ImageRules;
import dev.harrier.admin.task.TaskGuards;
import dev.harrier.database.Database;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Subjects;
import dev.harrier.security.policy.PolicyAccess;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.RejectedException;
import flyteidl.admin.Common.ObjectGetRequest;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlan;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanCreateRequest;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanSpec;
import flyteidl.admin.ProjectOuterClass.Project;
import flyteidl.admin.ProjectOuterClass.ProjectRegisterRequest;
import flyteidl.admin.TaskOuterClass.Task;
import flyteidl.admin.TaskOuterClass.TaskCreateRequest;
import flyteidl.admin.TaskOuterClass.TaskSpec;
import flyteidl.admin.WorkflowOuterClass.Workflow;
import flyteidl.admin.WorkflowOuterClass.WorkflowCreateRequest;
import flyteidl.admin.WorkflowOuterClass.WorkflowSpec;
import flyteidl.core.IdentifierOuterClass.Identifier;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The inventory's calls as an administrator makes them, within a project of its own. */
public final class Inventory {
  private static final String ISSUER = "http://localhost/test";

  /** Who may do everything. */
  public static final Caller ADMINISTRATOR = Caller.of(ISSUER, Subjects.client("admin"));

  /** Who is known, and may do nothing. */
  public static final Caller STRANGER = Caller.of("http://elsewhere/", "sa:admin");

  private static final Access ACCESS = PolicyAccess.administeredBy(ISSUER, Set.of("admin"));

  private final InventoryRpcs rpcs;
  private final String project;

  private Inventory(InventoryRpcs rpcs, String project) {
    this.rpcs = rpcs;
    this.project = project;
  }

  /** Begins in a new project of that id; the project may be there from an earlier run. */
  public static Inventory in(Database database, String project) {
    var inventory =
        new Inventory(
            InventoryRpcs.open(
                database,
                ACCESS,
                new SpecGuards(ACCESS, uri -> Optional.empty()),
                new TaskGuards(ACCESS, new ImageRules(List.of("**"))),
                ProjectSettings.DEFAULT,
                "0.1.0"),
            project);
    inventory.as(
        ADMINISTRATOR,
        rpcs ->
            rpcs.projects()
                .register(
                    ProjectRegisterRequest.newBuilder()
                        .setProject(Project.newBuilder().setId(project).setName(project))
                        .build()));
    return inventory;
  }

  /** A task of an execution in the project's development domain. */
  public Caller task() {
    return Caller.of(ISSUER, Subjects.task(new ExecutionId(project, "development", "e1")));
  }

  /** The project's id. */
  public String project() {
    return project;
  }

  /** Makes a call as somebody. */
  public <T> T as(Caller caller, Function<InventoryRpcs, T> call) {
    var context = caller.bound();
    var before = context.attach();
    try {
      return call.apply(rpcs);
    } finally {
      context.detach(before);
    }
  }

  /** Makes a call as an administrator. */
  public <T> T call(Function<InventoryRpcs, T> call) {
    return as(ADMINISTRATOR, call);
  }

  /** Makes a call that is refused. */
  public RejectedException refused(Function<InventoryRpcs, ?> call) {
    return refusedAs(ADMINISTRATOR, call);
  }

  /** Makes a call that is refused to somebody. */
  public RejectedException refusedAs(Caller caller, Function<InventoryRpcs, ?> call) {
    return catchThrowableOfType(RejectedException.class, () -> as(caller, call));
  }

  /** CreateTask. */
  public void create(Identifier id, TaskSpec spec) {
    call(
        rpcs ->
            rpcs.tasks().create(TaskCreateRequest.newBuilder().setId(id).setSpec(spec).build()));
  }

  /** CreateWorkflow. */
  public void create(Identifier id, WorkflowSpec spec) {
    call(
        rpcs ->
            rpcs.workflows()
                .create(WorkflowCreateRequest.newBuilder().setId(id).setSpec(spec).build()));
  }

  /** CreateLaunchPlan. */
  public void create(Identifier id, LaunchPlanSpec spec) {
    call(
        rpcs ->
            rpcs.launchPlans()
                .create(LaunchPlanCreateRequest.newBuilder().setId(id).setSpec(spec).build()));
  }

  /** GetTask. */
  public Task task(Identifier id) {
    return call(rpcs -> rpcs.tasks().get(get(id)));
  }

  /** GetWorkflow. */
  public Workflow workflow(Identifier id) {
    return call(rpcs -> rpcs.workflows().get(get(id)));
  }

  /** GetLaunchPlan. */
  public LaunchPlan launchPlan(Identifier id) {
    return call(rpcs -> rpcs.launchPlans().get(get(id)));
  }

  /** The request for one version. */
  public static ObjectGetRequest get(Identifier id) {
    return ObjectGetRequest.newBuilder().setId(id).build();
  }
}
