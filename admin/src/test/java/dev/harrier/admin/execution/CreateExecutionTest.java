package dev.harrier.admin.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.admin.Inventory;
import dev.harrier.admin.Samples;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.spi.Command;
import dev.harrier.spi.PendingCommand;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.core.Execution.WorkflowExecution.Phase;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an execution is made of, and what cannot be made one. */
@ExtendWith(TestDatabase.class)
final class CreateExecutionTest {
  private final Executions executions;

  CreateExecutionTest(Database database, @TempDir Path folder) {
    executions = Executions.open(database, folder);
  }

  @Test
  void a_created_execution_is_shown_and_its_first_command_handed_over() {
    var id = executions.create(executions.request("first"));

    var shown = executions.get(id);
    assertThat(shown.getClosure().getPhase()).isEqualTo(Phase.UNDEFINED);
    assertThat(shown.getClosure().hasStartedAt()).isFalse();
    assertThat(shown.getClosure().hasCreatedAt()).isTrue();
    assertThat(shown.getClosure().getWorkflowId()).isEqualTo(executions.workflow());
    assertThat(shown.getSpec().getLaunchPlan()).isEqualTo(executions.plan());
    assertThat(shown.getSpec().getMaxParallelism()).isEqualTo(25);
    assertThat(shown.getSpec().getMetadata().getPrincipal())
        .isEqualTo(Inventory.ADMINISTRATOR.subject());
    assertThat(shown.getSpec().getMetadata().getSystemMetadata().getNamespace())
        .isEqualTo(executions.project() + "-development");
    assertThat(executions.heard)
        .extracting(PendingCommand::command)
        .containsExactly(new Command.Create());
  }

  @Test
  void the_engine_finds_inputs_settings_and_graph() {
    var id = executions.create(executions.request("engine"));

    var record = executions.journal().load(List.of(id)).getFirst();

    assertThat(record.inputs().getLiteralsMap()).containsEntry("x", Samples.literal(3));
    assertThat(record.settings().getWorkflow()).isEqualTo(executions.workflow());
    assertThat(record.settings().getPrincipal()).isEqualTo(Inventory.ADMINISTRATOR.subject());
    assertThat(record.settings().getHeldPermissionsList())
        .contains("execution:assume_identity", "execution:place", "secret:use");
    assertThat(
            executions
                .journal()
                .closure(record.closureDigest())
                .getPrimary()
                .getTemplate()
                .getNodesList())
        .hasSize(4);
  }

  @Test
  void a_name_is_made_up_if_none_is_given() {
    var id = executions.create(executions.request(""));

    assertThat(id.name()).matches("a[bcdfghjklmnpqrstvwxz2456789]{19}");
  }

  @Test
  void a_task_alone_runs_as_a_workflow_of_one_node_and_stays_a_task() {
    var id = executions.create(executions.request("task", executions.task()));

    var shown = executions.get(id);
    assertThat(shown.getSpec().getLaunchPlan()).isEqualTo(executions.task());
    assertThat(shown.getClosure().getWorkflowId().getName()).isEqualTo(".flytegen.t");
    var record = executions.journal().load(List.of(id)).getFirst();
    var graph = executions.journal().closure(record.closureDigest());
    assertThat(graph.getTasksList()).hasSize(1);
    assertThat(graph.getPrimary().getTemplate().getNodesList()).hasSize(3);
  }

  @Test
  void of_many_who_create_the_same_name_one_wins() throws Exception {
    List<Callable<Boolean>> attempts = new ArrayList<>();
    for (var i = 0; i < 16; i++) {
      attempts.add(
          () -> {
            try {
              executions.create(executions.request("same"));
              return true;
            } catch (RejectedException refusal) {
              assertThat(refusal.rejection().code()).isEqualTo(Rejection.Code.ALREADY_EXISTS);
              return false;
            }
          });
    }

    var won = 0;
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var result : pool.invokeAll(attempts)) {
        won += result.get() ? 1 : 0;
      }
    }

    assertThat(won).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1abc | does not match regex",
        "-abc | does not match regex",
        "a_b | does not match regex",
        "a/../b | does not match regex",
        "a'; DROP TABLE execution; -- | does not match regex",
      })
  void a_name_that_is_none_is_refused(String name, String message) {
    var refusal = executions.refused(calls -> calls.create(executions.request(name).build()));

    assertThat(refusal.code()).isEqualTo(Rejection.Code.INVALID_ARGUMENT);
    assertThat(refusal.message()).contains(message);
  }

  @Test
  void a_name_of_64_characters_is_refused_and_upper_case_is_kept() {
    var refusal =
        executions.refused(calls -> calls.create(executions.request("a".repeat(64)).build()));

    assertThat(refusal.message()).startsWith("size of name exceeded length 63");
    assertThat(executions.create(executions.request("UPPER-")).name()).isEqualTo("UPPER-");
  }

  @Test
  void what_is_missing_is_named() {
    assertThat(message(r -> r.clearProject())).isEqualTo("missing project");
    assertThat(message(r -> r.clearDomain())).isEqualTo("missing domain");
    assertThat(message(r -> r.clearSpec())).isEqualTo("missing spec");
    assertThat(message(r -> r.getSpecBuilder().clearLaunchPlan())).isEqualTo("missing id");
    assertThat(message(r -> r.getSpecBuilder().getLaunchPlanBuilder().clearVersion()))
        .isEqualTo("missing version");
    assertThat(message(r -> r.setDomain("nowhere")))
        .isEqualTo("domain [nowhere] is unrecognized by system");
    assertThat(
            message(
                r ->
                    r.getSpecBuilder()
                        .getLaunchPlanBuilder()
                        .setResourceType(ResourceType.WORKFLOW)))
        .contains("WORKFLOW");
    assertThat(message(r -> r.clearInputs())).isEqualTo("expected_inputs x missing");
    assertThat(message(r -> r.getInputsBuilder().putLiterals("zz", Samples.literal(1))))
        .isEqualTo("invalid input zz");
    assertThat(message(r -> r.getInputsBuilder().putLiterals("x", Samples.literal("text"))))
        .contains("invalid x input wrong type");
  }

  @Test
  void what_cannot_be_launched_is_not_found() {
    var refusal =
        executions.refused(
            calls ->
                calls.create(
                    executions
                        .request("gone", executions.plan().toBuilder().setVersion("v9").build())
                        .build()));

    assertThat(refusal.code()).isEqualTo(Rejection.Code.NOT_FOUND);
    assertThat(refusal.message()).startsWith("missing entity of type LAUNCH_PLAN");
  }

  private String message(
      java.util.function.Consumer<flyteidl.admin.ExecutionOuterClass.ExecutionCreateRequest.Builder>
          change) {
    var request = executions.request("bad");
    change.accept(request);
    return executions.refused(calls -> calls.create(request.build())).message();
  }
}
