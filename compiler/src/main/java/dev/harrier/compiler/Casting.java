package dev.harrier.compiler;

import flyteidl.core.Types.LiteralType;
import flyteidl.core.Types.SchemaType;
import flyteidl.core.Types.SchemaType.SchemaColumn.SchemaColumnType;
import flyteidl.core.Types.SimpleType;
import flyteidl.core.Types.StructuredDatasetType;
import flyteidl.core.Types.StructuredDatasetType.DatasetColumn;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Flyte's casting rules, one method per kind of the downstream type. */
final class Casting {
  private static final String PARQUET = "parquet";

  private Casting() {}

  static boolean castable(LiteralType upstream, LiteralType downstream) {
    // A union of one variant stands for that variant: this is how a union's literal shows its type.
    if (upstream.hasUnionType()
        && upstream.getUnionType().getVariantsCount() == 1
        && accepts(downstream, upstream.getUnionType().getVariants(0))) {
      return true;
    }
    return accepts(downstream, upstream);
  }

  private static boolean accepts(LiteralType downstream, LiteralType upstream) {
    return switch (downstream.getTypeCase()) {
      case COLLECTION_TYPE ->
          upstream.hasCollectionType()
              && acceptsElement(downstream.getCollectionType(), upstream.getCollectionType());
      case MAP_VALUE_TYPE ->
          upstream.hasMapValueType()
              && acceptsElement(downstream.getMapValueType(), upstream.getMapValueType());
      case BLOB -> acceptsBlob(downstream, upstream);
      case SCHEMA -> acceptsAsSchema(downstream.getSchema(), upstream);
      case UNION_TYPE -> acceptsAsUnion(downstream, upstream);
      case STRUCTURED_DATASET_TYPE ->
          acceptsAsDataset(downstream.getStructuredDatasetType(), upstream);
      case SIMPLE, ENUM_TYPE, TYPE_NOT_SET ->
          LiteralTypes.isNone(downstream)
              ? LiteralTypes.isNone(upstream)
              : acceptsPlain(downstream, upstream);
    };
  }

  /** An empty list or map has elements of type none and fits every list or map. */
  private static boolean acceptsElement(LiteralType downstream, LiteralType upstream) {
    return LiteralTypes.isNone(upstream) || accepts(downstream, upstream);
  }

  private static boolean acceptsBlob(LiteralType downstream, LiteralType upstream) {
    if (!upstream.hasBlob()) {
      return false;
    }
    String given = upstream.getBlob().getFormat();
    String wanted = downstream.getBlob().getFormat();
    return given.isEmpty() || wanted.isEmpty() || given.equals(wanted);
  }

  private static boolean acceptsPlain(LiteralType downstream, LiteralType upstream) {
    if (upstream.hasEnumType() && isString(downstream)) {
      return true;
    }
    if (downstream.hasEnumType() && isString(upstream)) {
      return true;
    }
    String upstreamTag = upstream.getStructure().getTag();
    if (!upstreamTag.isEmpty() && !upstreamTag.equals(downstream.getStructure().getTag())) {
      return false;
    }
    if (LiteralTypes.isStruct(upstream) && LiteralTypes.isStruct(downstream)) {
      // Structs from clients that send no JSON schema (old ones, plain dicts) fit any struct.
      return !upstream.hasMetadata()
          || !downstream.hasMetadata()
          || JsonSchemas.fits(upstream.getMetadata(), downstream.getMetadata());
    }
    return bare(upstream).equals(bare(downstream));
  }

  private static boolean isString(LiteralType type) {
    return type.hasSimple() && type.getSimple() == SimpleType.STRING;
  }

  /** The type without what a client attaches to it for its own use. */
  private static LiteralType bare(LiteralType type) {
    return type.toBuilder().clearStructure().clearMetadata().clearAnnotation().build();
  }

  private static boolean acceptsAsUnion(LiteralType downstream, LiteralType upstream) {
    List<LiteralType> variants = downstream.getUnionType().getVariantsList();
    if (upstream.hasUnionType()) {
      return upstream.getUnionType().getVariantsList().stream()
          .allMatch(given -> variants.stream().anyMatch(variant -> castable(given, variant)));
    }
    // A value that two variants take is refused: nobody could tell which one was meant.
    return variants.stream().filter(variant -> castable(upstream, variant)).limit(2).count() == 1;
  }

