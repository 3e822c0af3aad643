package dev.harrier.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import flyteidl.core.Literals.Binary;
import flyteidl.core.Literals.Blob;
import flyteidl.core.Literals.BlobMetadata;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralOffloadedMetadata;
import flyteidl.core.Literals.Scalar;
import flyteidl.core.Literals.Union;
import flyteidl.core.Literals.Void;
import flyteidl.core.Types.BlobType;
import flyteidl.core.Types.LiteralType;
import flyteidl.core.Types.SchemaType;
import flyteidl.core.Types.SchemaType.SchemaColumn;
import flyteidl.core.Types.SchemaType.SchemaColumn.SchemaColumnType;
import flyteidl.core.Types.SimpleType;
import flyteidl.core.Types.StructuredDatasetType;
import flyteidl.core.Types.StructuredDatasetType.DatasetColumn;
import flyteidl.core.Types.TypeStructure;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class LiteralTypesTest {
  private static final LiteralType FLOAT = Cases.simple(SimpleType.FLOAT);
  private static final LiteralType STRUCT = Cases.simple(SimpleType.STRUCT);
  private static final LiteralType ERROR = Cases.simple(SimpleType.ERROR);

  static Stream<Arguments> castingMatrix() throws Exception {
    LiteralType intOrString = Cases.unionOf(Cases.INTEGER, Cases.STRING);
    LiteralType optionalInt = Cases.unionOf(Cases.INTEGER, Cases.NONE);
    return Stream.of(
        cast(Cases.INTEGER, Cases.INTEGER, true),
        cast(Cases.INTEGER, FLOAT, false),
        cast(FLOAT, Cases.INTEGER, false),
        cast(Cases.INTEGER, Cases.STRING, false),
        cast(ERROR, ERROR, true),
        cast(ERROR, STRUCT, false),
        cast(Cases.NONE, Cases.NONE, true),
        cast(Cases.NONE, Cases.INTEGER, false),
        cast(Cases.INTEGER, Cases.NONE, false),
        // What clients attach to a type for their own use does not matter.
        cast(tagless(Cases.INTEGER, "{\"a\": 1}"), Cases.INTEGER, true),
        cast(tagged(Cases.INTEGER, "int"), tagged(Cases.INTEGER, "int"), true),
        cast(tagged(Cases.INTEGER, "int"), tagged(Cases.INTEGER, "long"), false),
        cast(Cases.INTEGER, tagged(Cases.INTEGER, "int"), true),
        // Enums are strings with a closed set of values.
        cast(Cases.enumOf("a", "b"), Cases.STRING, true),
        cast(Cases.STRING, Cases.enumOf("a", "b"), true),
        cast(Cases.enumOf("a", "b"), Cases.enumOf("a", "b"), true),
        cast(Cases.enumOf("a", "b"), Cases.enumOf("a", "c"), false),
        cast(Cases.enumOf("a"), Cases.INTEGER, false),
        cast(Cases.listOf(Cases.INTEGER), Cases.listOf(Cases.INTEGER), true),
        cast(Cases.listOf(Cases.INTEGER), Cases.listOf(Cases.STRING), false),
        cast(Cases.listOf(Cases.INTEGER), Cases.INTEGER, false),
        cast(Cases.INTEGER, Cases.listOf(Cases.INTEGER), false),
        cast(Cases.listOf(Cases.NONE), Cases.listOf(Cases.INTEGER), true),
        cast(Cases.listOf(Cases.listOf(Cases.NONE)), Cases.listOf(Cases.listOf(FLOAT)), true),
        cast(Cases.listOf(Cases.INTEGER), Cases.mapOf(Cases.INTEGER), false),
        cast(Cases.mapOf(Cases.INTEGER), Cases.mapOf(Cases.INTEGER), true),
        cast(Cases.mapOf(Cases.INTEGER), Cases.mapOf(FLOAT), false),
        cast(Cases.mapOf(Cases.NONE), Cases.mapOf(FLOAT), true),
        cast(Cases.blob("csv"), Cases.blob("csv"), true),
        cast(Cases.blob("csv"), Cases.blob("png"), false),
        cast(Cases.blob(""), Cases.blob("png"), true),
        cast(Cases.blob("csv"), Cases.blob(""), true),
        cast(Cases.STRING, Cases.blob(""), false),
        // A value goes into a union if exactly one variant takes it.
        cast(Cases.INTEGER, intOrString, true),
        cast(FLOAT, intOrString, false),
        cast(Cases.INTEGER, Cases.unionOf(Cases.INTEGER, Cases.INTEGER), false),
        cast(Cases.NONE, optionalInt, true),
        cast(intOrString, Cases.unionOf(Cases.STRING, FLOAT, Cases.INTEGER), true),
        cast(intOrString, optionalInt, false),
        cast(intOrString, Cases.INTEGER, false),
        cast(Cases.unionOf(Cases.INTEGER), Cases.INTEGER, true),
        cast(Cases.unionOf(Cases.INTEGER), optionalInt, true),
        cast(Cases.listOf(optionalInt), Cases.listOf(optionalInt), true),
        cast(schema("a:INTEGER", "b:STRING"), schema("a:INTEGER"), true),
        cast(schema("a:INTEGER"), schema("a:INTEGER", "b:STRING"), false),
        cast(schema("a:INTEGER"), schema("a:STRING"), false),
        cast(schema(), schema("a:STRING"), true),
        cast(schema("a:STRING"), schema(), true),
        cast(Cases.STRING, schema(), false),
        cast(dataset("parquet", "a:INTEGER"), dataset("PARQUET", "a:INTEGER"), true),
        cast(dataset("parquet"), dataset("csv"), false),
        cast(dataset(""), dataset("csv"), true),
        cast(dataset("", "a:INTEGER", "b:STRING"), dataset("", "b:STRING"), true),
        cast(dataset("", "a:INTEGER"), dataset("", "b:STRING"), false),
        cast(dataset("", "a:INTEGER"), dataset("", "a:STRING"), false),
        cast(Cases.NONE, dataset(""), true),
        cast(Cases.INTEGER, dataset(""), false),
        cast(schema("a:INTEGER"), dataset("parquet", "a:INTEGER"), true),
        cast(schema("a:INTEGER"), dataset("csv"), false),
        cast(schema("a:INTEGER"), dataset("", "a:STRING"), false),
        cast(schema(), dataset("", "a:STRING"), true),
        cast(dataset("parquet", "a:INTEGER"), schema("a:INTEGER"), true),
        cast(dataset("csv", "a:INTEGER"), schema("a:INTEGER"), false),
        cast(dataset("", "a:INTEGER"), schema("b:INTEGER"), false));
  }

  @ParameterizedTest
  @MethodSource("castingMatrix")
  void casting_follows_the_rules(LiteralType upstream, LiteralType downstream, boolean expected) {
    assertThat(LiteralTypes.castable(upstream, downstream))
        .as("%s to %s", upstream, downstream)
        .isEqualTo(expected);
  }

  static Stream<Arguments> schemas() {
    String point =
        """
        {"type": "object", "title": "Point", "required": ["x"],
         "properties": {"x": {"type": "integer"}, "y": {"type": "integer"}}}""";
    String onlyX =
        """
        {"type": "object", "required": ["x"], "properties": {"x": {"type": "integer"}}}""";
    String stringX =
        """
        {"type": "object", "properties": {"x": {"type": "string"}}}""";
    String points =
        """
        {"type": "object", "properties": {"all": {"type": "array", "items": {"$ref": "#/$defs/P"}}},
         "$defs": {"P": {"type": "object", "properties": {"x": {"type": "integer"}}}}}""";
    String morePoints =
        """
        {"type": "object", "properties": {"all": {"type": "array", "items": {"$ref": "#/$defs/Q"}}},
         "$defs": {"Q": {"type": "object",
                         "properties": {"x": {"type": "integer"}, "y": {"type": "integer"}}}}}""";
    String tree =
        """
        {"type": "object", "properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}}}""";
    String namedTree =
        """
        {"type": "object", "properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"},
                                          "name": {"type": "string"}}}""";
    String dangling =
        """
        {"type": "object", "properties": {"all": {"$ref": "#/$defs/Missing"}}}""";
    String small = "{\"type\": \"string\", \"maxLength\": 3, \"enum\": [\"a\"]}";
    String large = "{\"type\": \"string\", \"maxLength\": 9, \"enum\": [\"a\", \"b\"]}";
    String optional = "{\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"null\"}]}";
    String plain = "{\"anyOf\": [{\"type\": \"string\"}]}";
    return Stream.of(
        Arguments.of(point, point, true),
        Arguments.of(point, onlyX, true),
        Arguments.of(onlyX, point, false),
        Arguments.of(point, stringX, false),
        Arguments.of(morePoints, points, true),
        Arguments.of(points, morePoints, false),
        Arguments.of(namedTree, tree, true),
        Arguments.of(tree, namedTree, false),
        Arguments.of(dangling, points, false),
        Arguments.of(small, large, true),
        Arguments.of(large, small, false),
        Arguments.of(plain, optional, true),
        Arguments.of(optional, plain, false));
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void a_dataclass_fits_one_that_it_extends(String given, String wanted, boolean expected)
      throws Exception {
    assertThat(LiteralTypes.castable(tagless(STRUCT, given), tagless(STRUCT, wanted)))
        .isEqualTo(expected);
  }

  @Test
  void a_struct_without_schema_fits_any_struct() throws Exception {
    LiteralType described = tagless(STRUCT, "{\"type\": \"object\"}");

    assertThat(LiteralTypes.castable(STRUCT, described)).isTrue();
    assertThat(LiteralTypes.castable(described, STRUCT)).isTrue();
  }

  static Stream<Arguments> literals() {
    return Stream.of(
        Arguments.of(Cases.integer(1), Cases.INTEGER),
        Arguments.of(Cases.string("a"), Cases.STRING),
        Arguments.of(Cases.literals(), Cases.listOf(Cases.NONE)),
        Arguments.of(
            Cases.literals(Cases.integer(1), Cases.integer(2)), Cases.listOf(Cases.INTEGER)),
        Arguments.of(
            Cases.literals(Cases.string("a"), Cases.integer(2)),
            Cases.listOf(Cases.unionOf(Cases.INTEGER, Cases.STRING))),
        Arguments.of(
            Cases.literals(Cases.literals(), Cases.literals(Cases.integer(1))),
            Cases.listOf(Cases.listOf(Cases.INTEGER))),
        Arguments.of(Cases.literals(Cases.literals()), Cases.listOf(Cases.listOf(Cases.NONE))),
        Arguments.of(Cases.literalMap(Map.of()), Cases.mapOf(Cases.NONE)),
        Arguments.of(
            Cases.literalMap(Map.of("a", Cases.integer(1), "b", Cases.integer(2))),
            Cases.mapOf(Cases.INTEGER)),
        Arguments.of(
            scalar(Scalar.newBuilder().setNoneType(Void.getDefaultInstance())), Cases.NONE),
        Arguments.of(
            scalar(Scalar.newBuilder().setBinary(Binary.newBuilder().setTag("msgpack"))), STRUCT),
        Arguments.of(
            scalar(Scalar.newBuilder().setBinary(Binary.newBuilder())),
            Cases.simple(SimpleType.BINARY)),
        Arguments.of(
            scalar(
                Scalar.newBuilder()
                    .setBlob(
                        Blob.newBuilder()
                            .setMetadata(
                                BlobMetadata.newBuilder()
                                    .setType(BlobType.newBuilder().setFormat("csv"))))),
            Cases.blob("csv")),
        Arguments.of(
            scalar(Scalar.newBuilder().setUnion(Union.newBuilder().setType(Cases.INTEGER))),
            Cases.unionOf(Cases.INTEGER)),
        Arguments.of(
            Literal.newBuilder()
                .setOffloadedMetadata(
                    LiteralOffloadedMetadata.newBuilder()
                        .setInferredType(Cases.listOf(Cases.INTEGER)))
                .build(),
            Cases.listOf(Cases.INTEGER)));
  }

  @ParameterizedTest
  @MethodSource("literals")
  void the_type_of_a_value_is_inferred(Literal literal, LiteralType expected) {
    assertThat(LiteralTypes.of(literal)).contains(expected);
  }

  @Test
  void a_value_of_unknown_kind_has_no_type() {
    assertThat(LiteralTypes.of(Literal.getDefaultInstance())).isEmpty();
    assertThat(LiteralTypes.of(Cases.literals(Literal.getDefaultInstance()))).isEmpty();
    assertThat(LiteralTypes.of(scalar(Scalar.newBuilder().setBlob(Blob.newBuilder())))).isEmpty();
  }

  @Test
  void types_read_as_flyte_prints_them() {
    assertThat(LiteralTypes.describe(Cases.INTEGER)).isEqualTo("simple:INTEGER");
    assertThat(LiteralTypes.describe(Cases.listOf(Cases.STRING)))
        .isEqualTo("collection_type:{simple:STRING}");
    assertThat(LiteralTypes.describe(Cases.enumOf("a\n\"b\"")))
        .isEqualTo("enum_type:{values:\"a\\n\\\"b\\\"\"}");
    assertThat(LiteralTypes.describe(LiteralType.getDefaultInstance())).isEqualTo("None");
    assertThat(
            LiteralTypes.describe(
                STRUCT.toBuilder()
                    .setStructure(
                        TypeStructure.newBuilder()
                            .putDataclassType("b", Cases.STRING)
                            .putDataclassType("a", Cases.INTEGER))
                    .build()))
        .isEqualTo(
            "simple: STRUCT structure{dataclass_type:{key:a value:{simple:INTEGER}, dataclass_type:{key:b value:{simple:STRING}}");
  }

  private static Arguments cast(LiteralType upstream, LiteralType downstream, boolean expected) {
    return Arguments.of(upstream, downstream, expected);
  }

  private static LiteralType tagless(LiteralType type, String metadataJson) throws Exception {
    Struct.Builder metadata = Struct.newBuilder();
    JsonFormat.parser().merge(metadataJson, metadata);
    return type.toBuilder().setMetadata(metadata).build();
  }

  private static LiteralType tagged(LiteralType type, String tag) {
    return type.toBuilder().setStructure(TypeStructure.newBuilder().setTag(tag)).build();
  }

  private static LiteralType schema(String... columns) {
    SchemaType.Builder schema = SchemaType.newBuilder();
    for (String column : columns) {
      int colon = column.indexOf(':');
      schema.addColumns(
          SchemaColumn.newBuilder()
              .setName(column.substring(0, colon))
              .setType(SchemaColumnType.valueOf(column.substring(colon + 1))));
    }
    return LiteralType.newBuilder().setSchema(schema).build();
  }

  private static LiteralType dataset(String format, String... columns) {
    StructuredDatasetType.Builder dataset = StructuredDatasetType.newBuilder().setFormat(format);
    for (String column : columns) {
      int colon = column.indexOf(':');
      dataset.addColumns(
          DatasetColumn.newBuilder()
              .setName(column.substring(0, colon))
              .setLiteralType(Cases.simple(SimpleType.valueOf(column.substring(colon + 1)))));
    }
    return LiteralType.newBuilder().setStructuredDatasetType(dataset).build();
  }

  private static Literal scalar(Scalar.Builder scalar) {
    return Literal.newBuilder().setScalar(scalar).build();
  }
}
