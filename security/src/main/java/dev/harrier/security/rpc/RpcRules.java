package dev.harrier.security.rpc;

import dev.harrier.security.Permission;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rule of every RPC that Flyte's protocol has, of Harrier's own, and of the health check. A
 * method without a rule is not served.
 */
public final class RpcRules {
  private static final RpcRule ANONYMOUS = new RpcRule.Anonymous();
  private static final RpcRule AUTHENTICATED = new RpcRule.Authenticated();

  // Which of the three it is depends on the kind of attribute in the request.
  private static final RpcRule ATTRIBUTES_WRITE =
      RpcRule.needs(
          Permission.ATTRIBUTES_WRITE_EXECUTION,
          Permission.ATTRIBUTES_WRITE_CLUSTER,
          Permission.ATTRIBUTES_WRITE_UNUSED);

  // A caller who could send events would be a second writer of what the engine alone writes.
  private static final RpcRule EVENT =
      new RpcRule.NotServed(
          "Harrier's engine records what executions do by itself and takes no events.");
  private static final RpcRule SIGNAL =
      new RpcRule.NotServed("Harrier's engine makes signals by itself; set one with SetSignal.");
  private static final RpcRule AGENT =
      new RpcRule.NotServed("Harrier calls agents and connectors; it is none itself.");
  private static final RpcRule DEPRECATED =
      new RpcRule.NotServed(
          "Flyte replaced this service by its agents; Harrier does not serve it.");

  // Its requests name a key and no project, so no caller's right to it could be decided.
  private static final RpcRule CACHE =
      new RpcRule.NotServed("The cache is reached through the DataCatalog service.");

  private final Map<String, RpcRule> rules;

  private RpcRules(Map<String, RpcRule> rules) {
    this.rules = rules;
  }

  /** All rules, by the full names of their methods. */
  public static RpcRules all() {
    var table = new Table();
    adminService(table.service("flyteidl.service.AdminService"));
    authMetadataService(table.service("flyteidl.service.AuthMetadataService"));
    signalService(table.service("flyteidl.service.SignalService"));
    dataProxyService(table.service("flyteidl.service.DataProxyService"));
    identityService(table.service("flyteidl.service.IdentityService"));
    syncAgentService(table.service("flyteidl.service.SyncAgentService"));
    asyncAgentService(table.service("flyteidl.service.AsyncAgentService"));
    agentMetadataService(table.service("flyteidl.service.AgentMetadataService"));
    externalPluginService(table.service("flyteidl.service.ExternalPluginService"));
    dataCatalog(table.service("datacatalog.DataCatalog"));
    cacheService(table.service("flyteidl.cacheservice.CacheService"));
    accessService(table.service("harrier.access.v1.AccessService"));
    health(table.service("grpc.health.v1.Health"));
    return new RpcRules(Map.copyOf(table.rules));
  }

  /** The rules of the internal port, which propellers alone call. */
  public static RpcRules ofPropellers() {
    var table = new Table();
    var engine = RpcRule.needs(Permission.EVENT_WRITE);
    table
        .service("harrier.journal.v1.JournalService")
        .rule("Describe", engine)
        .rule("Acquire", engine)
        .rule("Renew", engine)
        .rule("Release", engine)
        .rule("ListExecutions", engine)
        .rule("GetClosure", engine)
        .rule("ListCommands", engine)
        .rule("ListTimers", engine)
        .rule("ListHeldAttempts", engine)
        .rule("Commit", engine)
        .rule("GetOutcome", engine)
        .rule("WatchCommands", engine)
        .service("harrier.journal.v1.AttemptService")
        .rule("CreateToken", engine)
        .rule("GetSecret", engine);
    return new RpcRules(Map.copyOf(table.rules));
  }

  /**
   * The rule of a method.
   *
   * @param fullMethodName {@code <service>/<method>}, as gRPC writes it
   * @throws IllegalStateException if there is none; the server checks at its start that this cannot
   *     happen
   */
  public RpcRule rule(String fullMethodName) {
    var rule = rules.get(fullMethodName);
    if (rule == null) {
      throw new IllegalStateException("no rule for the RPC " + fullMethodName);
    }
    return rule;
  }

  /** Those of the methods that have no rule, in order; a server that serves one must not start. */
  public Set<String> missing(Collection<String> fullMethodNames) {
    var missing = new TreeSet<>(fullMethodNames);
    missing.removeAll(rules.keySet());
    return missing;
  }

  /** The full names of all methods that have a rule. */
  public Set<String> methods() {
    return rules.keySet();
  }

