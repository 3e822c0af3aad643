package dev.harrier.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.code_intelligence.jazzer.mutation.annotation.WithSize;
import flyteidl.core.DynamicJob.DynamicJobSpec;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Interface.ParameterMap;
import flyteidl.core.Interface.TypedInterface;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Tasks.TaskTemplate;
import flyteidl.core.Workflow.WorkflowTemplate;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** Whatever is registered or returned by a dynamic task: a closure, or errors in words. */
@Tag("fuzz")
final class DefinitionsFuzzTest {
  @FuzzTest(maxDuration = "1m")
  void a_workflow_is_closed_or_has_errors(
      @NotNull WorkflowTemplate primary,
      @NotNull @WithSize(max = 2) List<@NotNull WorkflowTemplate> subWorkflows) {
    var compiled = WorkflowCompiler.compile(primary, subWorkflows, List.of(), List.of());

    assertClosedOrExplained(compiled);
    var unusedTasks = WorkflowCompiler.requiredTasks(primary, subWorkflows);
    var unusedPlans = WorkflowCompiler.requiredLaunchPlans(primary, subWorkflows);
  }

  @FuzzTest(maxDuration = "1m")
  void a_dynamic_job_is_closed_or_has_errors(
      @NotNull DynamicJobSpec spec, @NotNull TypedInterface typedInterface) {
    var id = Identifier.newBuilder().setName("dynamic").build();

    assertClosedOrExplained(
        WorkflowCompiler.compileDynamic(id, spec, typedInterface, List.of(), List.of()));
  }

  @FuzzTest(maxDuration = "1m")
  void a_task_is_complete_or_has_errors(@NotNull TaskTemplate task) {
    assertClosedOrExplained(TaskCompiler.compile(task));
  }

  @FuzzTest(maxDuration = "1m")
  void inputs_fit_or_are_refused_in_words(
      @NotNull ParameterMap expected, @NotNull LiteralMap fixed, @NotNull LiteralMap given) {
    var problems = InputChecks.check(expected, fixed, given);

    assertThat(problems).doesNotContain("");
    if (problems.isEmpty()) {
      assertThat(InputChecks.merge(expected, fixed, given).getLiteralsMap())
          .containsKeys(given.getLiteralsMap().keySet().toArray(String[]::new));
    }
  }

  private static void assertClosedOrExplained(Compiled<?> compiled) {
    if (compiled instanceof Compiled.Failed<?>(var errors)) {
      assertThat(errors)
          .isNotEmpty()
          .allSatisfy(error -> assertThat(error.toString()).isNotBlank());
    }
  }
}
