package dev.harrier.admin.taskexecution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.admin.taskexecution.TaskIndex.RunTask;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TaskIndexTest {
  private final TaskIndex index = TaskIndex.of(TestGraph.CLOSURE);

  @Test
  void a_node_at_the_top_runs_its_task() {
    assertThat(index.task(List.of("n0")))
        .contains(new RunTask(TestGraph.TOP, "python-task", "container"));
  }

  @Test
  void the_same_node_id_means_another_task_within_a_subworkflow() {
    assertThat(index.task(List.of("n1", "n0")).map(RunTask::id)).contains(TestGraph.WITHIN);
    assertThat(index.task(List.of("n1", "n1", "n0")).map(RunTask::id)).contains(TestGraph.DEEPER);
  }

  @Test
  void branches_failure_nodes_and_array_nodes_lead_to_their_tasks() {
    assertThat(index.task(List.of("n2", "n3")).map(RunTask::id)).contains(TestGraph.TOP);
    assertThat(index.task(List.of("n2", "n4")).map(RunTask::id)).contains(TestGraph.WITHIN);
    assertThat(index.task(List.of("efn")).map(RunTask::id)).contains(TestGraph.DEEPER);
    assertThat(index.task(List.of("n5")).map(RunTask::id)).contains(TestGraph.TOP);
  }

  @Test
  void what_runs_no_task_leads_nowhere() {
    assertThat(index.task(List.of())).isEmpty();
    assertThat(index.task(List.of("start-node"))).isEmpty();
    assertThat(index.task(List.of("n1"))).isEmpty();
    assertThat(index.task(List.of("n2"))).isEmpty();
    assertThat(index.task(List.of("n0", "n0"))).isEmpty();
    assertThat(index.task(List.of("n9"))).isEmpty();
  }
}