  private static boolean acceptsAsSchema(SchemaType downstream, LiteralType upstream) {
    if (upstream.hasSchema()) {
      return acceptsSchema(downstream, upstream.getSchema());
    }
    if (!upstream.hasStructuredDatasetType()) {
      return false;
    }
    StructuredDatasetType dataset = upstream.getStructuredDatasetType();
    if (!isParquet(dataset.getFormat())) {
      return false;
    }
    if (dataset.getColumnsCount() == 0 || downstream.getColumnsCount() == 0) {
      return true;
    }
    Map<String, LiteralType> given = columns(dataset);
    return downstream.getColumnsList().stream()
        .allMatch(
            column -> {
              LiteralType type = given.get(column.getName());
              return type != null && sameColumn(column.getType(), type);
            });
  }

  private static boolean acceptsSchema(SchemaType downstream, SchemaType upstream) {
    if (upstream.getColumnsCount() == 0 || downstream.getColumnsCount() == 0) {
      return true;
    }
    Map<String, SchemaColumnType> given = columns(upstream);
    return downstream.getColumnsList().stream()
        .allMatch(column -> column.getType() == given.get(column.getName()));
  }

  private static boolean acceptsAsDataset(StructuredDatasetType downstream, LiteralType upstream) {
    if (LiteralTypes.isNone(upstream)) {
      return true;
    }
    if (upstream.hasStructuredDatasetType()) {
      return acceptsDataset(downstream, upstream.getStructuredDatasetType());
    }
    if (!upstream.hasSchema() || !isParquet(downstream.getFormat())) {
      return false;
    }
    if (upstream.getSchema().getColumnsCount() == 0 || downstream.getColumnsCount() == 0) {
      return true;
    }
    Map<String, SchemaColumnType> given = columns(upstream.getSchema());
    return downstream.getColumnsList().stream()
        .allMatch(
            column -> {
              SchemaColumnType type = given.get(column.getName());
              return type != null && sameColumn(type, column.getLiteralType());
            });
  }

  private static boolean acceptsDataset(
      StructuredDatasetType downstream, StructuredDatasetType upstream) {
    String given = upstream.getFormat();
    String wanted = downstream.getFormat();
    if (!given.isEmpty() && !wanted.isEmpty() && !given.equalsIgnoreCase(wanted)) {
      return false;
    }
    if (upstream.getColumnsCount() == 0 || downstream.getColumnsCount() == 0) {
      return true;
    }
    Map<String, LiteralType> columns = columns(upstream);
    return downstream.getColumnsList().stream()
        .allMatch(
            column -> {
              LiteralType type = columns.get(column.getName());
              return type != null && accepts(column.getLiteralType(), type);
            });
  }

  /** A schema is always stored as Parquet, and a dataset without format may be. */
  private static boolean isParquet(String format) {
    return format.isEmpty() || format.equalsIgnoreCase(PARQUET);
  }

  private static boolean sameColumn(SchemaColumnType schema, LiteralType dataset) {
    SimpleType wanted =
        switch (schema) {
          case INTEGER -> SimpleType.INTEGER;
          case FLOAT -> SimpleType.FLOAT;
          case STRING -> SimpleType.STRING;
          case BOOLEAN -> SimpleType.BOOLEAN;
          case DATETIME -> SimpleType.DATETIME;
          case DURATION -> SimpleType.DURATION;
          case UNRECOGNIZED -> SimpleType.UNRECOGNIZED;
        };
    return dataset.hasSimple() && dataset.getSimple() == wanted;
  }

  private static Map<String, SchemaColumnType> columns(SchemaType schema) {
    return schema.getColumnsList().stream()
        .collect(
            Collectors.toMap(
                SchemaType.SchemaColumn::getName,
                SchemaType.SchemaColumn::getType,
                (first, last) -> last));
  }

  private static Map<String, LiteralType> columns(StructuredDatasetType dataset) {
    return dataset.getColumnsList().stream()
        .collect(
            Collectors.toMap(
                DatasetColumn::getName, DatasetColumn::getLiteralType, (first, last) -> last));
  }
}
