package dev.harrier.compiler;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.google.protobuf.InvalidProtocolBufferException;
import flyteidl.admin.WorkflowOuterClass.WorkflowSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is registered as a workflow: a closure, or errors in words. As bytes: the fuzzer makes
 * no messages of types that hold each other in rounds.
 */
@Tag("fuzz")
final class WorkflowsFuzzTest {
  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1m")
  void a_workflow_is_closed_or_has_errors(byte @NotNull [] bytes) {
    WorkflowSpec spec;
    try {
      spec = WorkflowSpec.parseFrom(bytes);
    } catch (InvalidProtocolBufferException none) {
      // Refused before anybody looks at it.
      return;
    }
    var subWorkflows = spec.getSubWorkflowsList();

    ClosedOrExplained.check(
        WorkflowCompiler.compile(spec.getTemplate(), subWorkflows, List.of(), List.of()));
    var unusedTasks = WorkflowCompiler.requiredTasks(spec.getTemplate(), subWorkflows);
    var unusedPlans = WorkflowCompiler.requiredLaunchPlans(spec.getTemplate(), subWorkflows);
  }

  static Stream<Arguments> seeds() {
    var inner = Cases.workflow("inner", Map.of(), Map.of()).addNodes(Cases.taskNode("n0", "t"));
    var outer =
        Cases.workflow("outer", Map.of(), Map.of())
            .addNodes(
                Cases.taskNode("n0", "t", Cases.bind("x", Cases.list(Cases.promise("n1", "o0")))))
            .addNodes(Cases.taskNode("n1", "t").addUpstreamNodeIds("n0"));
    return Stream.of(
        Arguments.of(
            (Object)
                WorkflowSpec.newBuilder()
                    .setTemplate(outer)
                    .addSubWorkflows(inner)
                    .build()
                    .toByteArray()));
  }
}
