package dev.harrier.server.demo;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.ExecutionId;
import flyteidl.admin.ExecutionOuterClass.Execution;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecution;
import flyteidl.core.Execution.NodeExecution.Phase;
import flyteidl.core.Execution.WorkflowExecution;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Watches one execution to its end and prints a line for each change of a node's phase. */
final class Progress {
  private static final Duration LOOK_EVERY = Duration.ofMillis(150);
  private static final Set<WorkflowExecution.Phase> ENDS =
      EnumSet.of(
          WorkflowExecution.Phase.SUCCEEDED,
          WorkflowExecution.Phase.FAILED,
          WorkflowExecution.Phase.ABORTED,
          WorkflowExecution.Phase.TIMED_OUT);

  private final ApiClient api;
  private final PrintStream out;
  private final Map<String, String> shown = new HashMap<>();

  Progress(ApiClient api, PrintStream out) {
    this.api = requireNonNull(api, "api");
    this.out = requireNonNull(out, "out");
  }

  /**
   * Prints what happens until the execution is over, or the caller has enough.
   *
   * @param enough ends the watch early
   * @return the execution as it is then
   */
  Execution watch(ExecutionId id, CountDownLatch enough) throws IOException, InterruptedException {
    while (true) {
      // The execution first: when it is over, the nodes asked for after it are as they end.
      var execution = api.execution(id);
      show(id, "", 0);
      if (ENDS.contains(execution.getClosure().getPhase())
          || enough.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        return execution;
      }
    }
  }

  private void show(ExecutionId id, String parent, int depth)
      throws IOException, InterruptedException {
    for (var node : api.nodes(id, parent).getNodeExecutionsList()) {
      var spec = node.getMetadata().getSpecNodeId();
      if (spec.equals("start-node") || spec.equals("end-node")) {
        continue;
      }
      showOne(node, depth);
      if (node.getMetadata().getIsParentNode()) {
        show(id, node.getId().getNodeId(), depth + 1);
      }
    }
  }

  private void showOne(NodeExecution node, int depth) throws IOException, InterruptedException {
    var path = node.getId().getNodeId();
    var phase = node.getClosure().getPhase();
    if (phase == Phase.QUEUED && !shown.containsKey(path)) {
      return;
    }
    var attempt = "";
    var task = "";
    if (!node.getMetadata().getIsParentNode()) {
      var attempts = api.attempts(node).getTaskExecutionsList();
      if (!attempts.isEmpty()) {
        var last =
            attempts.stream()
                .max(
                    (a, b) ->
                        Integer.compare(a.getId().getRetryAttempt(), b.getId().getRetryAttempt()))
                .orElseThrow();
        task = last.getId().getTaskId().getName();
        attempt =
            last.getId().getRetryAttempt() == 0
                ? ""
                : "  attempt %d".formatted(last.getId().getRetryAttempt() + 1);
      }
    } else {
      task = "(subworkflow)";
    }
    var text = phase + attempt;
    if (text.equals(shown.put(path, text))) {
      return;
    }
    var took = node.getClosure().getDuration();
    var seconds = took.getSeconds() + took.getNanos() / 1e9;
    var time = phase == Phase.SUCCEEDED ? "%7.3f s".formatted(seconds) : "";
    out.printf(
        "  %-28s %-34s %-10s%s%s%n",
        "  ".repeat(depth) + path, shortened(task), phase, time, attempt);
    out.flush();
  }

  private static String shortened(String task) {
    return task.length() <= 34 ? task : "..." + task.substring(task.length() - 31);
  }
}
