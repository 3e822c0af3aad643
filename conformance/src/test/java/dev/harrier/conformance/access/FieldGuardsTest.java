package dev.harrier.conformance.access;

import static dev.harrier.conformance.access.Submitted.denied;
import static dev.harrier.conformance.access.Submitted.done;
import static dev.harrier.conformance.access.Submitted.execution;
import static dev.harrier.conformance.access.Submitted.name;
import static dev.harrier.conformance.access.Submitted.plan;
import static dev.harrier.conformance.access.Submitted.start;
import static dev.harrier.conformance.access.Submitted.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.conformance.access.AccessWorld.World;
import flyteidl.admin.ExecutionOuterClass.Execution;
import flyteidl.admin.ExecutionOuterClass.ExecutionMetadata.ExecutionMode;
import flyteidl.admin.ExecutionOuterClass.ExecutionRelaunchRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionSpec;
import flyteidl.core.Security.SecurityContext;
import io.grpc.Status;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The fields by which a request asks for more than its call does: F1 identities, F2 places of
 * outputs, F3 clusters, F4 parents, F6 secrets, F7 the cache and variables. Pods (F5) are in {@link
 * PodGuardsTest}.
 */
@Tag("python")
@ExtendWith(AccessWorld.class)
final class FieldGuardsTest {
  private static final String IDENTITY = "lacks the permission execution:assume_identity";
  private static final String SECRET = "lacks the permission secret:use";

  @Test
  void f1_an_identity_needs_a_permission_wherever_it_is_named(World world) {
    List<Consumer<SecurityContext.Builder>> identities =
        List.of(
            security -> security.getRunAsBuilder().setIamRole("arn:aws:iam::1:role/admin"),
            security -> security.getRunAsBuilder().setK8SServiceAccount("root"),
            security -> security.getRunAsBuilder().setExecutionIdentity("user:root"),
            security -> security.getRunAsBuilder().getOauth2ClientBuilder().setClientId("root"),
            security -> security.addTokensBuilder().setName("token"));
    for (var identity : identities) {
      denied(
          IDENTITY,
          start(world, "runner", spec -> identity.accept(spec.getSecurityContextBuilder())));
      denied(
          IDENTITY,
          plan(world, "contributor", spec -> identity.accept(spec.getSecurityContextBuilder())));
      denied(
          IDENTITY,
          task(world, "contributor", task -> identity.accept(task.getSecurityContextBuilder())));
    }
    done(
        start(
            world,
            "root",
            spec -> spec.getSecurityContextBuilder().getRunAsBuilder().setIamRole("role")));
  }

  @Test
  @SuppressWarnings("deprecation") // Clients still send the older places of an identity.
  void f1_an_identity_in_an_older_field_is_no_way_around(World world) {
    denied(
        IDENTITY,
        start(world, "runner", spec -> spec.getAuthRoleBuilder().setAssumableIamRole("role")));
    denied(
        IDENTITY,
        start(world, "runner", spec -> spec.getAuthRoleBuilder().setKubernetesServiceAccount("a")));
    denied(
        IDENTITY,
        plan(world, "contributor", spec -> spec.getAuthRoleBuilder().setAssumableIamRole("role")));
    denied(
        IDENTITY,
        plan(world, "contributor", spec -> spec.getAuthBuilder().setAssumableIamRole("role")));
    denied(IDENTITY, plan(world, "contributor", spec -> spec.setRole("role")));
  }

  @Test
  void f2_outputs_go_below_the_project_and_domain_or_need_a_permission(World world) {
    var blobs = world.blobs();
    var own = "%s/aquila/development".formatted(blobs);

    for (var prefix : List.of(own, own + "/", own + "/mine/of/today")) {
      done(start(world, "runner", spec -> raw(spec, prefix)));
    }
    for (var prefix :
        List.of(
            blobs,
            blobs + "/aquila",
            blobs + "/aquila/production",
            blobs + "/bubo/development",
            own + "/../../bubo/development",
            own + "x/y",
            own + "//x",
            "s3://bucket/aquila/development",
            "/etc",
            "file:///etc/aquila/development",
            own + "/\0")) {
      denied(
          "lacks the permission execution:override_storage",
          start(world, "runner", spec -> raw(spec, prefix)));
      denied(
          "lacks the permission execution:override_storage",
          plan(
              world,
              "contributor",
              spec -> spec.getRawOutputDataConfigBuilder().setOutputLocationPrefix(prefix)));
    }
  }

  @Test
  void f3_a_place_to_run_needs_a_permission(World world) {
    var lacks = "lacks the permission execution:place";

    denied(
        lacks,
        start(
            world,
            "project-admin",
            spec -> spec.getClusterAssignmentBuilder().setClusterPoolName("gpus")));
    denied(
        lacks,
        start(
            world,
            "project-admin",
            spec -> spec.getExecutionClusterLabelBuilder().setValue("gpus")));
    denied(
        lacks,
        start(
            world,
            "project-admin",
            spec -> spec.addExecutionEnvAssignmentsBuilder().setTaskType("actor")));
    denied(
        lacks,
        plan(
            world,
            "project-admin",
            spec -> spec.getClusterAssignmentBuilder().setClusterPoolName("gpus")));
    denied(
        lacks,
        plan(
            world,
            "project-admin",
            spec -> spec.addExecutionEnvAssignmentsBuilder().setTaskType("actor")));
  }

