package dev.harrier.server.demo;

import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import dev.harrier.spi.Wire;
import flyteidl.core.Literals.Binary;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.Primitive;
import flyteidl.core.Literals.Scalar;
import java.io.IOException;
import java.util.stream.Collectors;
import org.msgpack.core.MessagePack;

/** A literal as a person would write it; long ones are cut. */
final class LiteralText {
  /** Items shown of a list or map. */
  private static final int ITEMS_MAX = 5;

  /** Characters shown of one value. */
  private static final int TEXT_MAX = 400;

  private LiteralText() {}

  static String of(Literal literal) {
    var text = whole(literal);
    return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX) + " ...";
  }

  private static String whole(Literal literal) {
    return switch (literal.getValueCase()) {
      case SCALAR -> scalar(literal.getScalar());
      case COLLECTION -> {
        var items = literal.getCollection().getLiteralsList();
        yield items.stream()
                .limit(ITEMS_MAX)
                .map(LiteralText::whole)
                .collect(Collectors.joining(", ", "[", items.size() > ITEMS_MAX ? ", " : "]"))
            + (items.size() > ITEMS_MAX ? "... %d in all]".formatted(items.size()) : "");
      }
      case MAP -> {
        var entries = literal.getMap().getLiteralsMap();
        yield entries.entrySet().stream()
                .sorted(java.util.Map.Entry.comparingByKey())
                .limit(ITEMS_MAX)
                .map(entry -> entry.getKey() + ": " + whole(entry.getValue()))
                .collect(Collectors.joining(", ", "{", entries.size() > ITEMS_MAX ? ", " : "}"))
            + (entries.size() > ITEMS_MAX ? "... %d in all}".formatted(entries.size()) : "");
      }
      case OFFLOADED_METADATA -> literal.getOffloadedMetadata().getUri();
      case VALUE_NOT_SET -> "";
    };
  }

  private static String scalar(Scalar scalar) {
    return switch (scalar.getValueCase()) {
      case PRIMITIVE -> primitive(scalar.getPrimitive());
      case BLOB -> scalar.getBlob().getUri();
      case BINARY -> binary(scalar.getBinary());
      case SCHEMA -> scalar.getSchema().getUri();
      case NONE_TYPE -> "None";
      case ERROR -> scalar.getError().getMessage();
      case GENERIC -> json(scalar.getGeneric());
      case STRUCTURED_DATASET -> scalar.getStructuredDataset().getUri();
      case UNION -> whole(scalar.getUnion().getValue());
      case VALUE_NOT_SET -> "";
    };
  }

  private static String primitive(Primitive primitive) {
    return switch (primitive.getValueCase()) {
      case INTEGER -> Long.toString(primitive.getInteger());
      case FLOAT_VALUE -> Double.toString(primitive.getFloatValue());
      case STRING_VALUE -> '"' + primitive.getStringValue() + '"';
      case BOOLEAN -> Boolean.toString(primitive.getBoolean());
      case DATETIME -> datetime(primitive.getDatetime());
      case DURATION -> duration(primitive.getDuration());
      case VALUE_NOT_SET -> "";
    };
  }

  private static String datetime(Timestamp timestamp) {
    return Wire.instant(timestamp).toString();
  }

  private static String duration(Duration duration) {
    return java.time.Duration.ofSeconds(duration.getSeconds(), duration.getNanos()).toString();
  }

  private static String binary(Binary binary) {
    if (!binary.getTag().equals("msgpack")) {
      return "%d bytes".formatted(binary.getValue().size());
    }
    try (var unpacker = MessagePack.newDefaultUnpacker(binary.getValue().toByteArray())) {
      return unpacker.unpackValue().toJson();
    } catch (IOException broken) {
      return "%d bytes that are no msgpack".formatted(binary.getValue().size());
    }
  }

  private static String json(com.google.protobuf.Struct struct) {
    try {
      return JsonFormat.printer().omittingInsignificantWhitespace().print(struct);
    } catch (InvalidProtocolBufferException broken) {
      return struct.toString();
    }
  }
}
