package dev.harrier.propeller.decide;

import dev.harrier.propeller.bind.Bindings;
import dev.harrier.propeller.bind.UnresolvedException;
import dev.harrier.propeller.graph.WorkflowGraph;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionPhase;
import dev.harrier.spi.ExecutionRow;
import dev.harrier.spi.Failure;
import dev.harrier.spi.NodeKind;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.NodeRow;
import dev.harrier.spi.Observation;
import dev.harrier.spi.TimerRow;
import flyteidl.core.Literals.LiteralMap;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Decides what follows from inputs: (state, inputs, now) to changes and actions. Pure.
 *
 * <p>It touches what an event touches and nothing else: a node that is done counts down the
 * counters of those that wait for it.
 */
public final class Decider {
  /** Rows after which a decision stops and leaves a {@link Command.Continue}. */
  public static final int RECORDS_MAX = 500;

  private final BoundaryRule boundaries = new BoundaryRule();
  private final TaskRule tasks;
  private final SubworkflowRule subworkflows = new SubworkflowRule();
  private final LaunchPlanRule launchPlans = new LaunchPlanRule();
  private final int recordsMax;

  /**
   * Makes the decider of a blob store.
   *
   * @param uri the native name of a blob; pure
   * @param recordsMax see {@link #RECORDS_MAX}
   */
  public Decider(Function<BlobKey, String> uri, int recordsMax) {
    this.recordsMax = recordsMax;
    this.tasks = new TaskRule(uri);
  }

  /**
   * Decides on the inputs of one execution, in order.
   *
   * @param state changed in place to what will hold once the decision is committed: if the commit
   *     fails, drop it and read it again
   * @param epoch of the lease on the execution's shard
   */
  public Decision decide(ExecutionState state, List<Input> inputs, Instant now, long epoch) {
    var decision = new Decision(state, now, epoch, recordsMax);
    for (var input : inputs) {
      switch (input) {
        case Input.Asked asked -> {
          asked(decision, asked.command().command());
          decision.consume(asked.command().id());
        }
        case Input.Seen seen -> seen(decision, seen.observation());
        case Input.Fired fired -> fired(decision, fired.timer().timer());
        case Input.Resumed resumed -> resumed(decision);
        case Input.Forgotten forgotten ->
            decision.release(forgotten.nodePath(), forgotten.number());
      }
      if (!decision.full()) {
        advance(decision);
      }
    }
    if (decision.full() && !state.terminal()) {
      decision.post(state.ref().id(), new Command.Continue());
    }
    return decision;
  }

  /**
   * Ends an execution that the engine cannot go on with, by the fewest changes: its row alone. What
   * runs for it is aborted when the shard is next taken over.
   *
   * @param inputs those that could not be decided on or recorded; commands among them are consumed
   */
  public Decision giveUp(
      ExecutionState state, List<Input> inputs, String why, Instant now, long epoch) {
    var decision = new Decision(state, now, epoch, recordsMax);
    for (var input : inputs) {
      if (input instanceof Input.Asked asked) {
        decision.consume(asked.command().id());
      }
    }
    if (!state.terminal()) {
      stopAttempts(decision);
      finish(
          decision,
          ExecutionPhase.FAILED,
          Optional.empty(),
          Optional.of(
              Text.clean(new Failure(FailureCodes.ENGINE, why, Failure.Kind.SYSTEM, false))));
    }
    return decision;
  }

  private void stopAttempts(Decision decision) {
    var state = decision.state();
    for (var node : state.nodes()) {
      if (node.kind() == NodeKind.LAUNCH_PLAN && !node.phase().terminal()) {
        launchPlans.stop(decision, node, "the engine cannot go on with the parent");
      }
      state
          .currentAttempt(node.path())
          .filter(attempt -> !attempt.phase().terminal())
          .ifPresent(
              attempt ->
                  decision.act(
                      new Action.Abort(
                          state.ref(),
                          decision.attemptId(attempt),
                          decision.epoch(),
                          "the engine cannot go on with the execution")));
    }
  }

  // Inputs.

