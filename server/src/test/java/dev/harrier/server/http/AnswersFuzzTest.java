package dev.harrier.server.http;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.google.protobuf.util.JsonFormat.TypeRegistry;
import flyteidl.admin.TaskOuterClass.TaskList;
import org.junit.jupiter.api.Tag;

/** Whatever was registered by gRPC: a list that it is in can be written over HTTP. */
@Tag("fuzz")
final class AnswersFuzzTest {
  private static final TypeRegistry TYPES = TypeRegistry.getEmptyTypeRegistry();

  @FuzzTest(maxDuration = "1m")
  void any_list_can_be_written(@NotNull TaskList list) {
    for (var form : WireForm.values()) {
      var again = TaskList.newBuilder();
      form.read(form.write(list, TYPES), again, TYPES);
    }
  }
}
