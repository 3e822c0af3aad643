package dev.harrier.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import flyteidl.core.Literals.Binary;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralCollection;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Literals.LiteralOffloadedMetadata;
import flyteidl.core.Literals.Primitive;
import flyteidl.core.Literals.Scalar;
import flyteidl.core.Literals.Union;
import flyteidl.core.Types.PromiseAttribute;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.msgpack.core.MessagePack;
import org.msgpack.value.ValueFactory;

final class LiteralPathsTest {
  private static final Literal ONE = integer(1);
  private static final Literal TWO = integer(2);

  @Test
  void lists_and_maps_are_walked_through() {
    var list =
        Literal.newBuilder()
            .setCollection(LiteralCollection.newBuilder().addLiterals(ONE).addLiterals(TWO))
            .build();
    var map = Literal.newBuilder().setMap(LiteralMap.newBuilder().putLiterals("a", list)).build();

    assertThat(LiteralPaths.follow(map, List.of(key("a"), index(1)))).isEqualTo(TWO);
    assertThat(LiteralPaths.follow(map, List.of(key("a")))).isEqualTo(list);
  }

  @Test
  void a_union_is_looked_into() {
    var union =
        Literal.newBuilder()
            .setScalar(
                Scalar.newBuilder()
                    .setUnion(
                        Union.newBuilder()
                            .setValue(
                                Literal.newBuilder()
                                    .setMap(LiteralMap.newBuilder().putLiterals("a", ONE)))))
            .build();

    assertThat(LiteralPaths.follow(union, List.of(key("a")))).isEqualTo(ONE);
  }

  @Test
  void numbers_of_a_struct_become_floats() {
    var struct =
        Struct.newBuilder()
            .putFields("n", Value.newBuilder().setNumberValue(3).build())
            .putFields("s", Value.newBuilder().setStringValue("text").build())
            .build();
    var generic = Literal.newBuilder().setScalar(Scalar.newBuilder().setGeneric(struct)).build();

    assertThat(LiteralPaths.follow(generic, List.of(key("n"))).getScalar().getPrimitive())
        .isEqualTo(Primitive.newBuilder().setFloatValue(3).build());
    assertThat(
            LiteralPaths.follow(generic, List.of(key("s")))
                .getScalar()
                .getPrimitive()
                .getStringValue())
        .isEqualTo("text");
  }

  @Test
  void what_remains_of_a_msgpack_document_stays_msgpack() throws IOException {
    var document =
        ValueFactory.newMap(
            ValueFactory.newString("sizes"),
            ValueFactory.newArray(ValueFactory.newInteger(7), ValueFactory.newInteger(8)));

    var found = LiteralPaths.follow(msgpack(document), List.of(key("sizes"), index(1)));

    assertThat(found).isEqualTo(msgpack(ValueFactory.newInteger(8)));
  }

  @Test
  void a_step_that_leads_nowhere_is_named() throws IOException {
    var list =
        Literal.newBuilder().setCollection(LiteralCollection.newBuilder().addLiterals(ONE)).build();
    var map = Literal.newBuilder().setMap(LiteralMap.newBuilder().putLiterals("a", list)).build();
    var document = msgpack(ValueFactory.emptyMap());

    assertThatThrownBy(() -> LiteralPaths.follow(map, List.of(key("a"), index(1))))
        .hasMessage("no value at .a[1]: there is none");
    assertThatThrownBy(() -> LiteralPaths.follow(map, List.of(key("b"), index(1))))
        .hasMessage("no value at .b: there is none");
    assertThatThrownBy(() -> LiteralPaths.follow(ONE, List.of(key("a"))))
        .hasMessage("no value at .a: a PRIMITIVE has no parts");
    assertThatThrownBy(() -> LiteralPaths.follow(document, List.of(key("a"))))
        .hasMessage("no value at .a: there is none");
  }

  @Test
  void a_path_behind_a_reference_waits_in_it_and_grows() {
    var reference =
        Literal.newBuilder()
            .setHash("of the whole")
            .setOffloadedMetadata(LiteralOffloadedMetadata.newBuilder().setUri("/blob"))
            .build();

    var once = LiteralPaths.follow(reference, List.of(key("a")));
    var twice = LiteralPaths.follow(once, List.of(index(2)));

    assertThat(once.getOffloadedMetadata()).isEqualTo(reference.getOffloadedMetadata());
    assertThat(once.getHash()).isEmpty();
    assertThat(LiteralPaths.pending(reference)).isEmpty();
    assertThat(LiteralPaths.pending(twice)).containsExactly(key("a"), index(2));
  }

  @Test
  void a_broken_path_in_a_reference_is_refused() {
    var forged = Literal.newBuilder().putMetadata(LiteralPaths.PENDING, "%%%").build();

    assertThatThrownBy(() -> LiteralPaths.pending(forged))
        .isInstanceOf(LiteralPaths.NoValueException.class);
  }

  private static Literal integer(long value) {
    return Literal.newBuilder()
        .setScalar(Scalar.newBuilder().setPrimitive(Primitive.newBuilder().setInteger(value)))
        .build();
  }

  private static Literal msgpack(org.msgpack.value.Value value) throws IOException {
    try (var packer = MessagePack.newDefaultBufferPacker()) {
      packer.packValue(value);
      return Literal.newBuilder()
          .setScalar(
              Scalar.newBuilder()
                  .setBinary(
                      Binary.newBuilder()
                          .setTag("msgpack")
                          .setValue(ByteString.copyFrom(packer.toByteArray()))))
          .build();
    }
  }

  private static PromiseAttribute key(String text) {
    return PromiseAttribute.newBuilder().setStringValue(text).build();
  }

  private static PromiseAttribute index(int number) {
    return PromiseAttribute.newBuilder().setIntValue(number).build();
  }
}
