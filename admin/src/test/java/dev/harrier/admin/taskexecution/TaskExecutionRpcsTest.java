package dev.harrier.admin.taskexecution;

import static dev.harrier.admin.nodeexecution.ExecutionFixture.STRANGER;
import static dev.harrier.admin.nodeexecution.ExecutionFixture.USER;
import static dev.harrier.admin.nodeexecution.ExecutionFixture.as;
import static dev.harrier.admin.nodeexecution.ExecutionFixture.assertRejected;
import static dev.harrier.admin.nodeexecution.ExecutionFixture.literals;
import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.admin.nodeexecution.ExecutionFixture;
import dev.harrier.admin.nodeexecution.ExecutionFixture.Node;
import dev.harrier.admin.nodeexecution.NodeExecutionIds;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.spi.AttemptPhase;
import dev.harrier.spi.BlobStore;
import dev.harrier.spi.DataLayout;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.NodeKind;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.Rejection;
import flyteidl.admin.TaskExecutionOuterClass.Reason;
import flyteidl.admin.TaskExecutionOuterClass.TaskExecutionGetDataRequest;
import flyteidl.admin.TaskExecutionOuterClass.TaskExecutionGetDataResponse;
import flyteidl.admin.TaskExecutionOuterClass.TaskExecutionGetRequest;
import flyteidl.admin.TaskExecutionOuterClass.TaskExecutionList;
import flyteidl.admin.TaskExecutionOuterClass.TaskExecutionListRequest;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.TaskExecutionIdentifier;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(TestDatabase.class)
final class TaskExecutionRpcsTest {
  private final ExecutionFixture execution;
  private final BlobStore blobs;
  private final TaskExecutionRpcs rpcs;

  TaskExecutionRpcsTest(Database database, @TempDir Path folder) {
    this.execution = ExecutionFixture.create(database, TestGraph.CLOSURE);
    this.blobs = ExecutionFixture.blobs(folder);
    this.rpcs =
        new TaskExecutionRpcs(
            new TaskExecutionQueries(
                new TaskExecutionStore(
                    database,
                    new TaskExecutionView(blobs, ExecutionFixture.CLOCK, LogLinks.AS_TOLD)),
                ExecutionFixture.ACCESS,
                blobs));
    execution
        .add(
            Node.of("n0", NodeKind.TASK, NodePhase.SUCCEEDED)
                .with(literals("a", "in"), literals("o0", "out")))
        .attempt("n0", 0, AttemptPhase.FAILED)
        .attempt("n0", 1, AttemptPhase.SUCCEEDED)
        .add(Node.of("n1", NodeKind.SUBWORKFLOW, NodePhase.RUNNING))
        .add(Node.of("n0", NodeKind.TASK, NodePhase.RUNNING).below("n1"))
        .attempt("n1-0-n0", 0, AttemptPhase.RUNNING)
        .add(Node.of("n1", NodeKind.SUBWORKFLOW, NodePhase.RUNNING).below("n1"))
        .add(Node.of("n0", NodeKind.TASK, NodePhase.QUEUED).below("n1-0-n1"))
        .attempt("n1-0-n1-0-n0", 0, AttemptPhase.QUEUED);
  }

  @Test
  void attempts_of_a_node_are_listed_the_first_one_first() {
    var list = list("n0");

    assertThat(list.getTaskExecutionsList())
        .extracting(attempt -> attempt.getId().getRetryAttempt())
        .containsExactly(0, 1);
    assertThat(list.getTaskExecutionsList())
        .extracting(attempt -> attempt.getId().getTaskId())
        .containsOnly(TestGraph.TOP);
    assertThat(list.getTaskExecutionsList())
        .extracting(attempt -> attempt.getClosure().getPhaseValue())
        .containsExactly(5, 3);
    assertThat(list.getTaskExecutionsList()).noneMatch(attempt -> attempt.getIsParent());
  }

  @Test
  void the_task_of_a_node_is_found_through_its_parents() {
    assertThat(list("n1-0-n0").getTaskExecutions(0).getId().getTaskId())
        .isEqualTo(TestGraph.WITHIN);
    assertThat(list("n1-0-n1-0-n0").getTaskExecutions(0).getId().getTaskId())
        .isEqualTo(TestGraph.DEEPER);
  }

  @Test
  void an_attempt_shows_what_ran_where_for_how_long_and_where_its_log_is() {
    var shown =
        as(
            USER,
            () ->
                rpcs.get(
                    TaskExecutionGetRequest.newBuilder()
                        .setId(id("n0", TestGraph.TOP, 1))
                        .build()));

    var closure = shown.getClosure();
    assertThat(shown.getInputUri())
        .isEqualTo(blobs.uri(DataLayout.inputs(new NodeId(execution.id(), "n0"))));
    assertThat(closure.getTaskType()).isEqualTo("python-task");
    assertThat(closure.getDuration().getSeconds()).isEqualTo(2);
    assertThat(closure.getLogs(0).getUri()).isEqualTo("file:///logs/1");
    assertThat(closure.getLogs(0).getName()).isEqualTo("stdout and stderr");
    assertThat(closure.getMetadata().getGeneratedName()).isEqualTo(execution.id().name() + "-n0-1");
    assertThat(closure.getMetadata().getPluginIdentifier()).isEqualTo("container");
    assertThat(closure.getReasonsList())
        .extracting(Reason::getMessage)
        .containsExactly("waits to be started", "started on host-1", "succeeded");
    assertThat(closure.getReason()).isEqualTo("succeeded");
    assertThat(closure.hasError()).isFalse();
  }