  private static void adminService(Table table) {
    table
        .rule("CreateTask", RpcRule.needs(Permission.INVENTORY_REGISTER))
        .rule("GetTask", RpcRule.needs(Permission.INVENTORY_READ))
        .rule("ListTaskIds", RpcRule.needs(Permission.INVENTORY_READ))
        .rule("ListTasks", RpcRule.needs(Permission.INVENTORY_READ))
        .rule("CreateWorkflow", RpcRule.needs(Permission.INVENTORY_REGISTER))
        .rule("GetWorkflow", RpcRule.needs(Permission.INVENTORY_READ))
        .rule("ListWorkflowIds", RpcRule.needs(Permission.INVENTORY_READ))
        .rule("ListWorkflows", RpcRule.needs(Permission.INVENTORY_READ))
        .rule("CreateLaunchPlan", RpcRule.needs(Permission.INVENTORY_REGISTER))
        .rule("GetLaunchPlan", RpcRule.needs(Permission.INVENTORY_READ))
        .rule("GetActiveLaunchPlan", RpcRule.needs(Permission.INVENTORY_READ))
        .rule("ListActiveLaunchPlans", RpcRule.needs(Permission.INVENTORY_READ))
        .rule("ListLaunchPlanIds", RpcRule.needs(Permission.INVENTORY_READ))
        .rule("ListLaunchPlans", RpcRule.needs(Permission.INVENTORY_READ))
        .rule("UpdateLaunchPlan", RpcRule.needs(Permission.LAUNCHPLAN_ACTIVATE))
        .rule("CreateExecution", RpcRule.needs(Permission.EXECUTION_CREATE))
        .rule("RelaunchExecution", RpcRule.needs(Permission.EXECUTION_CREATE))
        .rule("RecoverExecution", RpcRule.needs(Permission.EXECUTION_CREATE))
        .rule("GetExecution", RpcRule.needs(Permission.EXECUTION_READ))
        .rule("UpdateExecution", RpcRule.needs(Permission.EXECUTION_UPDATE))
        .rule("GetExecutionData", RpcRule.needs(Permission.EXECUTION_READ_DATA))
        .rule("ListExecutions", RpcRule.needs(Permission.EXECUTION_READ))
        .rule("TerminateExecution", RpcRule.needs(Permission.EXECUTION_TERMINATE))
        .rule("GetNodeExecution", RpcRule.needs(Permission.EXECUTION_READ))
        .rule("GetDynamicNodeWorkflow", RpcRule.needs(Permission.EXECUTION_READ))
        .rule("ListNodeExecutions", RpcRule.needs(Permission.EXECUTION_READ))
        .rule("ListNodeExecutionsForTask", RpcRule.needs(Permission.EXECUTION_READ))
        .rule("GetNodeExecutionData", RpcRule.needs(Permission.EXECUTION_READ_DATA))
        .rule("RegisterProject", RpcRule.needs(Permission.PROJECT_CREATE))
        .rule("UpdateProject", RpcRule.needs(Permission.PROJECT_UPDATE))
        .rule("GetProject", RpcRule.needs(Permission.PROJECT_READ))
        .rule("ListProjects", new RpcRule.Filtered(Permission.PROJECT_LIST))
        .rule("GetDomains", AUTHENTICATED)
        .rule("CreateWorkflowEvent", EVENT)
        .rule("CreateNodeEvent", EVENT)
        .rule("CreateTaskEvent", EVENT)
        .rule("GetTaskExecution", RpcRule.needs(Permission.EXECUTION_READ))
        .rule("ListTaskExecutions", RpcRule.needs(Permission.EXECUTION_READ))
        .rule("GetTaskExecutionData", RpcRule.needs(Permission.EXECUTION_READ_DATA))
        .rule("UpdateProjectDomainAttributes", ATTRIBUTES_WRITE)
        .rule("GetProjectDomainAttributes", RpcRule.needs(Permission.ATTRIBUTES_READ))
        .rule("DeleteProjectDomainAttributes", ATTRIBUTES_WRITE)
        .rule("UpdateProjectAttributes", ATTRIBUTES_WRITE)
        .rule("GetProjectAttributes", RpcRule.needs(Permission.ATTRIBUTES_READ))
        .rule("DeleteProjectAttributes", ATTRIBUTES_WRITE)
        .rule("UpdateWorkflowAttributes", ATTRIBUTES_WRITE)
        .rule("GetWorkflowAttributes", RpcRule.needs(Permission.ATTRIBUTES_READ))
        .rule("DeleteWorkflowAttributes", ATTRIBUTES_WRITE)
        .rule("ListMatchableAttributes", new RpcRule.Filtered(Permission.ATTRIBUTES_READ))
        .rule("ListNamedEntities", RpcRule.needs(Permission.INVENTORY_READ))
        .rule("GetNamedEntity", RpcRule.needs(Permission.INVENTORY_READ))
        .rule("UpdateNamedEntity", RpcRule.needs(Permission.INVENTORY_UPDATE))
        .rule("GetVersion", AUTHENTICATED)
        .rule("GetDescriptionEntity", RpcRule.needs(Permission.INVENTORY_READ))
        .rule("ListDescriptionEntities", RpcRule.needs(Permission.INVENTORY_READ))
        .rule("GetExecutionMetrics", RpcRule.needs(Permission.EXECUTION_READ));
  }

