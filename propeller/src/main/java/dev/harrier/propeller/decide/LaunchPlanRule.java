package dev.harrier.propeller.decide;

import dev.harrier.idl.engine.v1.ChildRequest;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionPhase;
import dev.harrier.spi.Failure;
import dev.harrier.spi.NodeKind;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.NodeRow;
import dev.harrier.spi.TimerRow;
import dev.harrier.spi.Wire;
import flyteidl.core.Literals.LiteralMap;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A launch plan node: asks admin for a child execution and waits for its end. */
record LaunchPlanRule() implements NodeRule {
  private static final String NAME_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
  private static final int NAME_LENGTH = 20;

  @Override
  public void begin(Decision decision, Frame frame, int number, LiteralMap inputs) {
    var spec = frame.graph.node(number);
    var node =
        decision.put(
            NodeEdit.fresh(frame, number, NodeKind.LAUNCH_PLAN, 0, inputs, decision.now()));
    var settings = decision.state().settings();
    decision.request(
        ChildRequest.newBuilder()
            .setNodePath(node.path())
            .setChild(Wire.identifier(childId(decision.state().ref().id(), node)))
            .setLaunchPlan(spec.getWorkflowNode().getLaunchplanRef())
            .setInputs(inputs)
            .setInherited(settings.toBuilder().setNesting(settings.getNesting() + 1))
            .build());
    SubworkflowRule.setTimeout(decision, node, spec);
  }

  /** The child's name follows from the node, so that asking twice is asking once. */
  static ExecutionId childId(ExecutionId parent, NodeRow node) {
    var text = parent + "/" + node.path() + "/" + node.attempt();
    byte[] digest;
    try {
      digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has SHA-256", missing);
    }
    var name = new StringBuilder("f");
    for (var at = 0; name.length() < NAME_LENGTH; at++) {
      name.append(NAME_ALPHABET.charAt(Byte.toUnsignedInt(digest[at]) % NAME_ALPHABET.length()));
    }
    return new ExecutionId(parent.project(), parent.domain(), name.toString());
  }

  void launched(Decision decision, NodeRow node, Command.ChildLaunched launched) {
    if (node.phase().terminal()) {
      // Stopped while admin was creating the child: it is asked to end as well.
      decision.post(
          launched.child(), new Command.Abort("parent node %s is over".formatted(node.path()), ""));
      return;
    }
    decision.put(
        new NodeEdit(node, decision.now()).phase(NodePhase.RUNNING).child(launched.child()));
  }

  void refused(Decision decision, NodeRow node, Failure failure) {
    if (!node.phase().terminal()) {
      decision.clear(node.path(), TimerRow.Kind.NODE_TIMEOUT);
      Endings.fail(decision, node, NodePhase.FAILED, Text.clean(failure.permanent()));
    }
  }

  void ended(Decision decision, NodeRow node, Command.ChildEnded ended) {
    if (node.phase().terminal()) {
      return;
    }
    decision.clear(node.path(), TimerRow.Kind.NODE_TIMEOUT);
    var known =
        decision.put(
            new NodeEdit(node, decision.now()).phase(NodePhase.RUNNING).child(ended.child()));
    if (ended.phase() == ExecutionPhase.SUCCEEDED) {
      Endings.complete(decision, known, ended.outputs());
      return;
    }
    var message =
        ended
            .failure()
            .map(
                failure ->
                    "child execution %s failed with %s: %s"
                        .formatted(ended.child().name(), failure.code(), failure.message()))
            .orElse("child execution %s ended %s".formatted(ended.child().name(), ended.phase()));
    var kind = ended.failure().map(Failure::kind).orElse(Failure.Kind.USER);
    Endings.fail(
        decision,
        known,
        NodePhase.FAILED,
        Text.clean(new Failure(FailureCodes.CHILD_FAILED, message, kind, false)));
  }

  @Override
  public void stop(Decision decision, NodeRow node, String reason) {
    decision.clear(node.path(), TimerRow.Kind.NODE_TIMEOUT);
    // A child that admin has not created yet does not hear this, but then its creation finds that
    // the node is over.
    decision.post(
        childId(decision.state().ref().id(), node),
        new Command.Abort(reason, decision.state().settings().getPrincipal()));
  }

  @Override
  public boolean handles(NodeKind kind) {
    return kind == NodeKind.LAUNCH_PLAN;
  }
}
