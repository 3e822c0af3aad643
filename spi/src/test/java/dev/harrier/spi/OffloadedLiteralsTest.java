package dev.harrier.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import flyteidl.core.Interface.Variable;
import flyteidl.core.Interface.VariableMap;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralCollection;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Literals.LiteralOffloadedMetadata;
import flyteidl.core.Literals.Primitive;
import flyteidl.core.Literals.Scalar;
import flyteidl.core.Types.LiteralType;
import flyteidl.core.Types.SimpleType;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class OffloadedLiteralsTest {
  private static final ProjectDomain SCOPE = new ProjectDomain("flytesnacks", "development");
  private static final BlobKey PREFIX = new BlobKey(SCOPE, "inputs/f1");
  private static final VariableMap UNTYPED = VariableMap.getDefaultInstance();
  private static final long READ_BYTES_MAX = 1 << 20;

  private final BlobsInMemory blobs = new BlobsInMemory();
  private final OffloadedLiterals offloaded = new OffloadedLiterals(blobs);

  @Test
  void a_small_map_stays_as_it_is() throws IOException {
    var map = LiteralMap.newBuilder().putLiterals("a", text(100)).build();

    var result = offloaded.offload(map, UNTYPED, PREFIX);

    assertThat(result).isEqualTo(map);
    assertThat(blobs.keys()).isEmpty();
  }

  @Test
  void the_largest_literals_go_first_and_only_as_many_as_needed() throws IOException {
    var map =
        LiteralMap.newBuilder()
            .putLiterals("a", text(30_000))
            .putLiterals("b", text(50_000))
            .putLiterals("c", text(20_000))
            .build();

    var result = offloaded.offload(map, UNTYPED, PREFIX);

    assertThat(result.getSerializedSize()).isLessThanOrEqualTo(OffloadedLiterals.MAP_BYTES_MAX);
    assertThat(result.getLiteralsOrThrow("a")).isEqualTo(map.getLiteralsOrThrow("a"));
    assertThat(result.getLiteralsOrThrow("b").hasOffloadedMetadata()).isTrue();
    assertThat(blobs.keys()).containsExactly(PREFIX.child("b_offloaded_metadata.pb"));
  }

  @Test
  void a_reference_tells_place_size_type_and_hash() throws IOException {
    var type = LiteralType.newBuilder().setSimple(SimpleType.STRING).build();
    var types =
        VariableMap.newBuilder()
            .putVariables("a", Variable.newBuilder().setType(type).build())
            .build();
    var large = text(70_000).toBuilder().putMetadata("k", "v").build();
    var map = LiteralMap.newBuilder().putLiterals("a", large).build();

    var reference = offloaded.offload(map, types, PREFIX).getLiteralsOrThrow("a");

    var metadata = reference.getOffloadedMetadata();
    assertThat(blobs.key(metadata.getUri())).contains(PREFIX.child("a_offloaded_metadata.pb"));
    assertThat(metadata.getSizeBytes()).isEqualTo(large.getSerializedSize());
    assertThat(metadata.getInferredType()).isEqualTo(type);
    assertThat(reference.getHash()).hasSize(43);
    assertThat(reference.getMetadataMap()).containsEntry("k", "v");
  }

  @Test
  void a_hash_that_a_literal_has_is_kept() throws IOException {
    var hashed = text(70_000).toBuilder().setHash("by-its-task").build();
    var map = LiteralMap.newBuilder().putLiterals("a", hashed).build();

    var result = offloaded.offload(map, UNTYPED, PREFIX);

    assertThat(result.getLiteralsOrThrow("a").getHash()).isEqualTo("by-its-task");
    assertThat(result.getLiteralsOrThrow("a").getOffloadedMetadata().hasInferredType()).isFalse();
  }

  @Test
  void inlining_gives_back_the_map_that_was_offloaded() throws IOException {
    var map =
        LiteralMap.newBuilder()
            .putLiterals("a", text(100_000))
            .putLiterals("b", text(90_000).toBuilder().setHash("h").build())
            .putLiterals("c", text(10))
            .build();

    var result = offloaded.offload(map, UNTYPED, PREFIX);

    assertThat(offloaded.inline(result, READ_BYTES_MAX, OffloadedLiteralsTest::ofScope))
        .isEqualTo(map);
  }

  @Test
  void references_in_lists_and_in_blobs_are_followed() throws IOException {
    var inner = at("inner", text(5));
    var list =
        Literal.newBuilder()
            .setCollection(LiteralCollection.newBuilder().addLiterals(inner).addLiterals(text(6)))
            .build();
    var map = LiteralMap.newBuilder().putLiterals("o", at("outer", list)).build();

    var result = offloaded.inline(map, READ_BYTES_MAX, OffloadedLiteralsTest::ofScope);

    assertThat(result.getLiteralsOrThrow("o").getCollection().getLiteralsList())
        .containsExactly(text(5), text(6));
  }

  @Test
  void very_many_small_literals_stay_above_the_limit() throws IOException {
    var map = LiteralMap.newBuilder();
    for (var i = 0; i < 10_000; i++) {
      map.putLiterals("v" + i, text(1));
    }

    var result = offloaded.offload(map.build(), UNTYPED, PREFIX);

    assertThat(result).isEqualTo(map.build());
    assertThat(blobs.keys()).isEmpty();
  }

  @Test
  void a_reference_into_another_project_is_refused() throws IOException {
    var foreign = new BlobKey(new ProjectDomain("secret", "development"), "inputs/x");
    blobs.write(foreign, text(3).toByteString());

    assertRefused(to(blobs.uri(foreign), 3), Rejection.Code.PERMISSION_DENIED);
    assertRefused(to("/etc/passwd", 3), Rejection.Code.PERMISSION_DENIED);
  }

  @Test
  void a_reference_to_nothing_is_refused() {
    assertRefused(to(blobs.uri(PREFIX.child("none")), 3), Rejection.Code.FAILED_PRECONDITION);
  }

  @Test
  void a_reference_to_no_literal_is_refused() throws IOException {
    blobs.write(PREFIX.child("broken"), ByteString.copyFromUtf8("not a message"));

    assertRefused(to(blobs.uri(PREFIX.child("broken")), 3), Rejection.Code.FAILED_PRECONDITION);
  }

  @Test
  void more_bytes_than_allowed_are_refused_whatever_the_reference_says() throws IOException {
    at("large", text(2_000_000));

    assertRefused(to(blobs.uri(PREFIX.child("large")), 1), Rejection.Code.INVALID_ARGUMENT);
    assertRefused(to(blobs.uri(PREFIX.child("large")), -1L), Rejection.Code.RESOURCE_EXHAUSTED);
  }

  @Test
  void a_reference_to_itself_ends() throws IOException {
    var self = to(blobs.uri(PREFIX.child("self")), 3);
    blobs.write(PREFIX.child("self"), self.toByteString());

    assertRefused(self, Rejection.Code.FAILED_PRECONDITION);
  }

  @Test
  void a_variable_cannot_be_written_outside_of_the_prefix() {
    var map = LiteralMap.newBuilder().putLiterals("../../x", text(70_000)).build();

    assertThatThrownBy(() -> offloaded.offload(map, UNTYPED, PREFIX))
        .isInstanceOf(RejectedException.class);
    assertThat(blobs.keys()).isEmpty();
  }

  private void assertRefused(Literal reference, Rejection.Code code) {
    var map = LiteralMap.newBuilder().putLiterals("a", reference).build();

    assertThatThrownBy(() -> offloaded.inline(map, READ_BYTES_MAX, OffloadedLiteralsTest::ofScope))
        .isInstanceOfSatisfying(
            RejectedException.class,
            refused -> assertThat(refused.rejection().code()).isEqualTo(code));
  }

  private static boolean ofScope(BlobKey key) {
    return key.scope().equals(SCOPE);
  }

  private Literal at(String name, Literal literal) throws IOException {
    blobs.write(PREFIX.child(name), literal.toByteString());
    return to(blobs.uri(PREFIX.child(name)), literal.getSerializedSize());
  }

  private static Literal to(String uri, long sizeBytes) {
    return Literal.newBuilder()
        .setOffloadedMetadata(
            LiteralOffloadedMetadata.newBuilder().setUri(uri).setSizeBytes(sizeBytes))
        .build();
  }

  private static Literal text(int length) {
    return Literal.newBuilder()
        .setScalar(
            Scalar.newBuilder()
                .setPrimitive(Primitive.newBuilder().setStringValue("x".repeat(length))))
        .build();
  }
}
