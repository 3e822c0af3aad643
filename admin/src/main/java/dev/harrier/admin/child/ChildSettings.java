package dev.harrier.admin.child;

import dev.harrier.admin.execution.LaunchTarget;
import dev.harrier.admin.execution.NewExecution;
import dev.harrier.compiler.InputChecks;
import dev.harrier.idl.engine.v1.ChildRequest;
import dev.harrier.idl.engine.v1.ExecutionSettings;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.Wire;
import flyteidl.admin.ClusterAssignmentOuterClass.ClusterAssignment;
import flyteidl.admin.Common.Annotations;
import flyteidl.admin.Common.Envs;
import flyteidl.admin.Common.Labels;
import flyteidl.admin.Common.RawOutputDataConfig;
import flyteidl.admin.ExecutionOuterClass.ExecutionMetadata;
import flyteidl.admin.ExecutionOuterClass.ExecutionMetadata.ExecutionMode;
import flyteidl.admin.ExecutionOuterClass.ExecutionSpec;
import flyteidl.admin.ExecutionOuterClass.SystemMetadata;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanSpec;
import flyteidl.core.IdentifierOuterClass.NodeExecutionIdentifier;
import flyteidl.core.Literals.KeyValuePair;
import java.util.Optional;

/** A child's settings: its parent's, and where the parent says nothing the launch plan's. */
final class ChildSettings {
  private ChildSettings() {}

  static NewExecution execution(
      ExecutionRef parent, ExecutionId child, ChildRequest request, LaunchTarget target) {
    var settings = settings(request, target);
    return new NewExecution(
        child,
        spec(parent, request, settings),
        InputChecks.merge(
            target.expectedInputs(), target.plan().getFixedInputs(), request.getInputs()),
        settings,
        target.closureDigest(),
        target.workflow(),
        settings.getPrincipal(),
        Optional.of(new NewExecution.Parent(parent.key(), request.getNodePath())));
  }

  static ExecutionSettings settings(ChildRequest request, LaunchTarget target) {
    LaunchPlanSpec plan = target.plan();
    var settings =
        request.getInherited().toBuilder()
            .setWorkflow(target.workflow())
            .setLaunchPlan(request.getLaunchPlan())
            // Tags name one execution to its user, the parent.
            .clearTags()
            .clearTimeout();
    if (settings.getMaxParallelism() == 0) {
      settings.setMaxParallelism(plan.getMaxParallelism());
    }
    if (!settings.hasInterruptible() && plan.hasInterruptible()) {
      settings.setInterruptible(plan.getInterruptible());
    }
    if (settings.getEnvironmentCount() == 0) {
      plan.getEnvs()
          .getValuesList()
          .forEach(pair -> settings.putEnvironment(pair.getKey(), pair.getValue()));
    }
    if (settings.getRawOutputPrefix().isEmpty()) {
      settings.setRawOutputPrefix(plan.getRawOutputDataConfig().getOutputLocationPrefix());
    }
    if (settings.getLabelsCount() == 0) {
      settings.putAllLabels(plan.getLabels().getValuesMap());
    }
    if (settings.getAnnotationsCount() == 0) {
      settings.putAllAnnotations(plan.getAnnotations().getValuesMap());
    }
    if (!settings.hasSecurityContext()
        || settings
            .getSecurityContext()
            .equals(settings.getSecurityContext().getDefaultInstanceForType())) {
      settings.setSecurityContext(plan.getSecurityContext());
    }
    return settings
        .setOverwriteCache(settings.getOverwriteCache() || plan.getOverwriteCache())
        .build();
  }

  private static ExecutionSpec spec(
      ExecutionRef parent, ChildRequest request, ExecutionSettings settings) {
    var spec =
        ExecutionSpec.newBuilder()
            .setLaunchPlan(request.getLaunchPlan())
            .setMetadata(metadata(parent, request, settings))
            .setLabels(Labels.newBuilder().putAllValues(settings.getLabelsMap()))
            .setAnnotations(Annotations.newBuilder().putAllValues(settings.getAnnotationsMap()))
            .setSecurityContext(settings.getSecurityContext())
            .setMaxParallelism(settings.getMaxParallelism())
            .setRawOutputDataConfig(
                RawOutputDataConfig.newBuilder()
                    .setOutputLocationPrefix(settings.getRawOutputPrefix()))
            .setClusterAssignment(
                ClusterAssignment.newBuilder().setClusterPoolName(settings.getClusterPool()))
            .setOverwriteCache(settings.getOverwriteCache());
    if (settings.hasInterruptible()) {
      spec.setInterruptible(settings.getInterruptible());
    }
    if (settings.getEnvironmentCount() > 0) {
      var envs = Envs.newBuilder();
      settings
          .getEnvironmentMap()
          .forEach(
              (key, value) ->
                  envs.addValues(KeyValuePair.newBuilder().setKey(key).setValue(value)));
      spec.setEnvs(envs);
    }
    return spec.build();
  }

  private static ExecutionMetadata metadata(
      ExecutionRef parent, ChildRequest request, ExecutionSettings settings) {
    var id = parent.id();
    return ExecutionMetadata.newBuilder()
        .setMode(ExecutionMode.CHILD_WORKFLOW)
        .setPrincipal(settings.getPrincipal())
        .setNesting(settings.getNesting())
        .setParentNodeExecution(
            NodeExecutionIdentifier.newBuilder()
                .setExecutionId(Wire.identifier(id))
                .setNodeId(request.getNodePath()))
        .setSystemMetadata(
            SystemMetadata.newBuilder().setNamespace(id.project() + "-" + id.domain()))
        .build();
  }
}
