package dev.harrier.admin;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.attributes.AttributesRpc;
import dev.harrier.admin.description.DescriptionRpc;
import dev.harrier.admin.description.DescriptionStore;
import dev.harrier.admin.description.Descriptions;
import dev.harrier.admin.execution.SpecGuards;
import dev.harrier.admin.launchplan.ActivateLaunchPlan;
import dev.harrier.admin.launchplan.LaunchPlanQueries;
import dev.harrier.admin.launchplan.LaunchPlanRpc;
import dev.harrier.admin.launchplan.LaunchPlanStore;
import dev.harrier.admin.launchplan.RegisterLaunchPlan;
import dev.harrier.admin.namedentity.NamedEntities;
import dev.harrier.admin.namedentity.NamedEntityRpc;
import dev.harrier.admin.namedentity.NamedEntityStore;
import dev.harrier.admin.project.ChangeProject;
import dev.harrier.admin.project.ProjectCheck;
import dev.harrier.admin.project.ProjectQueries;
import dev.harrier.admin.project.ProjectRpc;
import dev.harrier.admin.project.ProjectSettings;
import dev.harrier.admin.project.ProjectStore;
import dev.harrier.admin.task.RegisterTask;
import dev.harrier.admin.task.TaskGuards;
import dev.harrier.admin.task.TaskQueries;
import dev.harrier.admin.task.TaskRpc;
import dev.harrier.admin.task.TaskStore;
import dev.harrier.admin.version.VersionRpc;
import dev.harrier.admin.workflow.CompileWorkflow;
import dev.harrier.admin.workflow.RegisterWorkflow;
import dev.harrier.admin.workflow.WorkflowQueries;
import dev.harrier.admin.workflow.WorkflowRpc;
import dev.harrier.admin.workflow.WorkflowStore;
import dev.harrier.database.Database;
import dev.harrier.security.Access;

/** The adapters of everything that is registered rather than run. */
public record InventoryRpcs(
    ProjectRpc projects,
    TaskRpc tasks,
    WorkflowRpc workflows,
    LaunchPlanRpc launchPlans,
    NamedEntityRpc names,
    DescriptionRpc descriptions,
    AttributesRpc attributes,
    VersionRpc version) {
  public InventoryRpcs {
    requireNonNull(projects, "projects");
    requireNonNull(tasks, "tasks");
    requireNonNull(workflows, "workflows");
    requireNonNull(launchPlans, "launchPlans");
    requireNonNull(names, "names");
    requireNonNull(descriptions, "descriptions");
    requireNonNull(attributes, "attributes");
    requireNonNull(version, "version");
  }

  /**
   * Wires all of them, and makes the configured projects that are missing.
   *
   * @param version of this program, e.g. {@code 0.1.0}
   */
  public static InventoryRpcs open(
      Database database,
      Access access,
      SpecGuards guards,
      TaskGuards tasks,
      ProjectSettings settings,
      String version) {
    var projects = new ProjectStore(database);
    var change = new ChangeProject(projects, settings, access);
    change.seed();
    var check = new ProjectCheck(database, settings);
    return new InventoryRpcs(
        new ProjectRpc(change, new ProjectQueries(projects, settings, access)),
        new TaskRpc(
            new RegisterTask(database, check, access, tasks),
            new TaskQueries(new TaskStore(database), access)),
        new WorkflowRpc(
            new RegisterWorkflow(
                database, check, access, tasks, new CompileWorkflow(database, access)),
            new WorkflowQueries(new WorkflowStore(database), access)),
        new LaunchPlanRpc(
            new RegisterLaunchPlan(database, check, access, guards),
            new ActivateLaunchPlan(database, access),
            new LaunchPlanQueries(new LaunchPlanStore(database), access)),
        new NamedEntityRpc(new NamedEntities(new NamedEntityStore(database), access)),
        new DescriptionRpc(new Descriptions(new DescriptionStore(database), access)),
        new AttributesRpc(access),
        new VersionRpc(version));
  }
}
