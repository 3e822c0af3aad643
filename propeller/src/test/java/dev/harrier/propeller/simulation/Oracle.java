package dev.harrier.propeller.simulation;

import dev.harrier.propeller.simulation.SimulatedRuntime.Outcomes;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionPhase;
import dev.harrier.spi.ExecutionRecord;
import dev.harrier.spi.Failure;
import flyteidl.core.Compiler.CompiledWorkflow;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Workflow.Node;
import java.util.HashMap;

/**
 * Works out by plain recursion what a run must come to, knowing what each attempt does. It shares
 * no code with the engine.
 *
 * <p>Time limits may end things early, and a failure may hide another one, so it tells only what is
 * certain: whether a node can fail at all.
 */
final class Oracle {
  private final World world;
  private final CompiledWorkflowClosure closure;
  private final long seed;
  private boolean timeLimits;

  private Oracle(World world, CompiledWorkflowClosure closure, long seed) {
    this.world = world;
    this.closure = closure;
    this.seed = seed;
  }

  static void check(World world, ExecutionRecord record) {
    var oracle = new Oracle(world, world.closure(record.closureDigest()), world.seed());
    var succeeds = oracle.succeeds(oracle.closure.getPrimary(), "", record.ref().id());
    var phase = record.row().phase();
    var expected = succeeds ? ExecutionPhase.SUCCEEDED : ExecutionPhase.FAILED;
    // A limit that struck takes an attempt away, for better or worse.
    var right =
        phase == expected
            || (oracle.timeLimits
                && (phase == ExecutionPhase.SUCCEEDED || phase == ExecutionPhase.FAILED));
    if (!right) {
      throw new AssertionError(
          "%s: ended %s, but must %s; %s"
              .formatted(
                  record.ref(), phase, succeeds ? "succeed" : "fail", record.row().failure()));
    }
    if (phase == ExecutionPhase.SUCCEEDED
        && record
                .row()
                .outputs()
                .orElseThrow()
                .getLiteralsOrThrow("o")
                .getCollection()
                .getLiteralsCount()
            != oracle.closure.getPrimary().getTemplate().getNodesCount()) {
      throw new AssertionError("%s: its outputs are not one per node".formatted(record.ref()));
    }
  }

  private boolean succeeds(CompiledWorkflow workflow, String prefix, ExecutionId execution) {
    var done = new HashMap<String, Boolean>();
    var all = true;
    // Nodes come in an order in which upstream ones are first.
    for (var node : workflow.getTemplate().getNodesList()) {
      var above = workflow.getConnections().getUpstreamOrThrow(node.getId()).getIdsList();
      var reached = above.stream().allMatch(id -> done.getOrDefault(id, true));
      var ok = reached && nodeSucceeds(node, prefix + node.getId(), execution);
      done.put(node.getId(), ok);
      all &= ok;
    }
    return all;
  }

  private boolean nodeSucceeds(Node node, String path, ExecutionId execution) {
    if (node.getMetadata().hasTimeout()) {
      timeLimits = true;
    }
    if (node.hasTaskNode()) {
      return taskSucceeds(node.getTaskNode().getReferenceId(), path);
    }
    var target = node.getWorkflowNode();
    if (target.hasSubWorkflowRef()) {
      var sub =
          closure.getSubWorkflowsList().stream()
              .filter(one -> one.getTemplate().getId().equals(target.getSubWorkflowRef()))
              .findFirst()
              .orElseThrow();
      return succeeds(sub, path + "-0-", execution);
    }
    if (!target.getLaunchplanRef().getName().equals("leaf")) {
      return false;
    }
    var child = new Oracle(world, world.closure("leaf"), seed);
    var ok = child.succeeds(child.closure.getPrimary(), "", execution);
    timeLimits |= child.timeLimits;
    return ok;
  }

  private boolean taskSucceeds(Identifier id, String path) {
    var retries =
        closure.getTasksList().stream()
            .filter(task -> task.getTemplate().getId().equals(id))
            .findFirst()
            .orElseThrow()
            .getTemplate()
            .getMetadata()
            .getRetries()
            .getRetries();
    var user = 0;
    var system = 0;
    for (var attempt = 0; ; attempt++) {
      var failure = Outcomes.failure(seed, path, attempt);
      if (failure.isEmpty()) {
        return true;
      }
      if (!failure.get().recoverable()) {
        return false;
      }
      if (failure.get().kind() == Failure.Kind.SYSTEM) {
        system++;
      } else {
        user++;
      }
      if (user > retries || system == 3) {
        return false;
      }
    }
  }
}
