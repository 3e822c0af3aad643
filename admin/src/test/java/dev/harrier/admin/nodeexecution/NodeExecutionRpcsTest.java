package dev.harrier.admin.nodeexecution;

import static dev.harrier.admin.nodeexecution.ExecutionFixture.assertRejected;
import static dev.harrier.admin.nodeexecution.ExecutionFixture.literals;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.harrier.admin.nodeexecution.ExecutionFixture.Node;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.BlobStore;
import dev.harrier.spi.DataLayout;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.NodeKind;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.OffloadedLiterals;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.Wire;
import flyteidl.admin.Common.Sort;
import flyteidl.admin.NodeExecutionOuterClass.GetDynamicNodeWorkflowRequest;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecution;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionForTaskListRequest;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionGetDataRequest;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionGetDataResponse;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionGetRequest;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionList;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionListRequest;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.IdentifierOuterClass.TaskExecutionIdentifier;
import flyteidl.core.Interface.VariableMap;
import flyteidl.core.Literals.LiteralMap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(TestDatabase.class)
final class NodeExecutionRpcsTest {
  private final ExecutionFixture execution;
  private final BlobStore blobs;
  private final NodeExecutionRpcs rpcs;

  NodeExecutionRpcsTest(Database database, @TempDir Path folder) {
    this.execution =
        ExecutionFixture.create(database, CompiledWorkflowClosure.getDefaultInstance());
    this.blobs = ExecutionFixture.blobs(folder);
    this.rpcs =
        new NodeExecutionRpcs(
            new NodeExecutionQueries(
                new NodeExecutionStore(
                    database, new NodeExecutionView(blobs, ExecutionFixture.CLOCK)),
                ExecutionFixture.ACCESS,
                blobs));
  }

  @BeforeEach
  void three_nodes() {
    execution
        .add(Node.of("start-node", NodeKind.START, NodePhase.SUCCEEDED))
        .add(
            ExecutionFixture.CREATED.plusSeconds(1),
            Node.of("n0", NodeKind.TASK, NodePhase.SUCCEEDED)
                .with(literals("a", "in"), literals("o0", "out")))
        .add(
            ExecutionFixture.CREATED.plusSeconds(7),
            Node.of("end-node", NodeKind.END, NodePhase.SUCCEEDED));
  }

  @Test
  void start_and_end_are_listed_and_the_oldest_comes_first() {
    var list = list(request -> request);

    assertThat(list.getNodeExecutionsList())
        .extracting(node -> node.getId().getNodeId())
        .containsExactly("start-node", "n0", "end-node");
    assertThat(list.getNodeExecutionsList())
        .extracting(node -> node.getClosure().getPhaseValue())
        .containsOnly(3);
    assertThat(list.getToken()).isEmpty();
  }

  @Test
  void pages_neither_repeat_nor_skip_nodes_of_the_same_moment() {
    for (var i = 0; i < 5; i++) {
      execution.add(Node.of("m" + i, NodeKind.TASK, NodePhase.QUEUED));
    }

    var first = list(request -> request.setLimit(3));
    var second = list(request -> request.setLimit(3).setToken(first.getToken()));
    var third = list(request -> request.setLimit(3).setToken(second.getToken()));

    assertThat(List.of(first, second, third))
        .flatExtracting(NodeExecutionList::getNodeExecutionsList)
        .extracting(node -> node.getId().getNodeId())
        .containsExactly("m0", "m1", "m2", "m3", "m4", "start-node", "n0", "end-node");
    assertThat(third.getToken()).isEmpty();
  }

  @Test
  void nodes_are_filtered_and_sorted_as_the_console_asks() {
    execution.add(
        ExecutionFixture.CREATED.plusSeconds(3),
        Node.of("n1", NodeKind.TASK, NodePhase.FAILED).failing("no"));

    var failed = list(request -> request.setFilters("value_in(phase,FAILED;ABORTED)"));
    var newest =
        list(request -> request.setSortBy(Sort.newBuilder().setKey("created_at")).setLimit(1));

    assertThat(failed.getNodeExecutionsList())
        .extracting(node -> node.getId().getNodeId())
        .containsExactly("n1");
    assertThat(newest.getNodeExecutions(0).getId().getNodeId()).isEqualTo("end-node");
  }

