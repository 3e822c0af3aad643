package dev.harrier.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.harrier.compiler.CompileError.Code;
import flyteidl.core.Tasks.Container;
import flyteidl.core.Tasks.K8sPod;
import flyteidl.core.Tasks.Resources;
import flyteidl.core.Tasks.Resources.ResourceEntry;
import flyteidl.core.Tasks.Resources.ResourceName;
import flyteidl.core.Tasks.TaskTemplate;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TaskCompilerTest {
  @Test
  void a_sound_task_is_returned_unchanged() {
    TaskTemplate task =
        Cases.task("t", Map.of("x", Cases.INTEGER), Map.of("o0", Cases.INTEGER)).getTemplate();

    assertThat(Cases.ok(TaskCompiler.compile(task)).getTemplate()).isEqualTo(task);
  }

  @Test
  void all_that_is_wrong_with_a_container_is_reported_at_once() {
    TaskTemplate task =
        TaskTemplate.newBuilder()
            .setInterface(Cases.signature(Map.of("x", Cases.INTEGER), Map.of()))
            .setContainer(Container.newBuilder().setResources(limit("lots")))
            .build();

    Compiled<?> result = TaskCompiler.compile(task);

    assertThat(CompileError.describe(Cases.errors(result)))
        .isEqualTo(
            """
            Collected Errors: 4
            \tError 0: Code: UnrecognizedValue, Node Id: resources.MEMORY, Description: Unrecognized value [lots].
            \tError 1: Code: ValueRequired, Node Id: container, Description: Value required [command].
            \tError 2: Code: ValueRequired, Node Id: container, Description: Value required [image].
            \tError 3: Code: ValueRequired, Node Id: root, Description: Value required [Id].
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "500m", "0.5", "2Gi", "1e3", "3E", ".5", "100k", "1.5Gi"})
  void quantities_of_kubernetes_are_taken(String quantity) {
    assertThat(Cases.errors(TaskCompiler.compile(limited(quantity)))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1 Gi", "1GB", "Gi", "one", "1KI", "."})
  void other_texts_are_no_quantities(String quantity) {
    assertThat(Cases.errors(TaskCompiler.compile(limited(quantity))))
        .extracting(CompileError::code)
        .containsExactly(Code.UNRECOGNIZED_VALUE);
  }

  @Test
  void the_containers_of_a_pod_need_names_that_kubernetes_takes() {
    assertThat(Cases.errors(TaskCompiler.compile(pod("primary")))).isEmpty();
    assertThat(Cases.errors(TaskCompiler.compile(pod("Not_A_Label"))))
        .containsExactly(CompileError.invalidValue("root", "k8s pod spec container name"));
  }

  @Test
  void containers_that_are_no_list_are_refused() {
    Struct spec =
        Struct.newBuilder()
            .putFields("containers", Value.newBuilder().setStringValue("none").build())
            .build();

    Compiled<?> result = TaskCompiler.compile(pod(spec));

    assertThat(Cases.errors(result))
        .containsExactly(CompileError.invalidValue("root", "k8s pod spec"));
  }

  @Test
  void a_task_that_runs_elsewhere_needs_an_id_only() {
    TaskTemplate task = TaskTemplate.newBuilder().setId(Cases.taskId("t")).build();

    assertThat(Cases.errors(TaskCompiler.compile(task))).isEmpty();
  }

  private static TaskTemplate limited(String quantity) {
    TaskTemplate.Builder task = Cases.task("t", Map.of(), Map.of()).getTemplate().toBuilder();
    task.getContainerBuilder().setResources(limit(quantity));
    return task.build();
  }

  private static Resources limit(String quantity) {
    return Resources.newBuilder()
        .addLimits(ResourceEntry.newBuilder().setName(ResourceName.MEMORY).setValue(quantity))
        .build();
  }

  private static TaskTemplate pod(String containerName) {
    Struct container =
        Struct.newBuilder()
            .putFields("name", Value.newBuilder().setStringValue(containerName).build())
            .build();
    ListValue containers =
        ListValue.newBuilder().addValues(Value.newBuilder().setStructValue(container)).build();
    return pod(
        Struct.newBuilder()
            .putFields("containers", Value.newBuilder().setListValue(containers).build())
            .build());
  }

  private static TaskTemplate pod(Struct spec) {
    return TaskTemplate.newBuilder()
        .setId(Cases.taskId("t"))
        .setK8SPod(K8sPod.newBuilder().setPodSpec(spec))
        .build();
  }
}
