package dev.harrier.admin.child;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CompileTimeConstant;
import com.google.protobuf.ByteString;
import dev.harrier.admin.Samples;
import dev.harrier.admin.execution.Executions;
import dev.harrier.admin.journal.FreeShards;
import dev.harrier.admin.query.Bind;
import dev.harrier.admin.query.Sql;
import dev.harrier.admin.workflow.ClosureStore;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.idl.engine.v1.ChildRequest;
import dev.harrier.idl.engine.v1.ExecutionSettings;
import dev.harrier.spi.Batch;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.NodeKind;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.NodeRow;
import dev.harrier.spi.PendingCommand;
import dev.harrier.spi.ShardLease;
import dev.harrier.spi.Wire;
import dev.harrier.testkit.Change;
import flyteidl.admin.ExecutionOuterClass.ExecutionMetadata.ExecutionMode;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Workflow.Node;
import flyteidl.core.Workflow.WorkflowNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(TestDatabase.class)
final class LaunchChildTest {
  private static final String NODE = "n0";
  private static final LiteralMap X =
      LiteralMap.newBuilder().putLiterals("x", Samples.literal(3)).build();

  private final Database database;
  private final Executions executions;
  private final ChildLauncher launcher;
  private final ExecutionRef parent;

  LaunchChildTest(Database database, @TempDir Path folder) {
    this.database = database;
    FreeShards.in(database);
    executions = Executions.open(database, folder);
    launcher =
        new ChildLauncher(
            database,
            new LaunchChild(executions.targets, executions.projects, executions.guards),
            executions.exchange);
    executions.create(executions.request("parent"));
    parent = executions.heard.getFirst().ref();
    executions.heard.clear();
    nameInGraph(executions.plan(), unknownVersion(), elsewhere(), broken());
  }

  /** Gives the parent a graph with a node of each of the launch plans. */
  private void nameInGraph(Identifier... plans) {
    var graph = CompiledWorkflowClosure.newBuilder();
    var template = graph.getPrimaryBuilder().getTemplateBuilder();
    for (var plan : plans) {
      template.addNodes(
          Node.newBuilder()
              .setId("n" + template.getNodesCount())
              .setWorkflowNode(WorkflowNode.newBuilder().setLaunchplanRef(plan)));
    }
    var updated =
        database
            .api()
            .run(
                "change a graph",
                connection ->
                    Sql.update(
                        connection,
                        "UPDATE execution SET closure_digest = ? WHERE key = ?",
                        Bind.text(ClosureStore.put(connection, graph.build())),
                        Bind.number(parent.key())));
    assertThat(updated).isEqualTo(1);
  }

  private Identifier elsewhere() {
    return Samples.id(ResourceType.LAUNCH_PLAN, executions.project(), "as-root", "v1").toBuilder()
        .setDomain("staging")
        .build();
  }

  private Identifier unknownVersion() {
    return executions.plan().toBuilder().setVersion("v9").build();
  }

  private Identifier broken() {
    return Samples.id(ResourceType.LAUNCH_PLAN, executions.project(), "broken", "v1");
  }

  @Test
  void a_waiting_node_gets_its_child_and_is_told() {
    var child = executions.id("child");
    ask(NodePhase.RUNNING, child, executions.plan(), X);

    launcher.launchWaiting();

    assertThat(commandsFor(child)).containsExactly(new Command.Create());
    assertThat(commandsFor(parent.id())).containsExactly(new Command.ChildLaunched(NODE, child));
    var shown = executions.get(child).getSpec();
    assertThat(shown.getMetadata().getMode()).isEqualTo(ExecutionMode.CHILD_WORKFLOW);
    assertThat(shown.getMetadata().getParentNodeExecution().getNodeId()).isEqualTo(NODE);
    assertThat(shown.getMetadata().getParentNodeExecution().getExecutionId())
        .isEqualTo(Wire.identifier(parent.id()));
    assertThat(shown.getMetadata().getPrincipal()).isEqualTo("inherited");
    assertThat(shown.getMetadata().getNesting()).isEqualTo(1);
    var record = executions.journal().load(List.of(child)).getFirst();
    assertThat(record.parent().orElseThrow().execution()).isEqualTo(parent);
    assertThat(record.settings().getMaxParallelism()).isEqualTo(5);
    assertThat(record.settings().getWorkflow()).isEqualTo(executions.workflow());
  }