  private void asked(Decision decision, Command command) {
    var state = decision.state();
    if (state.terminal()) {
      if (command instanceof Command.ChildLaunched launched) {
        state
            .node(launched.nodePath())
            .ifPresent(node -> launchPlans.launched(decision, node, launched));
      }
      return;
    }
    switch (command) {
      case Command.Create create -> create(decision);
      case Command.Abort abort -> abort(decision, abort);
      case Command.ChildLaunched launched ->
          state
              .node(launched.nodePath())
              .ifPresent(node -> launchPlans.launched(decision, node, launched));
      case Command.ChildRefused refused ->
          state
              .node(refused.nodePath())
              .ifPresent(node -> launchPlans.refused(this, decision, node, refused.failure()));
      case Command.ChildEnded ended ->
          state
              .node(ended.nodePath())
              .ifPresent(node -> launchPlans.ended(this, decision, node, ended));
      case Command.Continue again -> {
        // Nothing of its own: every decision advances as far as it may.
      }
    }
  }

  private void create(Decision decision) {
    var state = decision.state();
    if (state.row().phase() != ExecutionPhase.QUEUED) {
      return;
    }
    var notRun = state.graph().notRun();
    if (notRun.isPresent()) {
      finish(
          decision,
          ExecutionPhase.FAILED,
          Optional.empty(),
          Optional.of(Failure.user(FailureCodes.NOT_RUN, notRun.get())));
      return;
    }
    decision.put(
        row(
            decision,
            ExecutionPhase.RUNNING,
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
    if (state.settings().hasTimeout()) {
      decision.set(
          new TimerRow(
              "",
              TimerRow.Kind.EXECUTION_TIMEOUT,
              0,
              SubworkflowRule.after(decision, state.settings().getTimeout())));
    }
  }

  private static void abort(Decision decision, Command.Abort abort) {
    var row = decision.state().row();
    if (row.abort().isEmpty()) {
      decision.put(row(decision, row.phase(), row.outputs(), row.failure(), Optional.of(abort)));
    }
  }

  private void seen(Decision decision, Observation observation) {
    if (decision.state().terminal()) {
      // Whatever still runs for an execution that is over is stopped, and let go.
      decision.act(
          new Action.Abort(
              decision.state().ref(),
              observation.attempt(),
              decision.epoch(),
              "the execution is over"));
      return;
    }
    var node = decision.state().node(observation.attempt().node().path());
    if (node.isPresent() && node.get().kind() == NodeKind.TASK) {
      tasks.seen(this, decision, node.get(), observation);
    }
  }

  private void fired(Decision decision, TimerRow timer) {
    var state = decision.state();
    var current = state.timer(timer.nodePath(), timer.kind());
    // A timer that was cleared or set anew meanwhile is stale.
    if (current.isEmpty() || !current.get().equals(timer)) {
      return;
    }
    if (state.terminal()) {
      // Its row would come due for ever.
      decision.clear(timer.nodePath(), timer.kind());
      return;
    }
    decision.clear(timer.nodePath(), timer.kind());
    switch (timer.kind()) {
      case EXECUTION_TIMEOUT -> {
        var failure =
            Failure.user(
                FailureCodes.EXECUTION_TIMEOUT,
                "the execution's time limit of %ds is over"
                    .formatted(state.settings().getTimeout().getSeconds()));
        decision.put(
            row(
                decision,
                ExecutionPhase.FAILING,
                Optional.empty(),
                Optional.of(failure),
                state.row().abort()));
      }
      case NODE_TIMEOUT -> nodeTimedOut(decision, open(state, timer));
      case ATTEMPT_TIMEOUT -> tasks.timedOut(this, decision, open(state, timer));
      case RETRY -> tasks.next(decision, open(state, timer));
    }
  }

  private static NodeRow open(ExecutionState state, TimerRow timer) {
    var node = state.node(timer.nodePath()).filter(row -> !row.phase().terminal());
    return node.orElseThrow(
        () ->
            new IllegalStateException(
                "%s/%s: its timer %s outlived it"
                    .formatted(state.ref(), timer.nodePath(), timer.kind())));
  }

  private void nodeTimedOut(Decision decision, NodeRow node) {
    var failure =
        Failure.user(
            FailureCodes.NODE_TIMEOUT, "node %s: its time limit is over".formatted(node.path()));
    if (node.kind() == NodeKind.SUBWORKFLOW) {
      decision.put(new NodeEdit(node, decision.now()).failed(NodePhase.FAILING, failure));
    } else {
      rule(node.kind()).stop(decision, node, failure.message());
      fail(decision, node, NodePhase.TIMED_OUT, failure);
    }
  }

  private void resumed(Decision decision) {
    var state = decision.state();
    if (state.terminal()) {
      // The engine gave it up while these ran or waited.
      stopAttempts(decision);
      return;
    }
    var open = new ArrayList<NodeRow>();
    for (var node : state.nodes()) {
      if (node.kind() == NodeKind.TASK && !node.phase().terminal()) {
        open.add(node);
      }
    }
    open.sort(Comparator.comparing(NodeRow::path));
    open.forEach(node -> tasks.resume(decision, node));
  }

  // What follows.

  private void advance(Decision decision) {
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
        fail(
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
      finish(decision, ExecutionPhase.ABORTED, Optional.empty(), Optional.empty());
    } else {
      var failure = row.failure().orElseThrow();
      var phase =
          failure.code().equals(FailureCodes.EXECUTION_TIMEOUT)
              ? ExecutionPhase.TIMED_OUT
              : ExecutionPhase.FAILED;
      finish(decision, phase, Optional.empty(), Optional.of(failure));
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
      fail(
          decision,
          node,
          NodePhase.FAILED,
          Text.clean(Failure.user(FailureCodes.BINDING, missing.text())));
      return;
    }
    rule(frame.graph.kind(ready.number())).begin(this, decision, frame, ready.number(), inputs);
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

  // How nodes and frames end.

  void complete(Decision decision, NodeRow node, LiteralMap outputs) {
    decision.put(new NodeEdit(node, decision.now()).succeeded(outputs));
  }

  /** A frame's end node is done. */
  void frameSucceeded(Decision decision, Frame frame, LiteralMap outputs) {
    if (frame.parent.isEmpty()) {
      if (decision.state().row().phase() == ExecutionPhase.RUNNING) {
        finish(decision, ExecutionPhase.SUCCEEDED, Optional.of(outputs), Optional.empty());
      }
      return;
    }
    var node = decision.state().node(frame.parent).orElseThrow();
    decision.clear(node.path(), TimerRow.Kind.NODE_TIMEOUT);
    complete(decision, node, outputs);
  }

  /**
   * A node failed for good; so does the frame that it is in, once what runs there has been stopped
   * or is done.
   */
  void fail(Decision decision, NodeRow node, NodePhase phase, Failure failure) {
    decision.put(new NodeEdit(node, decision.now()).failed(phase, failure));
    var state = decision.state();
    if (node.parent().isEmpty()) {
      var row = state.row();
      if (row.phase() == ExecutionPhase.RUNNING) {
        decision.put(
            row(
                decision,
                ExecutionPhase.FAILING,
                Optional.empty(),
                Optional.of(failure),
                row.abort()));
      }
      return;
    }
    var parent = state.node(node.parent()).orElseThrow();
    if (parent.phase() != NodePhase.FAILING) {
      decision.put(new NodeEdit(parent, decision.now()).failed(NodePhase.FAILING, failure));
    }
  }

  private static void finish(
      Decision decision,
      ExecutionPhase phase,
      Optional<LiteralMap> outputs,
      Optional<Failure> failure) {
    var state = decision.state();
    decision.put(row(decision, phase, outputs, failure, state.row().abort()));
    state.timers().forEach(timer -> decision.clear(timer.nodePath(), timer.kind()));
    state
        .record()
        .parent()
        .ifPresent(
            parent ->
                decision.post(
                    parent.execution().id(),
                    new Command.ChildEnded(
                        parent.nodePath(),
                        state.ref().id(),
                        phase,
                        outputs.orElse(LiteralMap.getDefaultInstance()),
                        failure)));
  }

  private static ExecutionRow row(
      Decision decision,
      ExecutionPhase phase,
      Optional<LiteralMap> outputs,
      Optional<Failure> failure,
      Optional<Command.Abort> abort) {
    var old = decision.state().row();
    var begun = phase != ExecutionPhase.QUEUED;
    return new ExecutionRow(
        phase,
        old.startedAt().or(() -> begun ? Optional.of(decision.now()) : Optional.empty()),
        phase.terminal() ? Optional.of(decision.now()) : Optional.empty(),
        decision.now(),
        outputs,
        failure,
        abort,
        old.revision());
  }
}
