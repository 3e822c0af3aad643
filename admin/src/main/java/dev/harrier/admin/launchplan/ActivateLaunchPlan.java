package dev.harrier.admin.launchplan;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.inventory.Identifiers;
import dev.harrier.database.Database;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.spi.RejectedException;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;

/** Makes a version the active one of its name, or none. */
public final class ActivateLaunchPlan {
  private final Database database;
  private final Access access;

  public ActivateLaunchPlan(Database database, Access access) {
    this.database = requireNonNull(database, "database");
    this.access = requireNonNull(access, "access");
  }

  /**
   * Activates a version; the one that was active is so no longer, in the same instant.
   *
   * @throws RejectedException NOT_FOUND if there is no such version
   */
  public void activate(Caller caller, Identifier named) {
    var id = requireAccess(caller, named);
    database
        .api()
        .transaction(
            "activate the launch plan",
            connection -> {
              var plan =
                  LaunchPlanStore.find(connection, id).orElseThrow(() -> Identifiers.missing(id));
              if (Schedules.type(plan.getSpec().getEntityMetadata().getSchedule()) > 0) {
                access.require(caller, Permission.LAUNCHPLAN_SCHEDULE, Identifiers.scope(id));
              }
              LaunchPlanStore.activate(connection, id);
              return id;
            });
  }

  /**
   * Makes a version inactive; if it is so already, nothing changes.
   *
   * @throws RejectedException NOT_FOUND if there is no such version
   */
  public void deactivate(Caller caller, Identifier named) {
    var id = requireAccess(caller, named);
    database
        .api()
        .transaction(
            "deactivate the launch plan",
            connection -> {
              if (LaunchPlanStore.digest(connection, id).isEmpty()) {
                throw Identifiers.missing(id);
              }
              LaunchPlanStore.deactivate(connection, id);
              return id;
            });
  }

  private Identifier requireAccess(Caller caller, Identifier named) {
    var id = Identifiers.named(named, ResourceType.LAUNCH_PLAN);
    access.require(caller, Permission.LAUNCHPLAN_ACTIVATE, Identifiers.scope(id));
    return id;
  }
}
