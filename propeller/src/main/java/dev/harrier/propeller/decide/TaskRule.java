package dev.harrier.propeller.decide;

import com.google.protobuf.Duration;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.AttemptPhase;
import dev.harrier.spi.AttemptRow;
import dev.harrier.spi.AttemptStart;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.DataLayout;
import dev.harrier.spi.Failure;
import dev.harrier.spi.NodeKind;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.NodeRow;
import dev.harrier.spi.Observation;
import dev.harrier.spi.TimerRow;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Tasks.TaskTemplate;
import flyteidl.core.Workflow.Node;
import java.util.Optional;
import java.util.function.Function;

/**
 * A task node: one attempt after the other until one succeeds or a budget is spent.
 *
 * @param uri the native name of a blob
 */
record TaskRule(Function<BlobKey, String> uri) implements NodeRule {
  /**
   * The wait before the second attempt after a failure of the platform; each further one waits four
   * times as long.
   */
  static final long SYSTEM_RETRY_WAIT_MILLIS = 250;

  @Override
  public void begin(Decision decision, Frame frame, int number, LiteralMap inputs) {
    var node =
        decision.put(NodeEdit.fresh(frame, number, NodeKind.TASK, 0, inputs, decision.now()));
    queue(decision, node);
  }

  /** Makes the row of the node's current attempt and asks for its start. */
  private void queue(Decision decision, NodeRow node) {
    var attempt = AttemptEdit.fresh(node.path(), node.attempt(), decision.now());
    decision.put(attempt);
    decision.act(start(decision, node, attempt));
  }

  /** Asks again for the start of an attempt of which nobody has heard yet. */
  void resume(Decision decision, NodeRow node) {
    decision
        .state()
        .currentAttempt(node.path())
        .filter(attempt -> attempt.phase() == AttemptPhase.QUEUED)
        .ifPresent(attempt -> decision.act(start(decision, node, attempt)));
  }

  void seen(Decision decision, NodeRow node, Observation observation) {
    var number = observation.attempt().number();
    var attempts = decision.state().attempts(node.path());
    if (number >= attempts.size()) {
      return;
    }
    var attempt = attempts.get(number);
    if (attempt.phase().terminal()) {
      repeat(decision, attempt, observation);
      return;
    }
    switch (observation) {
      case Observation.Started started -> started(decision, node, attempt, started);
      case Observation.Succeeded succeeded -> {
        decision.put(
            AttemptEdit.ended(attempt, AttemptPhase.SUCCEEDED, Optional.empty(), decision.now()));
        decision.clear(node.path(), TimerRow.Kind.ATTEMPT_TIMEOUT);
        decision.act(new Action.Acknowledge(decision.state().ref(), succeeded.attempt()));
        Endings.complete(decision, node, succeeded.outputs());
      }
      case Observation.Failed failed -> {
        decision.act(new Action.Acknowledge(decision.state().ref(), failed.attempt()));
        failed(decision, node, attempt, Text.clean(failed.failure()));
      }
      case Observation.Lost lost -> {
        decision.act(new Action.Acknowledge(decision.state().ref(), lost.attempt()));
        failed(
            decision, node, attempt, Text.clean(Failure.system(FailureCodes.LOST, lost.reason())));
      }
    }
  }

  /** Somebody asked a runtime that has not heard yet that it may let the attempt go. */
  private static void repeat(Decision decision, AttemptRow attempt, Observation observation) {
    if (attempt.phase() == AttemptPhase.ABORTED || observation instanceof Observation.Started) {
      decision.act(
          new Action.Abort(
              decision.state().ref(),
              observation.attempt(),
              decision.epoch(),
              "the attempt is over"));
    } else {
      decision.act(new Action.Acknowledge(decision.state().ref(), observation.attempt()));
    }
  }

  private static void started(
      Decision decision, NodeRow node, AttemptRow attempt, Observation.Started started) {
    if (attempt.phase() == AttemptPhase.RUNNING) {
      return;
    }
    decision.put(
        AttemptEdit.started(
            attempt,
            Text.clean(started.host(), Text.CODE_MAX),
            Text.clean(started.logUri(), Text.MESSAGE_MAX),
            decision.now()));
    if (node.phase() == NodePhase.QUEUED) {
      decision.put(new NodeEdit(node, decision.now()).phase(NodePhase.RUNNING));
    }
    timeout(decision, node)
        .ifPresent(
            limit ->
                decision.set(
                    new TimerRow(
                        node.path(),
                        TimerRow.Kind.ATTEMPT_TIMEOUT,
                        attempt.number(),
                        decision.now().plus(limit))));
  }

  /** The attempt's time is over. */
  void timedOut(Decision decision, NodeRow node) {
    var attempt = decision.state().currentAttempt(node.path()).orElseThrow();
    if (attempt.phase().terminal()) {
      return;
    }
    var limit = timeout(decision, node).orElse(java.time.Duration.ZERO);
    decision.act(
        new Action.Abort(
            decision.state().ref(),
            decision.attemptId(attempt),
            decision.epoch(),
            "the attempt's time is over"));
    failed(
        decision,
        node,
        attempt,
        new Failure(
            FailureCodes.ATTEMPT_TIMEOUT,
            "task execution timeout [%ss] expired".formatted(limit.toSeconds()),
            Failure.Kind.USER,
            true));
  }

