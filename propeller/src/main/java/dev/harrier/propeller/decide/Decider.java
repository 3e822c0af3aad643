package dev.harrier.propeller.decide;

import dev.harrier.spi.BlobKey;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionPhase;
import dev.harrier.spi.Failure;
import dev.harrier.spi.NodeKind;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.NodeRow;
import dev.harrier.spi.Observation;
import dev.harrier.spi.TimerRow;
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

  private final Progress progress;
  private final int recordsMax;

  /**
   * Makes the decider of a blob store.
   *
   * @param uri the native name of a blob; pure
   * @param recordsMax see {@link #RECORDS_MAX}
   */
  public Decider(Function<BlobKey, String> uri, int recordsMax) {
    this.recordsMax = recordsMax;
    this.progress = new Progress(uri);
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
        progress.advance(decision);
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
      Endings.finish(
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
        progress.launchPlans().stop(decision, node, "the engine cannot go on with the parent");
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
            .ifPresent(node -> progress.launchPlans().launched(decision, node, launched));
      }
      return;
    }
    switch (command) {
      case Command.Create create -> create(decision);
      case Command.Abort abort -> abort(decision, abort);
      case Command.ChildLaunched launched ->
          state
              .node(launched.nodePath())
              .ifPresent(node -> progress.launchPlans().launched(decision, node, launched));
      case Command.ChildRefused refused ->
          state
              .node(refused.nodePath())
              .ifPresent(node -> progress.launchPlans().refused(decision, node, refused.failure()));
      case Command.ChildEnded ended ->
          state
              .node(ended.nodePath())
              .ifPresent(node -> progress.launchPlans().ended(decision, node, ended));
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
      Endings.finish(
          decision,
          ExecutionPhase.FAILED,
          Optional.empty(),
          Optional.of(Failure.user(FailureCodes.NOT_RUN, notRun.get())));
      return;
    }
    decision.put(
        Endings.row(
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
      decision.put(
          Endings.row(decision, row.phase(), row.outputs(), row.failure(), Optional.of(abort)));
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
      progress.tasks().seen(decision, node.get(), observation);
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
            Endings.row(
                decision,
                ExecutionPhase.FAILING,
                Optional.empty(),
                Optional.of(failure),
                state.row().abort()));
      }
      case NODE_TIMEOUT -> nodeTimedOut(decision, open(state, timer));
      case ATTEMPT_TIMEOUT -> progress.tasks().timedOut(decision, open(state, timer));
      case RETRY -> progress.tasks().next(decision, open(state, timer));
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
      progress.rule(node.kind()).stop(decision, node, failure.message());
      Endings.fail(decision, node, NodePhase.TIMED_OUT, failure);
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
    open.forEach(node -> progress.tasks().resume(decision, node));
  }
}
