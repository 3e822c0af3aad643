package dev.harrier.audit.redact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.harrier.audit.Resource;
import dev.harrier.audit.record.CanonicalJson;
import flyteidl.admin.ExecutionOuterClass.ExecutionCreateRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionTerminateRequest;
import flyteidl.core.IdentifierOuterClass.WorkflowExecutionIdentifier;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Literals.Primitive;
import flyteidl.core.Literals.Scalar;
import org.junit.jupiter.api.Test;

final class RedactorTest {
  private final ValueHash hash = new ValueHash("k1", new byte[32]);
  private final Redactor redactor = new Redactor(FieldTable.load(), hash, false);

  @Test
  void names_are_kept_and_values_dropped() {
    var secret =
        Literal.newBuilder()
            .setScalar(
                Scalar.newBuilder().setPrimitive(Primitive.newBuilder().setStringValue("hunter2")));
    var request =
        ExecutionCreateRequest.newBuilder()
            .setProject("p")
            .setDomain("d")
            .setInputs(LiteralMap.newBuilder().putLiterals("password", secret.build()))
            .build();

    assertThat(written(request)).isEqualTo("{\"domain\":\"d\",\"project\":\"p\"}");
  }

  @Test
  void free_text_is_hashed_so_that_it_can_be_found_by_who_has_the_key() {
    var request = ExecutionTerminateRequest.newBuilder().setCause("because of ada").build();

    assertThat(written(request))
        .isEqualTo("{\"cause\":\"%s\"}".formatted(hash.of("because of ada")));
  }

  @Test
  void a_field_that_is_not_of_this_release_is_dropped() {
    var unknown =
        UnknownFieldSet.newBuilder()
            .addField(
                4711,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8("hunter2"))
                    .build())
            .build();
    var request = ExecutionTerminateRequest.newBuilder().setUnknownFields(unknown).build();

    assertThat(written(request)).isEqualTo("{}");
  }

  @Test
  void control_characters_and_quotes_cannot_end_a_text() {
    var request =
        ExecutionCreateRequest.newBuilder().setProject("a\"},\n\u0001\u2028\ud800é😀").build();

    assertThat(written(request)).isEqualTo("{\"project\":\"a\\\"},\\n\\u0001\u2028\ufffdé😀\"}");
  }

  @Test
  void a_request_is_about_the_thing_that_it_names() {
    var id =
        WorkflowExecutionIdentifier.newBuilder()
            .setProject("p")
            .setDomain("d")
            .setName("n")
            .build();

    assertThat(
            new RequestResources(FieldTable.load())
                .of(ExecutionTerminateRequest.newBuilder().setId(id).build()))
        .containsExactly(new Resource("execution", "p/d/n"));
    assertThat(
            new RequestResources(FieldTable.load())
                .of(
                    ExecutionTerminateRequest.newBuilder()
                        .setId(id.toBuilder().setName("not a name"))
                        .build()))
        .containsExactly(new Resource("execution", "p/d/?"));
  }

  private String written(Message message) {
    var json = new CanonicalJson();
    redactor.write(message, json);
    return new String(json.toBytes(), UTF_8);
  }
}
