package dev.harrier.compiler;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.google.protobuf.InvalidProtocolBufferException;
import flyteidl.core.DynamicJob.DynamicJobSpec;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Interface.TypedInterface;
import flyteidl.core.Tasks.TaskTemplate;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a dynamic task returns ({@code futures.pb}): a closure, or errors in words. */
@Tag("fuzz")
final class DynamicJobsFuzzTest {
  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1m")
  void a_dynamic_job_is_closed_or_has_errors(byte @NotNull [] futures) {
    DynamicJobSpec spec;
    try {
      spec = DynamicJobSpec.parseFrom(futures);
    } catch (InvalidProtocolBufferException none) {
      // Told as what the task left.
      return;
    }
    var id = Identifier.newBuilder().setName("dynamic").build();

    ClosedOrExplained.check(
        WorkflowCompiler.compileDynamic(
            id, spec, TypedInterface.getDefaultInstance(), List.of(), List.of()));
  }

  static Stream<Arguments> seeds() {
    var task = TaskTemplate.newBuilder().setId(Cases.taskId("t")).setType("python-task");
    var spec =
        DynamicJobSpec.newBuilder()
            .addTasks(task)
            .addNodes(Cases.taskNode("n0", "t"))
            .addNodes(Cases.taskNode("n1", "t", Cases.bind("x", Cases.promise("n0", "o0"))))
            .addOutputs(Cases.bind("o0", Cases.promise("n1", "o0")))
            .addSubworkflows(Cases.workflow("inner", Map.of(), Map.of()))
            .build();
    return Stream.of(Arguments.of((Object) spec.toByteArray()));
  }
}
