package dev.harrier.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat.TypeRegistry;
import flyteidl.admin.TaskOuterClass.Task;
import flyteidl.admin.TaskOuterClass.TaskList;
import flyteidl.core.Tasks.TaskTemplate;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WireFormTest {
  private static final TypeRegistry TYPES = TypeRegistry.getEmptyTypeRegistry();

  @ParameterizedTest
  @CsvSource({"NaN", "Infinity", "-Infinity"})
  void a_number_of_a_struct_that_json_does_not_have_hides_no_list(String number) {
    var task = TaskTemplate.newBuilder().setType("python-task");
    task.setCustom(
        Struct.newBuilder()
            .putFields("x", Value.newBuilder().setNumberValue(Double.parseDouble(number)).build())
            .putFields("y", Value.newBuilder().setNumberValue(7).build()));

    assertThat(listOf(task)).contains("\"x\":\"" + number + "\"", "\"y\":7", "python-task");
  }

  @ParameterizedTest
  @CsvSource({
    "1000000000000000, 0, 315576000000s",
    "-1000000000000000, 0, -315576000000s",
    "1, -5, 1s",
    "0, 2000000000, 0s"
  })
  void a_duration_that_json_does_not_have_hides_no_list(long seconds, int nanos, String written) {
    var task = TaskTemplate.newBuilder();
    task.getMetadataBuilder().getTimeoutBuilder().setSeconds(seconds).setNanos(nanos);

    assertThat(listOf(task)).contains("\"timeout\":\"" + written + "\"");
  }

  @Test
  void a_time_that_json_does_not_have_hides_no_list() {
    var list = TaskList.newBuilder();
    list.addTasksBuilder().getClosureBuilder().getCreatedAtBuilder().setSeconds(Long.MAX_VALUE);

    assertThat(written(list.build())).contains("9999-12-31T23:59:59Z");
  }

  private static String listOf(TaskTemplate.Builder template) {
    var task = Task.newBuilder();
    task.getClosureBuilder().getCompiledTaskBuilder().setTemplate(template);
    return written(TaskList.newBuilder().addTasks(task).build());
  }

  private static String written(TaskList list) {
    return new String(WireForm.CAMEL_CASE.write(list, TYPES), StandardCharsets.UTF_8);
  }
}