  @Test
  void children_are_listed_below_their_parent_alone() {
    execution
        .add(Node.of("n1", NodeKind.SUBWORKFLOW, NodePhase.RUNNING))
        .add(Node.of("n0", NodeKind.TASK, NodePhase.RUNNING).below("n1"));

    var top = list(request -> request);
    var below = list(request -> request.setUniqueParentId("n1"));

    assertThat(top.getNodeExecutionsList())
        .extracting(node -> node.getId().getNodeId())
        .contains("n1")
        .doesNotContain("n1-0-n0");
    assertThat(below.getNodeExecutionsList())
        .extracting(node -> node.getId().getNodeId())
        .containsExactly("n1-0-n0");
    var child = below.getNodeExecutions(0).getMetadata();
    assertThat(child.getSpecNodeId()).isEqualTo("n0");
    assertThat(child.getRetryGroup()).isEqualTo("0");
    assertThat(get("n1").getMetadata().getIsParentNode()).isTrue();
    assertThat(child.getIsParentNode()).isFalse();
  }

  @Test
  void the_children_of_a_node_that_is_not_there_are_not_found() {
    assertRejected(
        () -> list(request -> request.setUniqueParentId("n9")), Rejection.Code.NOT_FOUND);
    assertThat(list(request -> request.setUniqueParentId("n0")).getNodeExecutionsList()).isEmpty();
  }

  @Test
  void a_launch_plan_node_shows_its_child_once_it_is_there() {
    var child = new ExecutionId("flytesnacks", "development", "child");
    execution
        .add(Node.of("n1", NodeKind.LAUNCH_PLAN, NodePhase.RUNNING).launching(child))
        .add(Node.of("n2", NodeKind.LAUNCH_PLAN, NodePhase.QUEUED));

    var launched = get("n1");
    var waiting = get("n2");

    assertThat(launched.getClosure().getWorkflowNodeMetadata().getExecutionId())
        .isEqualTo(Wire.identifier(child));
    assertThat(launched.getMetadata().getIsParentNode()).isFalse();
    assertThat(waiting.getClosure().hasWorkflowNodeMetadata()).isFalse();
  }

  @Test
  void a_node_lasts_from_its_start_to_its_end_or_until_now() {
    execution
        .add(Node.of("n1", NodeKind.TASK, NodePhase.RUNNING))
        .add(Node.of("n2", NodeKind.TASK, NodePhase.QUEUED));

    var ended = get("n0").getClosure();
    var running = get("n1").getClosure();
    var queued = get("n2").getClosure();

    assertThat(ended.getDuration().getSeconds()).isEqualTo(5);
    assertThat(running.getDuration().getSeconds()).isEqualTo(60);
    assertThat(queued.hasDuration()).isTrue();
    assertThat(queued.getDuration().getSeconds()).isZero();
    assertThat(queued.hasStartedAt()).isFalse();
  }

  @Test
  void a_failure_is_shown_whole_for_a_node_and_shortened_in_lists() {
    execution.add(
        Node.of("n1", NodeKind.TASK, NodePhase.FAILED).failing("Trace: " + "x".repeat(5000)));

    var one = get("n1").getClosure().getError();
    var listed =
        list(request -> request.setFilters("eq(node_id,n1)"))
            .getNodeExecutions(0)
            .getClosure()
            .getError();

    assertThat(one.getCode()).isEqualTo("USER:Error");
    assertThat(one.getMessage()).hasSize(5007);
    assertThat(one.getKindValue()).isEqualTo(1);
    assertThat(listed.getMessage()).hasSize(1000).startsWith("Trace: ");
  }

