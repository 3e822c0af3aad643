package dev.harrier.admin.execution;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.BoolValue;
import dev.harrier.idl.engine.v1.ExecutionSettings;
import flyteidl.admin.Common.Envs;
import flyteidl.admin.Common.Labels;
import flyteidl.admin.Common.RawOutputDataConfig;
import flyteidl.admin.ExecutionOuterClass.ExecutionSpec;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanSpec;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Literals.KeyValuePair;
import flyteidl.core.Security.Identity;
import flyteidl.core.Security.SecurityContext;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SettingsMergeTest {
  private static final Identifier WORKFLOW = Identifier.newBuilder().setName("w").build();

  @Test
  void the_defaults_hold_where_nobody_says_anything() {
    var settings = merge(ExecutionSpec.getDefaultInstance(), LaunchPlanSpec.getDefaultInstance());

    assertThat(settings.getMaxParallelism()).isEqualTo(25);
    assertThat(settings.hasInterruptible()).isFalse();
    assertThat(settings.getEnvironmentMap()).isEmpty();
    assertThat(settings.getPrincipal()).isEqualTo("who");
    assertThat(settings.getHeldPermissionsList()).containsExactly("secret:use");
    assertThat(settings.getWorkflow()).isEqualTo(WORKFLOW);
  }

  @Test
  void the_launch_plan_wins_over_the_defaults() {
    var settings = merge(ExecutionSpec.getDefaultInstance(), plan());

    assertThat(settings.getMaxParallelism()).isEqualTo(7);
    assertThat(settings.getInterruptible()).isEqualTo(BoolValue.of(true));
    assertThat(settings.getEnvironmentMap()).containsExactly(Map.entry("from", "plan"));
    assertThat(settings.getLabelsMap()).containsExactly(Map.entry("from", "plan"));
    assertThat(settings.getRawOutputPrefix()).isEqualTo("/plan");
    assertThat(settings.getSecurityContext().getRunAs().getIamRole()).isEqualTo("plan");
    assertThat(settings.getOverwriteCache()).isTrue();
  }

  @Test
  void the_request_wins_over_the_launch_plan_and_maps_are_not_mixed() {
    var request =
        ExecutionSpec.newBuilder()
            .setMaxParallelism(3)
            .setInterruptible(BoolValue.of(false))
            .setEnvs(envs("mine", "request"))
            .setLabels(Labels.newBuilder().putValues("mine", "request"))
            .setRawOutputDataConfig(
                RawOutputDataConfig.newBuilder().setOutputLocationPrefix("/request"))
            .setSecurityContext(runAs("request"))
            .build();

    var settings = merge(request, plan());

    assertThat(settings.getMaxParallelism()).isEqualTo(3);
    assertThat(settings.getInterruptible()).isEqualTo(BoolValue.of(false));
    assertThat(settings.getEnvironmentMap()).containsExactly(Map.entry("mine", "request"));
    assertThat(settings.getLabelsMap()).containsExactly(Map.entry("mine", "request"));
    assertThat(settings.getRawOutputPrefix()).isEqualTo("/request");
    assertThat(settings.getSecurityContext().getRunAs().getIamRole()).isEqualTo("request");
  }

  private static ExecutionSettings merge(ExecutionSpec request, LaunchPlanSpec plan) {
    return new SettingsMerge(ExecutionSettingsDefaults.FLYTE)
        .merge(request, plan, WORKFLOW, new Originator("who", List.of("secret:use")));
  }

  private static LaunchPlanSpec plan() {
    return LaunchPlanSpec.newBuilder()
        .setMaxParallelism(7)
        .setInterruptible(BoolValue.of(true))
        .setEnvs(envs("from", "plan"))
        .setLabels(Labels.newBuilder().putValues("from", "plan"))
        .setRawOutputDataConfig(RawOutputDataConfig.newBuilder().setOutputLocationPrefix("/plan"))
        .setSecurityContext(runAs("plan"))
        .setOverwriteCache(true)
        .build();
  }

  private static Envs envs(String key, String value) {
    return Envs.newBuilder()
        .addValues(KeyValuePair.newBuilder().setKey(key).setValue(value))
        .build();
  }

  private static SecurityContext runAs(String role) {
    return SecurityContext.newBuilder().setRunAs(Identity.newBuilder().setIamRole(role)).build();
  }
}