  private static void authMetadataService(Table table) {
    table.rule("GetOAuth2Metadata", ANONYMOUS).rule("GetPublicClientConfig", ANONYMOUS);
  }

  private static void signalService(Table table) {
    table
        .rule("GetOrCreateSignal", SIGNAL)
        .rule("ListSignals", RpcRule.needs(Permission.EXECUTION_READ))
        .rule("SetSignal", RpcRule.needs(Permission.SIGNAL_SET));
  }

  private static void dataProxyService(Table table) {
    table
        .rule("CreateUploadLocation", RpcRule.needs(Permission.DATA_UPLOAD))
        .rule("CreateDownloadLocation", RpcRule.needs(Permission.DATA_DOWNLOAD_RAW))
        .rule("CreateDownloadLink", RpcRule.needs(Permission.EXECUTION_READ_DATA))
        .rule("GetData", RpcRule.needs(Permission.EXECUTION_READ_DATA));
  }

  private static void identityService(Table table) {
    table.rule("UserInfo", AUTHENTICATED);
  }

  private static void syncAgentService(Table table) {
    table.rule("ExecuteTaskSync", AGENT);
  }

  private static void asyncAgentService(Table table) {
    table
        .rule("CreateTask", AGENT)
        .rule("GetTask", AGENT)
        .rule("DeleteTask", AGENT)
        .rule("GetTaskMetrics", AGENT)
        .rule("GetTaskLogs", AGENT);
  }

  private static void agentMetadataService(Table table) {
    table.rule("GetAgent", AGENT).rule("ListAgents", AGENT);
  }

  private static void externalPluginService(Table table) {
    table.rule("CreateTask", DEPRECATED).rule("GetTask", DEPRECATED).rule("DeleteTask", DEPRECATED);
  }

  private static void dataCatalog(Table table) {
    table
        .rule("CreateDataset", RpcRule.needs(Permission.CACHE_WRITE))
        .rule("GetDataset", RpcRule.needs(Permission.CACHE_READ))
        .rule("CreateArtifact", RpcRule.needs(Permission.CACHE_WRITE))
        .rule("GetArtifact", RpcRule.needs(Permission.CACHE_READ))
        .rule("AddTag", RpcRule.needs(Permission.CACHE_WRITE))
        .rule("ListArtifacts", RpcRule.needs(Permission.CACHE_READ))
        .rule("ListDatasets", new RpcRule.Filtered(Permission.CACHE_READ))
        .rule("UpdateArtifact", RpcRule.needs(Permission.CACHE_WRITE))
        .rule("GetOrExtendReservation", RpcRule.needs(Permission.CACHE_WRITE))
        .rule("ReleaseReservation", RpcRule.needs(Permission.CACHE_WRITE));
  }

  private static void cacheService(Table table) {
    table
        .rule("Get", CACHE)
        .rule("Put", CACHE)
        .rule("Delete", CACHE)
        .rule("GetOrExtendReservation", CACHE)
        .rule("ReleaseReservation", CACHE);
  }

  // Who asks about themselves needs no right; about others, the use case asks for policy:read.
  private static void accessService(Table table) {
    table
        .rule("GetPolicy", RpcRule.needs(Permission.POLICY_READ))
        .rule("PutPolicy", RpcRule.needs(Permission.POLICY_WRITE))
        .rule("ListBindings", new RpcRule.Filtered(Permission.POLICY_READ))
        .rule("Check", AUTHENTICATED)
        .rule("Why", AUTHENTICATED)
        .rule("WhoCan", RpcRule.needs(Permission.POLICY_READ))
        .rule("SimulatePolicy", RpcRule.needs(Permission.POLICY_READ));
  }

  // A bare liveness answer, which tells nothing but that somebody is there.
  private static void health(Table table) {
    table.rule("Check", ANONYMOUS).rule("Watch", ANONYMOUS).rule("List", ANONYMOUS);
  }

  private static final class Table {
    private final Map<String, RpcRule> rules = new LinkedHashMap<>();
    private String service = "";

    Table service(String name) {
      service = name;
      return this;
    }

    Table rule(String method, RpcRule rule) {
      if (rules.put(service + "/" + method, rule) != null) {
        throw new IllegalStateException("two rules for " + service + "/" + method);
      }
      return this;
    }
  }
}