  @Test
  void a_task_shows_where_its_inputs_and_its_deck_are() throws IOException {
    var deck = DataLayout.outputPrefix(new AttemptId(node("n0"), 0)).child("deck.html");
    var before = get("n0").getClosure();
    blobs.write(deck, ByteString.copyFromUtf8("<html>"));

    var after = get("n0");

    assertThat(before.getDeckUri()).isEmpty();
    assertThat(after.getClosure().getDeckUri()).isEqualTo(blobs.uri(deck));
    assertThat(after.getInputUri()).isEqualTo(blobs.uri(DataLayout.inputs(node("n0"))));
    assertThat(after.getClosure().hasTaskNodeMetadata()).isTrue();
    assertThat(get("start-node").getInputUri()).isEmpty();
  }

  @Test
  void data_are_inline_and_have_names_of_their_own() {
    var data = data("n0");

    assertThat(data.getFullInputs()).isEqualTo(literals("a", "in"));
    assertThat(data.getFullOutputs()).isEqualTo(literals("o0", "out"));
    assertThat(data.getFlyteUrls().getInputs())
        .isEqualTo("flyte://v1/flytesnacks/development/" + execution.id().name() + "/n0/i");
    assertThat(data.hasDynamicWorkflow()).isFalse();
    assertThat(data("start-node").hasFullOutputs()).isFalse();
  }

  @Test
  void a_large_literal_is_put_back_in_place_of_its_reference() throws IOException {
    var large = literals("big", "x".repeat(1 << 20));
    var stored = offload(large, DataLayout.rawPrefix(new AttemptId(node("n1"), 0)));
    execution.add(Node.of("n1", NodeKind.TASK, NodePhase.SUCCEEDED).with(stored, stored));

    var data = data("n1");

    assertThat(stored.getLiteralsOrThrow("big").hasOffloadedMetadata()).isTrue();
    assertThat(data.getFullInputs()).isEqualTo(large);
    assertThat(data.getFullOutputs()).isEqualTo(large);
  }

  @Test
  void what_an_answer_cannot_hold_stays_a_reference() throws IOException {
    var large = literals("big", "x".repeat(12 << 20));
    var stored = offload(large, DataLayout.rawPrefix(new AttemptId(node("n1"), 0)));
    execution.add(Node.of("n1", NodeKind.TASK, NodePhase.SUCCEEDED).with(stored, stored));

    var data = data("n1");

    assertThat(data.getFullInputs()).isEqualTo(large);
    assertThat(data.getFullOutputs()).isEqualTo(stored);
    assertThat(data.getSerializedSize()).isLessThan(20 << 20);
  }

  @Test
  void a_reference_into_another_project_is_not_followed() throws IOException {
    var elsewhere = new BlobKey(new ProjectDomain("elsewhere", "development"), "raw/secret");
    var stored = offload(literals("big", "x".repeat(1 << 20)), elsewhere);
    execution.add(Node.of("n1", NodeKind.TASK, NodePhase.SUCCEEDED).with(stored, stored));

    var data = data("n1");

    assertThat(data.getFullOutputs()).isEqualTo(stored);
  }

  @Test
  void a_node_that_is_not_there_is_not_found() {
    assertThatThrownBy(() -> get("n9"))
        .hasMessageStartingWith("missing entity of type node execution with identifier node_id:");
    assertRejected(() -> get("n9"), Rejection.Code.NOT_FOUND);
    assertRejected(() -> data("n9"), Rejection.Code.NOT_FOUND);
    assertRejected(() -> dynamicWorkflow("n0"), Rejection.Code.NOT_FOUND);
  }