  @Test
  void asking_twice_is_asking_once() {
    var child = executions.id("twice");
    ask(NodePhase.RUNNING, child, executions.plan(), X);
    launcher.launchWaiting();
    executions.heard.clear();
    askAgain(child, executions.plan(), X);

    launcher.launchWaiting();

    assertThat(commandsFor(child)).isEmpty();
    assertThat(commandsFor(parent.id())).containsExactly(new Command.ChildLaunched(NODE, child));
  }

  @Test
  void a_child_that_cannot_be_made_is_refused_with_the_reason() {
    ask(NodePhase.RUNNING, executions.id("c1"), unknownVersion(), X);
    launcher.launchWaiting();
    askAgain(executions.id("c2"), executions.plan(), LiteralMap.getDefaultInstance());
    launcher.launchWaiting();
    executions.create(executions.request("taken"));
    askAgain(executions.id("taken"), executions.plan(), X);
    launcher.launchWaiting();

    assertThat(commandsFor(parent.id()))
        .hasSize(3)
        .allSatisfy(command -> assertThat(command).isInstanceOf(Command.ChildRefused.class));
    assertThat(commandsFor(parent.id()).toString())
        .contains("missing entity of type LAUNCH_PLAN")
        .contains("expected_inputs x missing")
        .contains("exists already and is not this node's");
  }

  @Test
  void a_plan_of_another_domain_gives_no_more_than_the_principal_held() {
    var elsewhere = elsewhere();
    var spec = Samples.launchPlan(executions.workflow()).toBuilder();
    spec.getSecurityContextBuilder().getRunAsBuilder().setIamRole("arn:aws:iam::1:role/root");
    executions.inventory.create(elsewhere, spec.build());
    ask(NodePhase.RUNNING, executions.id("more"), elsewhere, X);
    launcher.launchWaiting();
    var request = request(executions.id("held"), elsewhere, X).toBuilder();
    request.getInheritedBuilder().addHeldPermissions("execution:assume_identity");
    commit(List.of(), request.build());

    launcher.launchWaiting();

    assertThat(commandsFor(parent.id())).hasSize(2);
    assertThat(commandsFor(parent.id()).getFirst().toString())
        .contains("ChildRefused", "lacked the permission execution:assume_identity on");
    assertThat(commandsFor(parent.id()).getLast())
        .isEqualTo(new Command.ChildLaunched(NODE, executions.id("held")));
  }

  @Test
  void a_plan_that_the_parents_graph_does_not_name_is_not_launched_whoever_asks() {
    var stranger = Samples.id(ResourceType.LAUNCH_PLAN, executions.project(), "stranger", "v1");
    executions.inventory.create(stranger, Samples.launchPlan(executions.workflow()));
    var child = executions.id("hostile");
    ask(NodePhase.RUNNING, child, stranger, X);

    launcher.launchWaiting();

    assertThat(commandsFor(parent.id()).toString())
        .contains("ChildRefused", "expected one that its parent's workflow has a node of");
    assertThat(executions.journal().load(List.of(child))).isEmpty();
  }

  @Test
  void a_node_that_ended_gets_no_child() {
    var child = executions.id("late");
    ask(NodePhase.ABORTED, child, executions.plan(), X);

    launcher.launchWaiting();

    assertThat(commandsFor(parent.id())).isEmpty();
    assertThat(executions.journal().load(List.of(child))).isEmpty();
  }

  @Test
  void an_execution_that_ended_gets_no_child_even_if_its_node_seems_to_wait() {
    var child = executions.id("orphan");
    ask(NodePhase.RUNNING, child, executions.plan(), X);
    var ended = update("UPDATE execution SET phase = 7 WHERE key = ?", Bind.number(parent.key()));
    assertThat(ended).isEqualTo(1);

    launcher.launchWaiting();

    assertThat(commandsFor(parent.id())).isEmpty();
    assertThat(executions.journal().load(List.of(child))).isEmpty();
  }

