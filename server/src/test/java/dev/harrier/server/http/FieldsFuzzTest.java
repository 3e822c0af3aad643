package dev.harrier.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat.TypeRegistry;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.admin.Common.ResourceListRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionCreateRequest;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlan;
import flyteidl.admin.TaskOuterClass.Task;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** Whatever comes over HTTP: refused as invalid, or a message that can be written as an answer. */
@Tag("fuzz")
final class FieldsFuzzTest {
  private static final List<Message> MESSAGES =
      List.of(
          ExecutionCreateRequest.getDefaultInstance(),
          ResourceListRequest.getDefaultInstance(),
          Task.getDefaultInstance(),
          LaunchPlan.getDefaultInstance());

  private static final TypeRegistry TYPES = TypeRegistry.getEmptyTypeRegistry();

  @FuzzTest(maxDuration = "1m")
  void a_request_is_refused_as_invalid_or_can_be_answered(FuzzedDataProvider data) {
    var message = data.pickValue(MESSAGES).newBuilderForType();
    var form = data.pickValue(WireForm.values());
    try {
      if (data.consumeBoolean()) {
        FieldPath.set(message, data.consumeString(60), List.of(data.consumeString(60)));
      }
      form.read(data.consumeRemainingAsBytes(), message, TYPES);
    } catch (RejectedException e) {
      assertThat(e.rejection().code()).isEqualTo(Rejection.Code.INVALID_ARGUMENT);
      return;
    }

    for (var written : WireForm.values()) {
      var again = message.build().newBuilderForType();
      written.read(written.write(message.build(), TYPES), again, TYPES);
    }
  }
}
