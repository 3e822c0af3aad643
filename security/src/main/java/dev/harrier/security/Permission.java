package dev.harrier.security;

/**
 * What a caller may be allowed to do. The names on the right are what refusals show and what a
 * policy grants.
 */
public enum Permission {
  INVENTORY_READ("inventory:read"),
  INVENTORY_REGISTER("inventory:register"),
  INVENTORY_UPDATE("inventory:update"),
  LAUNCHPLAN_ACTIVATE("launchplan:activate"),
  LAUNCHPLAN_SCHEDULE("launchplan:schedule"),
  EXECUTION_READ("execution:read"),
  EXECUTION_READ_DATA("execution:read_data"),
  EXECUTION_CREATE("execution:create"),
  EXECUTION_UPDATE("execution:update"),
  EXECUTION_TERMINATE("execution:terminate"),
  /** Run as another identity: a service account or a role of a cloud. */
  EXECUTION_ASSUME_IDENTITY("execution:assume_identity"),
  /** Choose the cluster or pool that an execution runs on. */
  EXECUTION_PLACE("execution:place"),
  /** Choose a place for raw outputs outside the project's own. */
  EXECUTION_OVERRIDE_STORAGE("execution:override_storage"),
  /** Name a parent node or a principal of an execution: what only the engine may. */
  EXECUTION_IMPERSONATE_PARENT("execution:impersonate_parent"),
  SIGNAL_SET("signal:set"),
  DATA_UPLOAD("data:upload"),
  /** Read a blob by its native name rather than by what it belongs to. */
  DATA_DOWNLOAD_RAW("data:download_raw"),
  ATTRIBUTES_READ("attributes:read"),
  ATTRIBUTES_WRITE_EXECUTION("attributes:write:execution"),
  ATTRIBUTES_WRITE_CLUSTER("attributes:write:cluster"),
  ATTRIBUTES_WRITE_UNUSED("attributes:write:unused"),
  PROJECT_LIST("project:list"),
  PROJECT_READ("project:read"),
  PROJECT_CREATE("project:create"),
  PROJECT_UPDATE("project:update"),
  SECRET_USE("secret:use"),
  SECRET_ADMIN("secret:admin"),
  CACHE_READ("cache:read"),
  CACHE_WRITE("cache:write"),
  CACHE_OVERWRITE("cache:overwrite"),
  /** Report what an execution did: what only the engine may. */
  EVENT_WRITE("event:write"),
  AGENT_INVOKE("agent:invoke"),
  AGENT_DISCOVER("agent:discover"),
  POLICY_READ("policy:read"),
  POLICY_WRITE("policy:write"),
  /** Add, reset and end users, clients and sessions, but those of administrators. */
  ACCOUNT_WRITE("account:write"),
  /** The same of administrators, and the signing keys: whoever may is one. */
  ACCOUNT_WRITE_ADMINISTRATOR("account:write:administrator"),
  AUDIT_READ("audit:read"),
  PLATFORM_CONFIG("platform:config"),
  PLATFORM_PREFLIGHT("platform:preflight");

  private final String word;

  Permission(String word) {
    this.word = word;
  }

  /** The permission's name in refusals and policies, e.g. {@code execution:create}. */
  public String word() {
    return word;
  }

  @Override
  public String toString() {
    return word;
  }
}
