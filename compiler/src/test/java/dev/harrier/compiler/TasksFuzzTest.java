package dev.harrier.compiler;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import flyteidl.core.Tasks.TaskTemplate;
import org.junit.jupiter.api.Tag;

/** Whatever is registered as a task: it is complete, or has errors in words. */
@Tag("fuzz")
final class TasksFuzzTest {
  @FuzzTest(maxDuration = "1m")
  void a_task_is_complete_or_has_errors(@NotNull TaskTemplate task) {
    ClosedOrExplained.check(TaskCompiler.compile(task));
  }
}