  private void failed(Decision decision, NodeRow node, AttemptRow attempt, Failure failure) {
    decision.clear(node.path(), TimerRow.Kind.ATTEMPT_TIMEOUT);
    decision.put(
        AttemptEdit.ended(attempt, AttemptPhase.FAILED, Optional.of(failure), decision.now()));
    var verdict =
        Retry.judge(
            NodeEdit.state(node),
            failure,
            userAttemptsMax(spec(decision, node), task(decision, node)));
    switch (verdict) {
      case Retry.Verdict.Again again -> {
        var waiting =
            decision.put(
                new NodeEdit(node, decision.now()).phase(NodePhase.QUEUED).state(again.counted()));
        if (failure.kind() == Failure.Kind.SYSTEM && again.counted().getSystemFailures() > 1) {
          var wait = SYSTEM_RETRY_WAIT_MILLIS << (2 * (again.counted().getSystemFailures() - 2));
          decision.set(
              new TimerRow(
                  node.path(),
                  TimerRow.Kind.RETRY,
                  attempt.number(),
                  decision.now().plusMillis(wait)));
        } else {
          next(decision, waiting);
        }
      }
      case Retry.Verdict.Over over -> {
        var counted = decision.put(new NodeEdit(node, decision.now()).state(over.counted()));
        Endings.fail(decision, counted, NodePhase.FAILED, over.failure());
      }
    }
  }

  /** Begins the attempt after the last one. */
  void next(Decision decision, NodeRow node) {
    queue(decision, decision.put(new NodeEdit(node, decision.now()).attempt(node.attempt() + 1)));
  }

  @Override
  public void stop(Decision decision, NodeRow node, String reason) {
    decision.clear(node.path(), TimerRow.Kind.ATTEMPT_TIMEOUT);
    decision.clear(node.path(), TimerRow.Kind.RETRY);
    decision
        .state()
        .currentAttempt(node.path())
        .filter(attempt -> !attempt.phase().terminal())
        .ifPresent(
            attempt -> {
              decision.put(
                  AttemptEdit.ended(
                      attempt, AttemptPhase.ABORTED, Optional.empty(), decision.now()));
              decision.act(
                  new Action.Abort(
                      decision.state().ref(),
                      decision.attemptId(attempt),
                      decision.epoch(),
                      reason));
            });
  }

  @Override
  public boolean handles(NodeKind kind) {
    return kind == NodeKind.TASK;
  }

  private Action.Start start(Decision decision, NodeRow node, AttemptRow attempt) {
    var state = decision.state();
    var settings = state.settings();
    var spec = spec(decision, node);
    var id = decision.attemptId(attempt);
    var interruptible =
        spec.getMetadata().getInterruptibleValueCase()
                == flyteidl.core.Workflow.NodeMetadata.InterruptibleValueCase.INTERRUPTIBLE
            ? spec.getMetadata().getInterruptible()
            : settings.getInterruptible().getValue();
    return new Action.Start(
        state.ref(),
        new AttemptStart(
            id,
            decision.epoch(),
            withOverrides(task(decision, node), spec),
            node.inputs(),
            new AttemptStart.DataLocations(
                DataLayout.inputs(id.node()),
                DataLayout.outputPrefix(id),
                rawPrefix(id, settings.getRawOutputPrefix())),
            settings.getEnvironmentMap(),
            timeout(decision, node),
            interruptible,
            settings.getSecurityContext(),
            settings.getWorkflow(),
            settings.getLaunchPlan()));
  }

  private String rawPrefix(AttemptId id, String configured) {
    if (configured.isEmpty()) {
      return uri.apply(DataLayout.rawPrefix(id));
    }
    return "%s%s%s/%s-%d"
        .formatted(
            configured,
            configured.endsWith("/") ? "" : "/",
            id.node().execution().name(),
            id.node().path(),
            id.number());
  }

  private static TaskTemplate withOverrides(TaskTemplate task, Node spec) {
    var overrides = spec.getTaskNode().getOverrides();
    if (!task.hasContainer()
        || (!overrides.hasResources() && overrides.getContainerImage().isEmpty())) {
      return task;
    }
    var container = task.getContainer().toBuilder();
    if (overrides.hasResources()) {
      container.setResources(overrides.getResources());
    }
    if (!overrides.getContainerImage().isEmpty()) {
      container.setImage(overrides.getContainerImage());
    }
    return task.toBuilder().setContainer(container).build();
  }

  private static Node spec(Decision decision, NodeRow node) {
    var graph = decision.state().frame(node.parent()).graph;
    return graph.node(graph.number(node.specNodeId()));
  }

  private static TaskTemplate task(Decision decision, NodeRow node) {
    return decision.state().graph().task(spec(decision, node).getTaskNode().getReferenceId());
  }

  private static int userAttemptsMax(Node spec, TaskTemplate task) {
    var ofNode = spec.getMetadata().getRetries().getRetries();
    return 1 + (ofNode != 0 ? ofNode : task.getMetadata().getRetries().getRetries());
  }

  private static Optional<java.time.Duration> timeout(Decision decision, NodeRow node) {
    var ofNode = spec(decision, node).getMetadata().getTimeout();
    var limit =
        ofNode.equals(Duration.getDefaultInstance())
            ? task(decision, node).getMetadata().getTimeout()
            : ofNode;
    return limit.equals(Duration.getDefaultInstance())
        ? Optional.empty()
        : Optional.of(java.time.Duration.ofSeconds(limit.getSeconds(), limit.getNanos()));
  }
}
