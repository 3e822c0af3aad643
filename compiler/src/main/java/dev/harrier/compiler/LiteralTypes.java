package dev.harrier.compiler;

import flyteidl.core.Interface.Variable;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralCollection;
import flyteidl.core.Literals.Primitive;
import flyteidl.core.Literals.Scalar;
import flyteidl.core.Types.LiteralType;
import flyteidl.core.Types.SimpleType;
import flyteidl.core.Types.StructuredDatasetType;
import flyteidl.core.Types.UnionType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The types of literals: which one a value has, which fits which, and how one reads in an error.
 */
public final class LiteralTypes {
  /** The tag that flytekit puts on binary scalars that hold a dataclass, model or dict. */
  private static final String MESSAGE_PACK_TAG = "msgpack";

  private LiteralTypes() {}

  /**
   * The type of a value, as far as the value shows it.
   *
   * <p>An empty list or map has elements of type none, which fits any list or map. Elements of
   * several types make a union, its variants ordered by their text. A value kept outside brings its
   * own type along.
   *
   * @return nothing if the value is of a kind that this release does not know
   */
  public static Optional<LiteralType> of(Literal literal) {
    return switch (literal.getValueCase()) {
      case SCALAR -> of(literal.getScalar());
      case COLLECTION ->
          ofElements(literal.getCollection().getLiteralsList())
              .map(element -> LiteralType.newBuilder().setCollectionType(element).build());
      case MAP ->
          ofElements(literal.getMap().getLiteralsMap().values())
              .map(element -> LiteralType.newBuilder().setMapValueType(element).build());
      case OFFLOADED_METADATA ->
          literal.getOffloadedMetadata().hasInferredType()
              ? Optional.of(literal.getOffloadedMetadata().getInferredType())
              : Optional.empty();
      case VALUE_NOT_SET -> Optional.empty();
    };
  }

  /** The type of a scalar; nothing if it holds no value, or a blob without metadata. */
  public static Optional<LiteralType> of(Scalar scalar) {
    return switch (scalar.getValueCase()) {
      case PRIMITIVE -> Optional.of(of(scalar.getPrimitive()));
      case BLOB ->
          scalar.getBlob().hasMetadata()
              ? Optional.of(
                  LiteralType.newBuilder()
                      .setBlob(scalar.getBlob().getMetadata().getType())
                      .build())
              : Optional.empty();
      case BINARY ->
          Optional.of(
              simple(
                  scalar.getBinary().getTag().equals(MESSAGE_PACK_TAG)
                      ? SimpleType.STRUCT
                      : SimpleType.BINARY));
      case SCHEMA ->
          Optional.of(LiteralType.newBuilder().setSchema(scalar.getSchema().getType()).build());
      case STRUCTURED_DATASET -> {
        StructuredDatasetType dataset =
            scalar.getStructuredDataset().getMetadata().getStructuredDatasetType();
        yield Optional.of(LiteralType.newBuilder().setStructuredDatasetType(dataset).build());
      }
      case NONE_TYPE -> Optional.of(simple(SimpleType.NONE));
      case ERROR -> Optional.of(simple(SimpleType.ERROR));
      case GENERIC -> Optional.of(simple(SimpleType.STRUCT));
      case UNION -> Optional.of(union(List.of(scalar.getUnion().getType())));
      case VALUE_NOT_SET -> Optional.empty();
    };
  }

  /** The type of a primitive; none if it holds no value. */
  public static LiteralType of(Primitive primitive) {
    return simple(
        switch (primitive.getValueCase()) {
          case INTEGER -> SimpleType.INTEGER;
          case FLOAT_VALUE -> SimpleType.FLOAT;
          case STRING_VALUE -> SimpleType.STRING;
          case BOOLEAN -> SimpleType.BOOLEAN;
          case DATETIME -> SimpleType.DATETIME;
          case DURATION -> SimpleType.DURATION;
          case VALUE_NOT_SET -> SimpleType.NONE;
        });
  }

