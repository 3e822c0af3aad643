package dev.harrier.security.policy;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Permission;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A named set of permissions.
 *
 * @param permissions that its holders have wherever they are bound
 * @param onOwn that they have there on what they made themselves
 */
public record Role(String name, Permissions permissions, Permissions onOwn) {
  /** What engines alone may do: a caller with one of these would be a second one. */
  static final Permissions ENGINE_ONLY =
      Permissions.of(Permission.EVENT_WRITE, Permission.EXECUTION_IMPERSONATE_PARENT);

  /** That of whoever is bound to none. */
  static final Role NONE = new Role("none", Permissions.NONE, Permissions.NONE);

  private static final Role VIEWER =
      new Role(
          "viewer",
          Permissions.of(
              Permission.INVENTORY_READ,
              Permission.EXECUTION_READ,
              Permission.ATTRIBUTES_READ,
              Permission.PROJECT_LIST,
              Permission.PROJECT_READ),
          Permissions.NONE);
  private static final Role DATA_VIEWER =
      VIEWER.more(
          "data-viewer", Permissions.of(Permission.EXECUTION_READ_DATA, Permission.CACHE_READ));
  private static final Role RUNNER =
      DATA_VIEWER.more(
          "runner",
          Permissions.of(Permission.EXECUTION_CREATE, Permission.SIGNAL_SET, Permission.SECRET_USE),
          Permissions.of(Permission.EXECUTION_TERMINATE, Permission.EXECUTION_UPDATE));
  private static final Role CONTRIBUTOR =
      RUNNER.more(
          "contributor",
          Permissions.of(
              Permission.INVENTORY_REGISTER,
              Permission.INVENTORY_UPDATE,
              Permission.LAUNCHPLAN_ACTIVATE,
              Permission.LAUNCHPLAN_SCHEDULE,
              Permission.DATA_UPLOAD,
              Permission.EXECUTION_TERMINATE,
              Permission.EXECUTION_UPDATE));
  private static final Role PROJECT_ADMIN =
      CONTRIBUTOR.more(
          "project-admin",
          Permissions.of(
              Permission.ATTRIBUTES_WRITE_EXECUTION,
              Permission.PROJECT_UPDATE,
              Permission.POLICY_READ,
              Permission.POLICY_WRITE,
              Permission.CACHE_OVERWRITE));
  private static final Role CLUSTER_MANAGER =
      new Role(
          "cluster-manager",
          Permissions.of(
              Permission.ATTRIBUTES_READ,
              Permission.ATTRIBUTES_WRITE_CLUSTER,
              Permission.ATTRIBUTES_WRITE_UNUSED,
              Permission.EXECUTION_PLACE),
          Permissions.NONE);
  private static final Role PLATFORM_ADMIN =
      new Role("platform-admin", Permissions.ALL.without(ENGINE_ONLY), Permissions.NONE);
  private static final Role AUDITOR =
      new Role(
          "auditor",
          Permissions.of(Permission.AUDIT_READ, Permission.POLICY_READ),
          Permissions.NONE);
  private static final Role SCHEDULER =
      new Role(
          "scheduler",
          Permissions.of(Permission.EXECUTION_CREATE, Permission.INVENTORY_READ),
          Permissions.NONE);

  /** What an engine of a process of its own needs: it does nothing but write what it decided. */
  private static final Role PROPELLER =
      new Role("propeller", Permissions.of(Permission.EVENT_WRITE), Permissions.NONE);

  /** What administrators of the installation may do everywhere. Nobody can be bound to it. */
  static final Role ADMINISTRATOR =
      new Role("administrator", Permissions.ALL.without(ENGINE_ONLY), Permissions.NONE);

  /** What the engine may do, wherever it is. Nobody can be bound to it. */
  static final Role ENGINE =
      new Role(
          "engine",
          Permissions.of(
              Permission.EVENT_WRITE,
              Permission.EXECUTION_IMPERSONATE_PARENT,
              Permission.EXECUTION_CREATE,
              Permission.EXECUTION_READ,
              Permission.EXECUTION_READ_DATA,
              Permission.EXECUTION_TERMINATE,
              Permission.INVENTORY_READ,
              Permission.CACHE_READ,
              Permission.CACHE_WRITE,
              Permission.CACHE_OVERWRITE),
          Permissions.NONE);

  /** What a running task may do in its own project and domain. Nobody can be bound to it. */
  static final Role TASK =
      new Role(
          "task",
          Permissions.of(
              Permission.EXECUTION_READ,
              Permission.EXECUTION_READ_DATA,
              Permission.EXECUTION_CREATE,
              Permission.INVENTORY_READ,
              Permission.DATA_UPLOAD),
          // An eager task ends what it launched.
          Permissions.of(Permission.EXECUTION_TERMINATE));

  public Role {
    requireNonNull(name, "name");
    requireNonNull(permissions, "permissions");
    requireNonNull(onOwn, "onOwn");
  }

  /** The roles that every policy can bind, by name, from the least to the most. */
  public static Map<String, Role> builtIn() {
    var roles = new LinkedHashMap<String, Role>();
    for (var role :
        new Role[] {
          VIEWER,
          DATA_VIEWER,
          RUNNER,
          CONTRIBUTOR,
          PROJECT_ADMIN,
          CLUSTER_MANAGER,
          SCHEDULER,
          AUDITOR,
          PROPELLER,
          PLATFORM_ADMIN
        }) {
      roles.put(role.name, role);
    }
    return roles;
  }

  private Role more(String newName, Permissions added) {
    return more(newName, added, Permissions.NONE);
  }

  private Role more(String newName, Permissions added, Permissions addedOnOwn) {
    return new Role(newName, permissions.and(added), onOwn.and(addedOnOwn));
  }
}
