package dev.harrier.admin.execution;

import static java.util.Objects.requireNonNull;

import dev.harrier.idl.engine.v1.ExecutionSettings;
import flyteidl.admin.Common.Annotations;
import flyteidl.admin.Common.Envs;
import flyteidl.admin.Common.Labels;
import flyteidl.admin.ExecutionOuterClass.ExecutionSpec;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanSpec;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Literals.KeyValuePair;
import flyteidl.core.Security.Identity;
import flyteidl.core.Security.SecurityContext;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Works out an execution's settings: what its request says, else what its launch plan says, else
 * the defaults. Maps such as labels are taken whole from one level, as in Flyte, never mixed.
 */
public final class SettingsMerge {
  private final ExecutionSettingsDefaults defaults;

  public SettingsMerge(ExecutionSettingsDefaults defaults) {
    this.defaults = requireNonNull(defaults, "defaults");
  }

  /**
   * The settings.
   *
   * @param workflow that the launch plan runs
   * @param originator who the execution belongs to
   */
  public ExecutionSettings merge(
      ExecutionSpec request, LaunchPlanSpec plan, Identifier workflow, Originator originator) {
    var settings =
        ExecutionSettings.newBuilder()
            .setMaxParallelism(maxParallelism(request, plan))
            .putAllEnvironment(environment(request.hasEnvs() ? request.getEnvs() : plan.getEnvs()))
            .setRawOutputPrefix(rawOutputPrefix(request, plan))
            .setSecurityContext(securityContext(request, plan))
            .putAllLabels(labels(request.getLabels(), plan.getLabels()))
            .putAllAnnotations(annotations(request.getAnnotations(), plan.getAnnotations()))
            .setWorkflow(workflow)
            .setLaunchPlan(request.getLaunchPlan())
            .setOverwriteCache(request.getOverwriteCache() || plan.getOverwriteCache())
            .setClusterPool(
                request.getClusterAssignment().getClusterPoolName().isEmpty()
                    ? plan.getClusterAssignment().getClusterPoolName()
                    : request.getClusterAssignment().getClusterPoolName())
            .setNesting(request.getMetadata().getNesting())
            .setPrincipal(originator.principal())
            .addAllHeldPermissions(originator.held())
            .addAllTags(OlderFields.tags(request));
    if (request.hasInterruptible()) {
      settings.setInterruptible(request.getInterruptible());
    } else if (plan.hasInterruptible()) {
      settings.setInterruptible(plan.getInterruptible());
    }
    return settings.build();
  }

  private int maxParallelism(ExecutionSpec request, LaunchPlanSpec plan) {
    if (request.getMaxParallelism() > 0) {
      return request.getMaxParallelism();
    }
    return plan.getMaxParallelism() > 0 ? plan.getMaxParallelism() : defaults.maxParallelism();
  }

  private static String rawOutputPrefix(ExecutionSpec request, LaunchPlanSpec plan) {
    var own = request.getRawOutputDataConfig().getOutputLocationPrefix();
    return own.isEmpty() ? plan.getRawOutputDataConfig().getOutputLocationPrefix() : own;
  }

  private static Map<String, String> environment(Envs envs) {
    var environment = new LinkedHashMap<String, String>();
    for (KeyValuePair pair : envs.getValuesList()) {
      environment.put(pair.getKey(), pair.getValue());
    }
    return environment;
  }

  private static Map<String, String> labels(Labels request, Labels plan) {
    return request.getValuesCount() > 0 ? request.getValuesMap() : plan.getValuesMap();
  }

  private static Map<String, String> annotations(Annotations request, Annotations plan) {
    return request.getValuesCount() > 0 ? request.getValuesMap() : plan.getValuesMap();
  }

  private static SecurityContext securityContext(ExecutionSpec request, LaunchPlanSpec plan) {
    if (names(request.getSecurityContext().getRunAs())) {
      return request.getSecurityContext();
    }
    if (names(OlderFields.identity(request))) {
      return runAs(OlderFields.identity(request));
    }
    if (!names(plan.getSecurityContext().getRunAs()) && names(OlderFields.identity(plan))) {
      return runAs(OlderFields.identity(plan));
    }
    return plan.getSecurityContext();
  }

  /** Whether an identity is named that the execution's tasks are to run as. */
  static boolean names(Identity identity) {
    return !identity.getIamRole().isEmpty()
        || !identity.getK8SServiceAccount().isEmpty()
        || !identity.getExecutionIdentity().isEmpty();
  }

  private static SecurityContext runAs(Identity identity) {
    return SecurityContext.newBuilder().setRunAs(identity).build();
  }
}
