package dev.harrier.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import dev.harrier.spi.Quantity;
import dev.harrier.spi.RejectedException;
import flyteidl.core.Literals.Blob;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralCollection;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Literals.Primitive;
import flyteidl.core.Literals.Scalar;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CommandTemplateTest {
  private static final CommandTemplate TEMPLATE =
      new CommandTemplate(
          Map.of("outputprefix", "/out", "prevcheckpointprefix", "\"\""),
          Map.of(
              "n", literal(Primitive.newBuilder().setInteger(3)),
              "f", literal(Primitive.newBuilder().setFloatValue(2)),
              "half", literal(Primitive.newBuilder().setFloatValue(0.5)),
              "s", literal(Primitive.newBuilder().setStringValue("a $1 \\b")),
              "yes", literal(Primitive.newBuilder().setBoolean(true)),
              "t",
                  literal(
                      Primitive.newBuilder().setDatetime(Timestamp.newBuilder().setSeconds(60))),
              "file",
                  Literal.newBuilder()
                      .setScalar(Scalar.newBuilder().setBlob(Blob.newBuilder().setUri("/b/c")))
                      .build(),
              "list",
                  Literal.newBuilder()
                      .setCollection(
                          LiteralCollection.newBuilder()
                              .addLiterals(literal(Primitive.newBuilder().setInteger(1)))
                              .addLiterals(literal(Primitive.newBuilder().setInteger(2))))
                      .build(),
              "map", Literal.newBuilder().setMap(LiteralMap.getDefaultInstance()).build()));

  private static Literal literal(Primitive.Builder primitive) {
    return Literal.newBuilder().setScalar(Scalar.newBuilder().setPrimitive(primitive)).build();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {{.outputPrefix}}          | /out
          {{ $OUTPUTPREFIX }}/x      | /out/x
          {{.prevCheckpointPrefix}}  | ""
          --n={{.inputs.n}}          | --n=3
          {{.Inputs.f}}              | 2
          {{.inputs.half}}           | 0.5
          {{.inputs.s}}              | a $1 \\b
          {{.inputs.yes}}            | true
          {{.inputs.t}}              | 1970-01-01T00:01:00Z
          {{.inputs.file}}           | /b/c
          {{.inputs.list}}           | [1,2]
          {{.unheardOf}}             | {{.unheardOf}}
          plain                      | plain
          """)
  void a_place_is_filled(String argument, String filled) {
    assertThat(TEMPLATE.fill(List.of(argument))).containsExactly(filled);
  }

  @Test
  void an_input_that_was_not_given_is_named() {
    assertThatThrownBy(() -> TEMPLATE.fill(List.of("{{.inputs.missing}}")))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("'missing'");
  }

  @Test
  void an_input_without_a_text_is_named() {
    assertThatThrownBy(() -> TEMPLATE.fill(List.of("{{.inputs.map}}")))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("'map'");
  }

  @ParameterizedTest
  @CsvSource({"500m, 500", "2, 2000", "0.1, 100", "1e1, 10000", "1500u, 2"})
  void processors_are_counted_in_thousandths(String text, long millis) {
    assertThat(Quantity.millis("cpu", text)).isEqualTo(millis);
  }

  @ParameterizedTest
  @CsvSource({"512Mi, 536870912", "1G, 1000000000", "128974848, 128974848", "1.5Ki, 1536"})
  void memory_is_counted_in_bytes(String text, long bytes) {
    assertThat(Quantity.units("memory", text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({"much", "-1", "1Qi", "''", "1e99", "1e-10000000"})
  void what_is_no_amount_is_refused(String text) {
    assertThatThrownBy(() -> Quantity.units("memory", text))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("expected an amount");
  }
}
