package dev.harrier.admin.launchplan;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.execution.SpecGuards;
import dev.harrier.admin.inventory.Differences;
import dev.harrier.admin.inventory.Digests;
import dev.harrier.admin.inventory.Identifiers;
import dev.harrier.admin.inventory.Required;
import dev.harrier.admin.namedentity.NamedEntityStore;
import dev.harrier.admin.project.ProjectCheck;
import dev.harrier.admin.workflow.WorkflowStore;
import dev.harrier.database.Database;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlan;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanClosure;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanSpec;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Interface.TypedInterface;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;

/** Registers a version of a launch plan, which is not active at first. */
public final class RegisterLaunchPlan {
  private final Database database;
  private final ProjectCheck projects;
  private final Access access;
  private final SpecGuards guards;

  public RegisterLaunchPlan(
      Database database, ProjectCheck projects, Access access, SpecGuards guards) {
    this.database = requireNonNull(database, "database");
    this.projects = requireNonNull(projects, "projects");
    this.access = requireNonNull(access, "access");
    this.guards = requireNonNull(guards, "guards");
  }

  /**
   * Stores a launch plan under an id, for good.
   *
   * @throws RejectedException ALREADY_EXISTS if the same launch plan is there; NOT_FOUND if its
   *     workflow is not; INVALID_ARGUMENT if another launch plan has the id, or if this one does
   *     not fit its workflow
   */
  public void register(Caller caller, Identifier id, LaunchPlanSpec spec) {
    Identifiers.check(id, ResourceType.LAUNCH_PLAN);
    Required.present(!spec.equals(LaunchPlanSpec.getDefaultInstance()), "spec");
    Identifiers.check(spec.getWorkflowId(), ResourceType.WORKFLOW);
    requireAccess(caller, id, spec);
    var digest = Digests.of(spec);
    var workflow =
        database
            .api()
            .run(
                "look for the launch plan",
                connection -> {
                  projects.requireActive(connection, Identifiers.projectDomain(id));
                  refuseExisting(connection, id, spec, digest);
                  return WorkflowStore.summary(connection, spec.getWorkflowId());
                })
            .orElseThrow(() -> Identifiers.missing(spec.getWorkflowId()));
    var plan = plan(id, spec, workflow.typedInterface());
    var stored =
        database
            .api()
            .transaction("store the launch plan", connection -> insert(connection, plan, digest));
    if (!stored) {
      // Somebody else was faster.
      database
          .api()
          .run(
              "look for the launch plan",
              connection -> {
                refuseExisting(connection, id, spec, digest);
                return id;
              });
    }
  }

  private void requireAccess(Caller caller, Identifier id, LaunchPlanSpec spec) {
    var scope = Identifiers.scope(id);
    access.require(caller, Permission.INVENTORY_REGISTER, scope);
    access.require(caller, Permission.INVENTORY_READ, Identifiers.scope(spec.getWorkflowId()));
    if (Schedules.type(spec.getEntityMetadata().getSchedule()) > 0) {
      access.require(caller, Permission.LAUNCHPLAN_SCHEDULE, scope);
    }
    guards.require(caller, spec, Identifiers.projectDomain(id));
  }

  private static LaunchPlan plan(Identifier id, LaunchPlanSpec spec, TypedInterface workflow) {
    var expected = LaunchPlanChecks.check(spec, workflow.getInputs());
    return LaunchPlan.newBuilder()
        .setId(id)
        // As in Flyte, the defaults that clients get back include the inputs that have none.
        .setSpec(spec.toBuilder().setDefaultInputs(expected))
        .setClosure(
            LaunchPlanClosure.newBuilder()
                .setExpectedInputs(expected)
                .setExpectedOutputs(workflow.getOutputs()))
        .build();
  }

  private static boolean insert(Connection connection, LaunchPlan plan, byte[] digest)
      throws SQLException {
    if (!LaunchPlanStore.insert(connection, plan, digest)) {
      return false;
    }
    NamedEntityStore.record(connection, plan.getId());
    return true;
  }

  private static void refuseExisting(
      Connection connection, Identifier id, LaunchPlanSpec spec, byte[] digest)
      throws SQLException {
    var existing = LaunchPlanStore.digest(connection, id);
    if (existing.isEmpty()) {
      return;
    }
    if (Arrays.equals(existing.orElseThrow(), digest)) {
      throw Rejection.alreadyExists("launch plan with identical structure already exists");
    }
    var old = LaunchPlanStore.find(connection, id);
    throw Rejection.invalid(
        "%s launch plan with different structure already exists. (Please register a new version of the launch plan):\n%s",
        id.getName(), old.map(plan -> Differences.between(plan.getSpec(), spec)).orElse(""));
  }
}