  @Test
  void empty_identifiers_name_no_row() {
    var noId = NodeExecutionGetRequest.getDefaultInstance();
    var noNode =
        NodeExecutionGetRequest.newBuilder()
            .setId(NodeExecutionIds.identifier(node("n0")).toBuilder().clearNodeId())
            .build();
    var noExecution =
        NodeExecutionGetRequest.newBuilder()
            .setId(NodeExecutionIds.identifier(node("n0")).toBuilder().clearExecutionId())
            .build();

    for (var request : List.of(noId, noNode, noExecution)) {
      assertRejected(
          () -> ExecutionFixture.as(ExecutionFixture.USER, () -> rpcs.get(request)),
          Rejection.Code.INVALID_ARGUMENT);
    }
    assertRejected(() -> list(request -> request.setLimit(0)), Rejection.Code.INVALID_ARGUMENT);
  }

  @Test
  void a_task_of_this_engine_makes_no_nodes() {
    var request =
        NodeExecutionForTaskListRequest.newBuilder()
            .setLimit(10)
            .setTaskExecutionId(
                TaskExecutionIdentifier.newBuilder()
                    .setNodeExecutionId(NodeExecutionIds.identifier(node("n0"))))
            .build();

    var list = ExecutionFixture.as(ExecutionFixture.USER, () -> rpcs.listForTask(request));

    assertThat(list.getNodeExecutionsList()).isEmpty();
  }

  @Test
  void a_stranger_is_told_the_same_of_what_is_there_and_of_what_is_not() {
    var there = NodeExecutionIds.identifier(node("n0"));
    var missing = there.toBuilder().setNodeId("n9").build();
    for (var id : List.of(there, missing)) {
      var task = TaskExecutionIdentifier.newBuilder().setNodeExecutionId(id);
      List<Supplier<Object>> calls =
          List.of(
              () -> rpcs.get(NodeExecutionGetRequest.newBuilder().setId(id).build()),
              () -> rpcs.data(NodeExecutionGetDataRequest.newBuilder().setId(id).build()),
              () ->
                  rpcs.dynamicWorkflow(
                      GetDynamicNodeWorkflowRequest.newBuilder().setId(id).build()),
              () ->
                  rpcs.list(
                      NodeExecutionListRequest.newBuilder()
                          .setWorkflowExecutionId(id.getExecutionId())
                          .setUniqueParentId(id.getNodeId())
                          .build()),
              () ->
                  rpcs.listForTask(
                      NodeExecutionForTaskListRequest.newBuilder()
                          .setTaskExecutionId(task)
                          .build()));
      for (var call : calls) {
        assertRejected(
            () -> ExecutionFixture.as(ExecutionFixture.STRANGER, call),
            Rejection.Code.PERMISSION_DENIED);
      }
    }
  }

  private LiteralMap offload(LiteralMap map, BlobKey prefix) throws IOException {
    return new OffloadedLiterals(blobs).offload(map, VariableMap.getDefaultInstance(), prefix);
  }

  private NodeExecutionList list(
      Function<NodeExecutionListRequest.Builder, NodeExecutionListRequest.Builder> change) {
    var request =
        NodeExecutionListRequest.newBuilder()
            .setWorkflowExecutionId(Wire.identifier(execution.id()))
            .setLimit(100);
    return ExecutionFixture.as(
        ExecutionFixture.USER, () -> rpcs.list(change.apply(request).build()));
  }

  private NodeExecution get(String path) {
    var request =
        NodeExecutionGetRequest.newBuilder().setId(NodeExecutionIds.identifier(node(path))).build();
    return ExecutionFixture.as(ExecutionFixture.USER, () -> rpcs.get(request));
  }

  private NodeExecutionGetDataResponse data(String path) {
    var request =
        NodeExecutionGetDataRequest.newBuilder()
            .setId(NodeExecutionIds.identifier(node(path)))
            .build();
    return ExecutionFixture.as(ExecutionFixture.USER, () -> rpcs.data(request));
  }

  private Object dynamicWorkflow(String path) {
    var request =
        GetDynamicNodeWorkflowRequest.newBuilder()
            .setId(NodeExecutionIds.identifier(node(path)))
            .build();
    return ExecutionFixture.as(ExecutionFixture.USER, () -> rpcs.dynamicWorkflow(request));
  }

  private NodeId node(String path) {
    return new NodeId(execution.id(), path);
  }
}