  @Test
  void a_failed_attempt_says_why_and_one_that_waits_has_no_log() {
    var failed = list("n0").getTaskExecutions(0).getClosure();
    var waiting = list("n1-0-n1-0-n0").getTaskExecutions(0).getClosure();

    assertThat(failed.getError().getCode()).isEqualTo("OOMKilled");
    assertThat(failed.getError().getKindValue()).isEqualTo(2);
    assertThat(waiting.getLogsList()).isEmpty();
    assertThat(waiting.hasStartedAt()).isFalse();
    assertThat(waiting.hasDuration()).isTrue();
  }

  @Test
  void only_the_attempt_that_succeeded_gave_outputs() {
    var failed = data(id("n0", TestGraph.TOP, 0));
    var succeeded = data(id("n0", TestGraph.TOP, 1));

    assertThat(failed.getFullInputs()).isEqualTo(literals("a", "in"));
    assertThat(failed.hasFullOutputs()).isFalse();
    assertThat(succeeded.getFullOutputs()).isEqualTo(literals("o0", "out"));
    assertThat(succeeded.getFlyteUrls().getOutputs()).endsWith("/n0/1/o");
  }

  @Test
  void attempts_are_filtered_by_their_number() {
    var request =
        TaskExecutionListRequest.newBuilder()
            .setNodeExecutionId(NodeExecutionIds.identifier(new NodeId(execution.id(), "n0")))
            .setLimit(1)
            .setFilters("eq(retry_attempt,1)")
            .build();

    var list = as(USER, () -> rpcs.list(request));

    assertThat(list.getTaskExecutionsList())
        .extracting(attempt -> attempt.getId().getRetryAttempt())
        .containsExactly(1);
  }

  @Test
  void nodes_that_run_no_task_and_nodes_that_are_not_there_have_no_attempts() {
    assertThat(list("n1").getTaskExecutionsList()).isEmpty();
    assertThat(list("n9").getTaskExecutionsList()).isEmpty();
  }

  @Test
  void what_is_not_there_is_not_found() {
    for (var id :
        List.of(
            id("n0", TestGraph.TOP, 2),
            id("n0", TestGraph.TOP, -1),
            id("n9", TestGraph.TOP, 0),
            // The node runs another task.
            id("n0", TestGraph.WITHIN, 0))) {
      assertRejected(
          () -> as(USER, () -> rpcs.get(TaskExecutionGetRequest.newBuilder().setId(id).build())),
          Rejection.Code.NOT_FOUND);
      assertRejected(() -> data(id), Rejection.Code.NOT_FOUND);
    }
  }

  @Test
  void empty_identifiers_name_no_row() {
    var whole = id("n0", TestGraph.TOP, 0);
    for (var id :
        List.of(
            TaskExecutionIdentifier.getDefaultInstance(),
            whole.toBuilder().clearTaskId().build(),
            whole.toBuilder().clearNodeExecutionId().build(),
            whole.toBuilder().setTaskId(TestGraph.TOP.toBuilder().clearVersion()).build())) {
      assertRejected(
          () -> as(USER, () -> rpcs.get(TaskExecutionGetRequest.newBuilder().setId(id).build())),
          Rejection.Code.INVALID_ARGUMENT);
    }
  }

  @Test
  void the_project_of_the_task_lets_nobody_in() {
    // A caller may name as the task's project one that it may read: the execution's counts.
    var own = TestGraph.TOP.toBuilder().setProject("elsewhere").setDomain("development").build();
    for (var id : List.of(id("n0", own, 0), id("n0", TestGraph.TOP, 0), id("n9", own, 0))) {
      List<Supplier<Object>> calls =
          List.of(
              () -> rpcs.get(TaskExecutionGetRequest.newBuilder().setId(id).build()),
              () -> rpcs.data(TaskExecutionGetDataRequest.newBuilder().setId(id).build()),
              () ->
                  rpcs.list(
                      TaskExecutionListRequest.newBuilder()
                          .setNodeExecutionId(id.getNodeExecutionId())
                          .build()));
      for (var call : calls) {
        assertRejected(() -> as(STRANGER, call), Rejection.Code.PERMISSION_DENIED);
      }
    }
  }

  private TaskExecutionList list(String path) {
    var request =
        TaskExecutionListRequest.newBuilder()
            .setNodeExecutionId(NodeExecutionIds.identifier(new NodeId(execution.id(), path)))
            .setLimit(100)
            .build();
    return as(USER, () -> rpcs.list(request));
  }

  private TaskExecutionGetDataResponse data(TaskExecutionIdentifier id) {
    return as(USER, () -> rpcs.data(TaskExecutionGetDataRequest.newBuilder().setId(id).build()));
  }

  private TaskExecutionIdentifier id(String path, Identifier task, int attempt) {
    return TaskExecutionIdentifier.newBuilder()
        .setTaskId(task)
        .setNodeExecutionId(NodeExecutionIds.identifier(new NodeId(execution.id(), path)))
        .setRetryAttempt(attempt)
        .build();
  }
}
