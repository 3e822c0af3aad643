package dev.harrier.admin.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.admin.Inventory;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.PendingCommand;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.Wire;
import flyteidl.admin.ExecutionOuterClass.ExecutionMetadata.ExecutionMode;
import flyteidl.admin.ExecutionOuterClass.ExecutionRecoverRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionRelaunchRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionTerminateRequest;
import flyteidl.admin.ExecutionOuterClass.WorkflowExecutionGetDataRequest;
import flyteidl.core.Execution.WorkflowExecution.Phase;
import flyteidl.core.Literals.LiteralMap;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Executions that are ended, relaunched or recovered. */
@ExtendWith(TestDatabase.class)
final class ChangeExecutionTest {
  private final Executions executions;

  ChangeExecutionTest(Database database, @TempDir Path folder) {
    executions = Executions.open(database, folder);
  }

  @Test
  void a_terminated_execution_shows_aborting_and_asking_again_changes_nothing() {
    var id = executions.create(executions.request("abort"));
    executions.heard.clear();

    executions.terminate(id, "because");
    executions.terminate(id, "again");

    var closure = executions.get(id).getClosure();
    assertThat(closure.getPhase()).isEqualTo(Phase.ABORTING);
    assertThat(closure.getAbortMetadata().getCause()).isEqualTo("because");
    assertThat(executions.heard)
        .extracting(PendingCommand::command)
        .containsExactly(new Command.Abort("because", Inventory.ADMINISTRATOR.subject()));
    assertThat(
            executions
                .refused(
                    calls -> {
                      calls.terminate(
                          ExecutionTerminateRequest.newBuilder()
                              .setId(Wire.identifier(executions.id("nope")))
                              .build());
                      return "";
                    })
                .code())
        .isEqualTo(Rejection.Code.NOT_FOUND);
  }

  @Test
  void a_relaunched_execution_has_the_same_inputs_and_names_its_origin() {
    var origin = executions.create(executions.request("origin"));

    var id =
        executions.call(
            calls ->
                Wire.executionId(
                    calls
                        .relaunch(
                            ExecutionRelaunchRequest.newBuilder()
                                .setId(Wire.identifier(origin))
                                .setName("again")
                                .build())
                        .getId()));

    var metadata = executions.get(id).getSpec().getMetadata();
    assertThat(metadata.getMode()).isEqualTo(ExecutionMode.RELAUNCH);
    assertThat(metadata.getReferenceExecution()).isEqualTo(Wire.identifier(origin));
    assertThat(data(id)).isEqualTo(data(origin));
  }

  @Test
  void a_running_execution_cannot_be_recovered() {
    var id = executions.create(executions.request("running"));

    var refusal =
        executions.refused(
            calls ->
                calls.recover(
                    ExecutionRecoverRequest.newBuilder().setId(Wire.identifier(id)).build()));

    assertThat(refusal.code()).isEqualTo(Rejection.Code.FAILED_PRECONDITION);
  }

  private LiteralMap data(ExecutionId id) {
    return executions.call(
        calls ->
            calls
                .data(
                    WorkflowExecutionGetDataRequest.newBuilder().setId(Wire.identifier(id)).build())
                .getFullInputs());
  }
}