  @Test
  void a_request_that_always_fails_lets_the_others_pass_and_is_refused_in_the_end() {
    var broken = broken();
    executions.inventory.create(broken, Samples.launchPlan(executions.workflow()));
    var changed =
        update(
            "UPDATE launch_plan SET spec = '\\xff' WHERE project = ? AND name = 'broken'",
            Bind.text(executions.project()));
    assertThat(changed).isEqualTo(1);
    ask(NodePhase.RUNNING, executions.id("never"), broken, X);
    var child = executions.id("behind");
    askAgain(child, executions.plan(), X);

    assertThat(launcher.launchWaiting()).isFalse();

    assertThat(commandsFor(parent.id())).containsExactly(new Command.ChildLaunched(NODE, child));
    executions.heard.clear();
    for (var round = 1; round < ChildLauncher.FAILURES_MAX; round++) {
      assertThat(launcher.launchWaiting()).isFalse();
    }
    assertThat(commandsFor(parent.id())).isEmpty();
    assertThat(launcher.launchWaiting()).isTrue();
    assertThat(commandsFor(parent.id()).toString())
        .contains("ChildRefused", "creating its execution failed 5 times");
  }

  @Test
  void a_request_that_nobody_can_read_is_left_alone_and_lets_the_others_pass() {
    var inserted =
        update(
            "INSERT INTO child_request (execution_key, payload) VALUES (?, '\\xff')",
            Bind.number(parent.key()));
    assertThat(inserted).isEqualTo(1);
    var child = executions.id("readable");
    ask(NodePhase.RUNNING, child, executions.plan(), X);

    for (var round = 0; round < ChildLauncher.FAILURES_MAX; round++) {
      assertThat(launcher.launchWaiting()).isFalse();
    }

    assertThat(launcher.launchWaiting()).isTrue();
    assertThat(commandsFor(parent.id())).containsExactly(new Command.ChildLaunched(NODE, child));
    var removed =
        update("DELETE FROM child_request WHERE execution_key = ?", Bind.number(parent.key()));
    assertThat(removed).isEqualTo(1);
  }

  private int update(@CompileTimeConstant final String sql, Bind bind) {
    return database.api().run("change a row", connection -> Sql.update(connection, sql, bind));
  }

  private List<Command> commandsFor(ExecutionId id) {
    return executions.heard.stream()
        .filter(pending -> pending.ref().id().equals(id))
        .map(PendingCommand::command)
        .toList();
  }

  private void ask(NodePhase phase, ExecutionId child, Identifier plan, LiteralMap inputs) {
    commit(List.of(node(phase)), request(child, plan, inputs));
  }

  private void askAgain(ExecutionId child, Identifier plan, LiteralMap inputs) {
    commit(List.of(), request(child, plan, inputs));
  }

  private static ChildRequest request(ExecutionId child, Identifier plan, LiteralMap inputs) {
    return ChildRequest.newBuilder()
        .setNodePath(NODE)
        .setChild(Wire.identifier(child))
        .setLaunchPlan(plan)
        .setInputs(inputs)
        .setInherited(
            ExecutionSettings.newBuilder()
                .setMaxParallelism(5)
                .setNesting(1)
                .setPrincipal("inherited"))
        .build();
  }

  private void commit(List<NodeRow> nodes, ChildRequest request) {
    var changed = new Change(parent).request(request);
    nodes.forEach(changed::insert);
    var change = changed.build();
    var lost =
        executions
            .journal()
            .commit(
                new Batch(UUID.randomUUID(), List.of(new Batch.Part(lease(), List.of(change)))));
    assertThat(lost).isEmpty();
  }

  private ShardLease lease() {
    // A later life of the same host takes its shards over at once.
    return executions
        .journal()
        .acquire("child-test/" + UUID.randomUUID(), 256, Duration.ofMillis(1))
        .stream()
        .filter(lease -> lease.shard() == parent.shard())
        .findFirst()
        .orElseThrow();
  }

  private static NodeRow node(NodePhase phase) {
    var now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    return new NodeRow(
        NODE,
        "",
        NODE,
        NodeKind.LAUNCH_PLAN,
        0,
        phase,
        0,
        now,
        Optional.of(now),
        Optional.empty(),
        now,
        LiteralMap.getDefaultInstance(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        ByteString.EMPTY,
        1);
  }
}
