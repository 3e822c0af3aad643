package dev.harrier.propeller.decide;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.harrier.idl.engine.v1.ExecutionSettings;
import dev.harrier.propeller.graph.ExecutionGraph;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.AttemptPhase;
import dev.harrier.spi.Command;
import dev.harrier.spi.DueTimer;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionPhase;
import dev.harrier.spi.ExecutionRecord;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.ExecutionRow;
import dev.harrier.spi.Failure;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.Observation;
import dev.harrier.spi.PendingCommand;
import dev.harrier.spi.TimerRow;
import dev.harrier.testkit.Chains;
import dev.harrier.testkit.Values;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.Compiler.ConnectionSet;
import flyteidl.core.Literals.Binding;
import flyteidl.core.Workflow.Node;
import flyteidl.core.Workflow.NodeMetadata;
import flyteidl.core.Workflow.WorkflowMetadata.OnFailurePolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class DeciderTest {
  private static final ExecutionId ID = new ExecutionId("p", "d", "e");
  private static final ExecutionRef REF = new ExecutionRef(ID, 1, 0);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Decider decider = new Decider(key -> "/" + key, Decider.RECORDS_MAX);
  private Instant now = START;
  private long commands;

  @Test
  void a_chain_goes_on_in_the_decision_that_hears_of_an_end() {
    var state = state(Chains.of(2), settings(0));
    decide(state, new Command.Create());

    var decision = decide(state, succeeded("n0", 0));

    assertThat(phase(state, "n0")).isEqualTo(NodePhase.SUCCEEDED);
    assertThat(phase(state, "n1")).isEqualTo(NodePhase.QUEUED);
    assertThat(decision.actions())
        .satisfiesExactly(
            released -> assertThat(released).isInstanceOf(Action.Acknowledge.class),
            started ->
                assertThat(started)
                    .isInstanceOfSatisfying(
                        Action.Start.class,
                        start ->
                            assertThat(start.start().inputs()).isEqualTo(Values.of("x", "of n0"))));
  }

  @Test
  void the_execution_ends_with_the_outputs_of_its_end_node() {
    var state = state(Chains.of(1), settings(0));
    decide(state, new Command.Create());

    decide(state, succeeded("n0", 0));

    assertThat(state.row().phase()).isEqualTo(ExecutionPhase.SUCCEEDED);
    assertThat(state.row().outputs()).contains(Values.of("o", "of n0"));
  }

  @Test
  void no_more_nodes_run_at_once_than_allowed() {
    var state = state(fan(5), settings(2));

    decide(state, new Command.Create());
    assertThat(open(state)).containsExactly("n0", "n1");
    decide(state, succeeded("n1", 0));

    assertThat(open(state)).containsExactly("n0", "n2");
  }

  @Test
  void a_lost_attempt_is_followed_by_another_under_a_new_number() {
    var state = state(Chains.of(1), settings(0));
    decide(state, new Command.Create());

    decide(state, new Observation.Lost(attempt("n0", 0), now, "gone"));

    assertThat(state.currentAttempt("n0").orElseThrow().number()).isEqualTo(1);
    assertThat(state.attempts("n0").getFirst().phase()).isEqualTo(AttemptPhase.FAILED);
  }

  @Test
  void a_report_of_an_earlier_attempt_changes_nothing() {
    var state = state(Chains.of(1), settings(0));
    decide(state, new Command.Create());
    decide(state, new Observation.Lost(attempt("n0", 0), now, "gone"));
    var before = state.fingerprint();

    var decision = decide(state, succeeded("n0", 0));

    assertThat(state.fingerprint()).isEqualTo(before);
    assertThat(decision.actions())
        .singleElement()
        .isEqualTo(new Action.Acknowledge(REF, attempt("n0", 0)));
  }

  @Test
  void a_failure_stops_the_others_at_once_or_lets_what_can_run_finish() {
    for (var policy : OnFailurePolicy.values()) {
      if (policy == OnFailurePolicy.UNRECOGNIZED) {
        continue;
      }
      var state = state(withPolicy(fan(3), policy), settings(2));
      decide(state, new Command.Create());

      decide(state, failed("n0", 0, Failure.user("USER:ValueError", "no")));

      if (policy == OnFailurePolicy.FAIL_IMMEDIATELY) {
        assertThat(state.row().phase()).isEqualTo(ExecutionPhase.FAILED);
        assertThat(phase(state, "n1")).isEqualTo(NodePhase.ABORTED);
      } else {
        assertThat(state.row().phase()).isEqualTo(ExecutionPhase.FAILING);
        assertThat(open(state)).containsExactly("n1", "n2");
        decide(state, succeeded("n1", 0));
        decide(state, succeeded("n2", 0));
        assertThat(state.row().phase()).isEqualTo(ExecutionPhase.FAILED);
      }
      assertThat(state.row().failure().orElseThrow().code()).isEqualTo("USER:ValueError");
    }
  }

  @Test
  void an_attempt_that_outlives_its_limit_is_stopped_and_tried_again() {
    var state =
        state(
            withNode(
                Chains.of(1),
                node ->
                    node.setMetadata(
                        NodeMetadata.newBuilder()
                            .setTimeout(Duration.newBuilder().setSeconds(5))
                            .setRetries(
                                flyteidl.core.Literals.RetryStrategy.newBuilder().setRetries(1)))),
            settings(0));
    decide(state, new Command.Create());
    decide(state, new Observation.Started(attempt("n0", 0), now, "host", "log"));
    var timer = state.timer("n0", TimerRow.Kind.ATTEMPT_TIMEOUT).orElseThrow();
    assertThat(timer.dueAt()).isEqualTo(START.plusSeconds(5));
    now = timer.dueAt();

    var decision = decide(state, new Input.Fired(new DueTimer(REF, timer)));

    assertThat(decision.actions())
        .anySatisfy(action -> assertThat(action).isInstanceOf(Action.Abort.class));
    assertThat(state.attempts("n0").getFirst().failure().orElseThrow().message())
        .isEqualTo("task execution timeout [5s] expired");
    assertThat(state.currentAttempt("n0").orElseThrow().number()).isEqualTo(1);
  }

  @Test
  void a_timer_of_an_attempt_that_ended_is_dropped() {
    var state =
        state(
            withNode(
                Chains.of(2),
                node ->
                    node.setMetadata(
                        NodeMetadata.newBuilder().setTimeout(Duration.newBuilder().setSeconds(5)))),
            settings(0));
    decide(state, new Command.Create());
    decide(state, new Observation.Started(attempt("n0", 0), now, "host", "log"));
    var timer = state.timer("n0", TimerRow.Kind.ATTEMPT_TIMEOUT).orElseThrow();
    decide(state, succeeded("n0", 0));
    var before = state.fingerprint();

    decide(state, new Input.Fired(new DueTimer(REF, timer)));

    assertThat(state.fingerprint()).isEqualTo(before);
  }

  @Test
  void an_abort_stops_what_runs_and_ends_the_execution() {
    var state = state(fan(3), settings(0));
    decide(state, new Command.Create());

    var decision = decide(state, new Command.Abort("enough", "me"));

    assertThat(state.row().phase()).isEqualTo(ExecutionPhase.ABORTED);
    assertThat(state.row().abort()).contains(new Command.Abort("enough", "me"));
    assertThat(decision.actions()).hasSize(3).allMatch(action -> action instanceof Action.Abort);
  }

  @Test
  void an_abort_of_many_nodes_goes_on_in_further_decisions() {
    var small = new Decider(key -> "/" + key, 10);
    var state = state(fan(50), settings(0));
    var decisions = new ArrayList<Decision>();
    decisions.add(small.decide(state, List.of(asked(new Command.Create())), now, 1));
    while (state.row().phase() != ExecutionPhase.RUNNING || open(state).size() < 50) {
      decisions.add(small.decide(state, List.of(asked(new Command.Continue())), now, 1));
    }

    decisions.add(small.decide(state, List.of(asked(new Command.Abort("enough", "me"))), now, 1));
    while (!state.terminal()) {
      decisions.add(small.decide(state, List.of(asked(new Command.Continue())), now, 1));
    }

    assertThat(decisions).hasSizeGreaterThan(10).allMatch(decision -> decision.records() <= 16);
    assertThat(state.row().phase()).isEqualTo(ExecutionPhase.ABORTED);
  }

  @Test
  void an_execution_that_outlives_its_limit_is_timed_out() {
    var state =
        state(
            fan(2),
            ExecutionSettings.newBuilder()
                .setTimeout(Duration.newBuilder().setSeconds(60))
                .build());
    decide(state, new Command.Create());
    var timer = state.timer("", TimerRow.Kind.EXECUTION_TIMEOUT).orElseThrow();

    decide(state, new Input.Fired(new DueTimer(REF, timer)));

    assertThat(state.row().phase()).isEqualTo(ExecutionPhase.TIMED_OUT);
    assertThat(state.timers()).isEmpty();
  }

  @Test
  void a_binding_that_names_what_is_not_there_fails_its_node() {
    var state = state(Chains.of(2), settings(0));
    decide(state, new Command.Create());

    decide(
        state,
        new Input.Seen(
            new Observation.Succeeded(attempt("n0", 0), now, Values.of("other", "thing"))));

    assertThat(state.row().phase()).isEqualTo(ExecutionPhase.FAILED);
    assertThat(state.row().failure().orElseThrow().message())
        .isEqualTo("input 'x': node 'n0' has no output 'o', it has [other]");
  }

  @Test
  void a_workflow_with_a_part_that_is_not_run_fails_with_a_sentence() {
    var state =
        state(
            withNode(
                Chains.of(1),
                node -> node.setBranchNode(flyteidl.core.Workflow.BranchNode.getDefaultInstance())),
            settings(0));

    decide(state, new Command.Create());

    assertThat(state.row().phase()).isEqualTo(ExecutionPhase.FAILED);
    assertThat(state.row().failure().orElseThrow().message())
        .isEqualTo(
            "node n0 of workflow chain is a branch (conditional),"
                + " which this release of Harrier does not run yet");
  }

  private Decision decide(ExecutionState state, Command command) {
    return decide(state, asked(command));
  }

  private Decision decide(ExecutionState state, Observation observation) {
    return decide(state, new Input.Seen(observation));
  }

  private Decision decide(ExecutionState state, Input input) {
    return decider.decide(state, List.of(input), now, 1);
  }

  private Input.Asked asked(Command command) {
    return new Input.Asked(new PendingCommand(++commands, REF, command));
  }

  private Input succeeded(String path, int number) {
    return new Input.Seen(
        new Observation.Succeeded(attempt(path, number), now, Values.of("o", "of " + path)));
  }

  private Observation failed(String path, int number, Failure failure) {
    return new Observation.Failed(attempt(path, number), now, failure);
  }

  private static AttemptId attempt(String path, int number) {
    return new AttemptId(new NodeId(ID, path), number);
  }

  private static NodePhase phase(ExecutionState state, String path) {
    return state.node(path).orElseThrow().phase();
  }

  private static List<String> open(ExecutionState state) {
    var open = new ArrayList<String>();
    state
        .nodes()
        .forEach(
            node -> {
              if (!node.phase().terminal()) {
                open.add(node.path());
              }
            });
    open.sort(String::compareTo);
    return open;
  }

  private static ExecutionSettings settings(int maxParallelism) {
    return ExecutionSettings.newBuilder().setMaxParallelism(maxParallelism).build();
  }

  private static ExecutionState state(CompiledWorkflowClosure closure, ExecutionSettings settings) {
    var row =
        new ExecutionRow(
            ExecutionPhase.QUEUED,
            Optional.empty(),
            Optional.empty(),
            START,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            0);
    return ExecutionState.of(
        new ExecutionRecord(
            REF,
            "digest",
            Values.of("x", "input"),
            settings,
            Optional.empty(),
            START,
            row,
            List.of(),
            List.of(),
            List.of()),
        ExecutionGraph.of(closure));
  }

  /** Nodes that need nothing of each other. */
  private static CompiledWorkflowClosure fan(int width) {
    var chain = Chains.of(width).toBuilder();
    var connections = ConnectionSet.newBuilder();
    for (var number = 0; number < width; number++) {
      var node = chain.getPrimaryBuilder().getTemplateBuilder().getNodesBuilder(number);
      node.clearInputs()
          .addInputs(
              Binding.newBuilder()
                  .setVar("x")
                  .setBinding(
                      flyteidl.core.Literals.BindingData.newBuilder()
                          .setPromise(
                              flyteidl.core.Types.OutputReference.newBuilder().setVar("x"))));
      connections.putUpstream(
          node.getId(), ConnectionSet.IdList.newBuilder().addIds("start-node").build());
    }
    chain.getPrimaryBuilder().setConnections(connections);
    return chain.build();
  }

  private static CompiledWorkflowClosure withPolicy(
      CompiledWorkflowClosure closure, OnFailurePolicy policy) {
    var builder = closure.toBuilder();
    builder.getPrimaryBuilder().getTemplateBuilder().getMetadataBuilder().setOnFailure(policy);
    return builder.build();
  }

  private static CompiledWorkflowClosure withNode(
      CompiledWorkflowClosure closure, UnaryOperator<Node.Builder> change) {
    var builder = closure.toBuilder();
    var node = builder.getPrimaryBuilder().getTemplateBuilder().getNodesBuilder(0);
    var unused = change.apply(node);
    return builder.build();
  }
}
