package dev.harrier.propeller.decide;

import dev.harrier.propeller.bind.Bindings;
import dev.harrier.propeller.bind.UnresolvedException;
import dev.harrier.propeller.graph.WorkflowGraph;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.ExecutionPhase;
import dev.harrier.spi.Failure;
import dev.harrier.spi.NodeKind;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.NodeRow;
import dev.harrier.spi.TimerRow;
import flyteidl.core.Literals.LiteralMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Function;

/** What follows from what is done: nodes that are ready begin, and what failed comes to its end. */
final class Progress {
  private final BoundaryRule boundaries = new BoundaryRule();
  private final TaskRule tasks;
  private final SubworkflowRule subworkflows = new SubworkflowRule();
  private final LaunchPlanRule launchPlans = new LaunchPlanRule();

  Progress(Function<BlobKey, String> uri) {
    this.tasks = new TaskRule(uri);
  }

  TaskRule tasks() {
    return tasks;
  }

  LaunchPlanRule launchPlans() {
    return launchPlans;
  }

  /** Goes on until nothing is ready or the decision is full. */
  void advance(Decision decision) {
    var state = decision.state();
    while (!decision.full()) {
      if (state.terminal() || notBegun(state)) {
        return;
      }
      if (endsNow(state)) {
        if (stopBelow(decision, "", "the execution is being ended")) {
          end(decision);
        }
        return;
      }
      if (settleFailing(decision)) {
        continue;
      }
      var next = nextReady(state);
      if (next.isEmpty()) {
        if (state.row().phase() == ExecutionPhase.FAILING && state.frame("").open == 0) {
          end(decision);
        }
        return;
      }
      begin(decision, next.get());
    }
  }

  private static boolean notBegun(ExecutionState state) {
    return state.row().phase() == ExecutionPhase.QUEUED && state.row().abort().isEmpty();
  }

  private static boolean endsNow(ExecutionState state) {
    var row = state.row();
    return row.abort().isPresent()
        || (row.phase() == ExecutionPhase.FAILING
            && (!state.graph().primary().finishesWhatCanRun() || timedOut(row.failure())));
  }

  private static boolean timedOut(Optional<Failure> failure) {
    return failure
        .filter(
            why ->
                why.code().equals(FailureCodes.EXECUTION_TIMEOUT)
                    || why.code().equals(FailureCodes.NODE_TIMEOUT))
        .isPresent();
  }

  /** Goes on with subworkflows that failed; true if one of them came to its end. */
  private boolean settleFailing(Decision decision) {
    var state = decision.state();
    for (var path : state.failing()) {
      var node = state.node(path).orElseThrow();
      var frame = state.frame(path);
      var stopsNow = !frame.graph.finishesWhatCanRun() || timedOut(node.failure());
      if (stopsNow && !stopBelow(decision, path, "the subworkflow failed")) {
        return false;
      }
      if (frame.open == 0 && (stopsNow || !hasReady(state, path))) {
        var failure = node.failure().orElseThrow();
        decision.clear(path, TimerRow.Kind.NODE_TIMEOUT);
        Endings.fail(
            decision,
            node,
            failure.code().equals(FailureCodes.NODE_TIMEOUT)
                ? NodePhase.TIMED_OUT
                : NodePhase.FAILED,
            failure);
        return true;
      }
    }
    return false;
  }

  private static boolean hasReady(ExecutionState state, String frame) {
    return state.ready().stream().anyMatch(node -> node.frame().equals(frame))
        || state.readyForSlot().stream().anyMatch(node -> node.frame().equals(frame));
  }

  /**
   * Stops the open nodes below a parent, deepest first; false if the decision was full before all
   * were.
   */
  private boolean stopBelow(Decision decision, String parent, String reason) {
    var state = decision.state();
    var open = new ArrayList<NodeRow>();
    for (var node : state.nodes()) {
      if (!node.phase().terminal() && below(state, parent, node)) {
        open.add(node);
      }
    }
    open.sort(
        Comparator.comparingInt((NodeRow node) -> node.path().length())
            .reversed()
            .thenComparing(NodeRow::path));
    for (var node : open) {
      if (decision.full()) {
        return false;
      }
      rule(node.kind()).stop(decision, node, reason);
      decision.put(new NodeEdit(node, decision.now()).phase(NodePhase.ABORTED));
    }
    return true;
  }

  private static boolean below(ExecutionState state, String parent, NodeRow node) {
    if (parent.isEmpty()) {
      return true;
    }
    var above = node.parent();
    while (!above.isEmpty()) {
      if (above.equals(parent)) {
        return true;
      }
      above = state.node(above).map(NodeRow::parent).orElse("");
    }
    return false;
  }

  private static void end(Decision decision) {
    var row = decision.state().row();
    if (row.abort().isPresent()) {
      Endings.finish(decision, ExecutionPhase.ABORTED, Optional.empty(), Optional.empty());
    } else {
      var failure = row.failure().orElseThrow();
      var phase =
          failure.code().equals(FailureCodes.EXECUTION_TIMEOUT)
              ? ExecutionPhase.TIMED_OUT
              : ExecutionPhase.FAILED;
      Endings.finish(decision, phase, Optional.empty(), Optional.of(failure));
    }
  }

  private static Optional<ReadyNode> nextReady(ExecutionState state) {
    if (!state.ready().isEmpty()) {
      return Optional.of(state.ready().first());
    }
    if (!state.readyForSlot().isEmpty() && state.slotFree()) {
      return Optional.of(state.readyForSlot().first());
    }
    return Optional.empty();
  }

  private void begin(Decision decision, ReadyNode ready) {
    var state = decision.state();
    var frame = state.frame(ready.frame());
    LiteralMap inputs;
    try {
      inputs =
          Bindings.resolve(
              frame.graph.bindings(ready.number()), nodeId -> outputs(state, frame, nodeId));
    } catch (UnresolvedException missing) {
      var kind = frame.graph.kind(ready.number());
      var node =
          decision.put(
              NodeEdit.fresh(
                  frame, ready.number(), kind, 0, LiteralMap.getDefaultInstance(), decision.now()));
      Endings.fail(
          decision,
          node,
          NodePhase.FAILED,
          Text.clean(Failure.user(FailureCodes.BINDING, missing.text())));
      return;
    }
    rule(frame.graph.kind(ready.number())).begin(decision, frame, ready.number(), inputs);
  }

  private static Optional<LiteralMap> outputs(ExecutionState state, Frame frame, String nodeId) {
    if (nodeId.isEmpty() || nodeId.equals(WorkflowGraph.START)) {
      return Optional.of(state.inputs(frame));
    }
    return state.node(frame.path(nodeId)).flatMap(NodeRow::outputs);
  }

  /** The rule of a kind of node. */
  NodeRule rule(NodeKind kind) {
    return switch (kind) {
      case START, END -> boundaries;
      case TASK -> tasks;
      case SUBWORKFLOW -> subworkflows;
      case LAUNCH_PLAN -> launchPlans;
      case BRANCH, ARRAY, GATE ->
          throw new IllegalStateException(
              "a node of kind %s: such a workflow fails before its first node".formatted(kind));
    };
  }
}