  @Test
  void f4_nobody_but_the_engine_names_a_parent(World world) {
    var lacks = "lacks the permission execution:impersonate_parent";

    for (var caller : List.of("runner", "project-admin", "platform-admin")) {
      denied(
          lacks,
          start(
              world,
              caller,
              spec ->
                  spec.getMetadataBuilder()
                      .getParentNodeExecutionBuilder()
                      .setNodeId("n0")
                      .setExecutionId(execution(Place.OWN))));
      denied(lacks, start(world, caller, spec -> spec.getMetadataBuilder().setNesting(1)));
      for (var mode :
          List.of(
              ExecutionMode.CHILD_WORKFLOW,
              ExecutionMode.RECOVERED,
              ExecutionMode.RELAUNCH,
              ExecutionMode.SYSTEM,
              ExecutionMode.TRIGGER)) {
        denied(lacks, start(world, caller, spec -> spec.getMetadataBuilder().setMode(mode)));
      }
    }
  }

  @Test
  void f4_an_earlier_execution_is_named_only_by_who_may_read_it(World world) {
    denied(
        "lacks the permission execution:read_data on project 'bubo', domain 'development'",
        start(
            world,
            "project-admin",
            spec -> spec.getMetadataBuilder().setReferenceExecution(execution(Place.FOREIGN))));
    done(
        start(
            world,
            "runner",
            spec -> spec.getMetadataBuilder().setReferenceExecution(execution(Place.OWN))));
  }

  @Test
  void f4_what_the_server_owns_is_not_taken_from_a_request(World world) {
    var name = name();
    done(
        start(
            world,
            "runner",
            name,
            spec -> {
              spec.getMetadataBuilder().setPrincipal("user:root");
              spec.getMetadataBuilder()
                  .getSystemMetadataBuilder()
                  .setExecutionCluster("theirs")
                  .setNamespace("kube-system");
            }));

    var rpc = Rpcs.of("AdminService/GetExecution");
    var found =
        (Execution)
            world
                .as("runner")
                .call(
                    rpc,
                    flyteidl.admin.ExecutionOuterClass.WorkflowExecutionGetRequest.newBuilder()
                        .setId(execution(Place.OWN).toBuilder().setName(name))
                        .build())
                .messages()
                .getFirst();
    var metadata = found.getSpec().getMetadata();
    assertThat(metadata.getPrincipal()).isEqualTo("sa:runner");
    assertThat(metadata.getSystemMetadata().getNamespace()).isEqualTo("aquila-development");
    assertThat(metadata.getSystemMetadata().getExecutionCluster()).isEmpty();
  }

  @Test
  void f6_a_secret_needs_a_permission_wherever_it_is_named(World world) {
    denied(
        SECRET,
        start(
            world,
            "starter",
            spec -> spec.getSecurityContextBuilder().addSecretsBuilder().setKey("key")));
    denied(
        SECRET,
        plan(
            world,
            "starter",
            spec -> spec.getSecurityContextBuilder().addSecretsBuilder().setKey("key")));
    denied(
        SECRET,
        task(
            world,
            "starter",
            task -> task.getSecurityContextBuilder().addSecretsBuilder().setKey("key")));
    done(
        task(
            world,
            "contributor",
            task -> task.getSecurityContextBuilder().addSecretsBuilder().setKey("key")));
  }

  @Test
  void f7_overwriting_the_cache_needs_a_permission(World world) {
    var lacks = "lacks the permission cache:overwrite";

    denied(lacks, start(world, "contributor", spec -> spec.setOverwriteCache(true)));
    denied(lacks, plan(world, "contributor", spec -> spec.setOverwriteCache(true)));
    denied(
        lacks,
        world
            .as("contributor")
            .call(
                Rpcs.of("AdminService/RelaunchExecution"),
                ExecutionRelaunchRequest.newBuilder()
                    .setId(execution(Place.OWN))
                    .setOverwriteCache(true)
                    .build()));
    done(start(world, "project-admin", spec -> spec.setOverwriteCache(true)));
  }

  @Test
  void f7_variables_do_not_choose_what_code_or_whose_credentials_a_task_has(World world) {
    for (var name : List.of("LD_PRELOAD", "LD_LIBRARY_PATH", "FLYTE_INTERNAL_EXECUTION_ID")) {
      assertThat(start(world, "root", spec -> variable(spec, name)).code())
          .as(name)
          .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
    denied(IDENTITY, start(world, "runner", spec -> variable(spec, "AWS_ACCESS_KEY_ID")));
    denied(
        IDENTITY,
        plan(
            world,
            "contributor",
            spec -> spec.getEnvsBuilder().addValuesBuilder().setKey("AWS_PROFILE")));
    denied("inventory:register", start(world, "runner", spec -> variable(spec, "PYTHONWARNINGS")));
    done(start(world, "contributor", spec -> variable(spec, "PYTHONWARNINGS")));
    done(start(world, "runner", spec -> variable(spec, "MINE")));
  }

  @Test
  void a_relaunch_is_asked_for_what_the_first_launch_was_asked_for(World world) {
    var name = name();
    done(
        start(
            world,
            "root",
            name,
            spec -> spec.getSecurityContextBuilder().getRunAsBuilder().setIamRole("role")));
    var request =
        ExecutionRelaunchRequest.newBuilder()
            .setId(execution(Place.OWN).toBuilder().setName(name))
            .build();

    denied(IDENTITY, world.as("runner").call(Rpcs.of("AdminService/RelaunchExecution"), request));
  }

  private static void raw(ExecutionSpec.Builder spec, String prefix) {
    spec.getRawOutputDataConfigBuilder().setOutputLocationPrefix(prefix);
  }

  private static void variable(ExecutionSpec.Builder spec, String name) {
    spec.getEnvsBuilder().addValuesBuilder().setKey(name).setValue("x");
  }
}
