package dev.harrier.admin.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.admin.Inventory;
import dev.harrier.admin.Samples;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.spi.Rejection;
import flyteidl.admin.Common.RawOutputDataConfig;
import flyteidl.admin.ExecutionOuterClass.ExecutionMetadata;
import flyteidl.core.IdentifierOuterClass.NodeExecutionIdentifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Security.Identity;
import flyteidl.core.Security.SecurityContext;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Who may make an execution of what, where and as whom. */
@ExtendWith(TestDatabase.class)
final class ExecutionAccessTest {
  private final Executions executions;

  ExecutionAccessTest(Database database, @TempDir Path folder) {
    executions = Executions.open(database, folder);
  }

  @Test
  void a_plan_of_another_domain_gives_nobody_what_they_may_not_name_there() {
    var known = Samples.id(ResourceType.LAUNCH_PLAN, executions.project(), "known", "v1");
    var identity = Identity.newBuilder().setK8SServiceAccount("root");
    executions.inventory.create(
        known,
        Samples.launchPlan(executions.workflow()).toBuilder()
            .setSecurityContext(SecurityContext.newBuilder().setRunAs(identity))
            .build());
    var plain = executions.request("plain").setDomain("production");
    var identified = executions.request("identified", known).setDomain("production");

    var refused =
        executions.refusedAs(Executions.RUNNER, calls -> calls.create(identified.build()));

    assertThat(refused.code()).isEqualTo(Rejection.Code.PERMISSION_DENIED);
    assertThat(refused.message()).contains("execution:assume_identity", "production");
    var made = executions.as(Executions.RUNNER, calls -> calls.create(plain.build()));
    assertThat(made.getId().getDomain()).isEqualTo("production");
    executions.create(executions.request("at-home", known));
  }

  @Test
  void a_task_of_another_domain_gives_nobody_what_they_may_not_name_where_it_runs() {
    var known = Samples.id(ResourceType.TASK, executions.project(), "as-root", "v1");
    var task = Samples.task().toBuilder();
    task.getTemplateBuilder()
        .getSecurityContextBuilder()
        .getRunAsBuilder()
        .setIamRole("arn:aws:iam::1:role/root");
    executions.inventory.create(known, task.build());
    var around = Samples.id(ResourceType.WORKFLOW, executions.project(), "around", "v1");
    executions.inventory.create(around, Samples.chain(known, 1));
    var plan = Samples.id(ResourceType.LAUNCH_PLAN, executions.project(), "around", "v1");
    executions.inventory.create(plan, Samples.launchPlan(around));
    for (var launched : List.of(known, plan)) {
      var name = "e" + launched.getResourceTypeValue();
      var elsewhere = executions.request(name, launched).setDomain("production");

      var refused =
          executions.refusedAs(Executions.RUNNER, calls -> calls.create(elsewhere.build()));

      assertThat(refused.code()).isEqualTo(Rejection.Code.PERMISSION_DENIED);
      assertThat(refused.message()).contains("execution:assume_identity", "production");
      executions.create(executions.request(name + "-home", launched));
    }
  }

  @Test
  void a_stranger_learns_nothing_and_nobody_speaks_as_the_engine() {
    var stranger =
        executions.refusedAs(
            Inventory.STRANGER, calls -> calls.create(executions.request("s").build()));
    var impostor =
        executions.refused(
            calls -> {
              var request = executions.request("i");
              request
                  .getSpecBuilder()
                  .setMetadata(
                      ExecutionMetadata.newBuilder()
                          .setParentNodeExecution(NodeExecutionIdentifier.getDefaultInstance()));
              return calls.create(request.build());
            });

    assertThat(stranger.code()).isEqualTo(Rejection.Code.PERMISSION_DENIED);
    assertThat(impostor.code()).isEqualTo(Rejection.Code.PERMISSION_DENIED);
  }

  @Test
  void a_task_may_create_executions_but_not_choose_an_identity_or_a_place_for_data() {
    var task = executions.inventory.task();
    var asRoot = executions.request("root");
    asRoot
        .getSpecBuilder()
        .setSecurityContext(
            SecurityContext.newBuilder()
                .setRunAs(Identity.newBuilder().setK8SServiceAccount("root")));
    var elsewhere = executions.request("elsewhere");
    elsewhere
        .getSpecBuilder()
        .setRawOutputDataConfig(
            RawOutputDataConfig.newBuilder().setOutputLocationPrefix("/elsewhere"));

    assertThat(executions.refusedAs(task, calls -> calls.create(asRoot.build())).code())
        .isEqualTo(Rejection.Code.PERMISSION_DENIED);
    assertThat(executions.refusedAs(task, calls -> calls.create(elsewhere.build())).code())
        .isEqualTo(Rejection.Code.PERMISSION_DENIED);
    var created = executions.as(task, calls -> calls.create(executions.request("ok").build()));
    assertThat(created.getId().getName()).isEqualTo("ok");
  }
}