  /**
   * Whether a value of the upstream type can be handed to an input of the downstream type.
   *
   * <p>The rules are those of Flyte 1.16: equal types fit; an enum and a string fit each other; a
   * blob without format, a schema or dataset without columns and an empty list or map fit any of
   * their kind; a schema fits a Parquet dataset and the other way round; a value fits a union if
   * exactly one variant takes it; a union fits a union if each of its variants does.
   */
  public static boolean castable(LiteralType upstream, LiteralType downstream) {
    return Casting.castable(upstream, downstream);
  }

  /** The type as errors show it, {@code simple:INTEGER}; {@code None} if there is no type. */
  public static String describe(LiteralType type) {
    if (type.equals(LiteralType.getDefaultInstance())) {
      return "None";
    }
    if (isStruct(type)) {
      StringBuilder fields = new StringBuilder();
      new TreeMap<>(type.getStructure().getDataclassTypeMap())
          .forEach(
              (name, field) -> {
                fields.append(fields.isEmpty() ? "" : ", ");
                fields.append("dataclass_type:{key:").append(name);
                fields.append(" value:{").append(describe(field)).append('}');
              });
      return "simple: STRUCT structure{" + fields + "}";
    }
    return ProtoText.of(type);
  }

  static LiteralType simple(SimpleType simple) {
    return LiteralType.newBuilder().setSimple(simple).build();
  }

  /** The type, or none. */
  static LiteralType orNone(LiteralType type) {
    return union(List.of(type, simple(SimpleType.NONE)));
  }

  static boolean isStruct(LiteralType type) {
    return type.hasSimple() && type.getSimple() == SimpleType.STRUCT;
  }

  static boolean isNone(LiteralType type) {
    return type.hasSimple() && type.getSimple() == SimpleType.NONE;
  }

  /**
   * Whether an input may stay unbound: its type is a union with none among the variants.
   *
   * <p>Flyte 1.16 also counts a variant that is no simple type at all (a list, a blob) as none
   * here. A workflow that it registers must register here, so this does as well; the task then
   * finds its input missing.
   */
  static boolean optional(Variable variable) {
    return variable.getType().getUnionType().getVariantsList().stream()
        .anyMatch(variant -> variant.getSimple() == SimpleType.NONE);
  }

  private static Optional<LiteralType> ofElements(Collection<Literal> elements) {
    Map<String, LiteralType> distinct = new TreeMap<>();
    Optional<LiteralType> emptyList = Optional.empty();
    for (Literal element : elements) {
      Optional<LiteralType> type = of(element);
      if (type.isEmpty()) {
        return Optional.empty();
      }
      if (isEmptyCollection(element)) {
        emptyList = type;
      } else {
        distinct.put(ProtoText.of(type.orElseThrow()), type.orElseThrow());
      }
    }
    return switch (distinct.size()) {
      // An empty list tells nothing of its elements, so it counts only where there is nothing else.
      case 0 -> Optional.of(emptyList.orElseGet(() -> simple(SimpleType.NONE)));
      case 1 -> Optional.of(distinct.values().iterator().next());
      default -> Optional.of(unionOf(List.copyOf(distinct.values())));
    };
  }

  private static boolean isEmptyCollection(Literal literal) {
    LiteralCollection collection = literal.getCollection();
    return literal.hasCollection() && collection.getLiteralsCount() == 0;
  }

  /** Lists of unions are merged into one list of the union of their variants. */
  private static LiteralType unionOf(List<LiteralType> types) {
    List<LiteralType> variants = new ArrayList<>();
    boolean nested = false;
    for (LiteralType type : types) {
      if (type.hasCollectionType() && type.getCollectionType().hasUnionType()) {
        nested = true;
        variants.addAll(type.getCollectionType().getUnionType().getVariantsList());
      } else {
        variants.add(type);
      }
    }
    LiteralType union = union(variants);
    return nested ? LiteralType.newBuilder().setCollectionType(union).build() : union;
  }

  private static LiteralType union(List<LiteralType> variants) {
    return LiteralType.newBuilder()
        .setUnionType(UnionType.newBuilder().addAllVariants(variants))
        .build();
  }
}
