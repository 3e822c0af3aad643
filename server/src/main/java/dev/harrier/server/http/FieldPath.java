package dev.harrier.server.http;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.harrier.spi.Rejection;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sets fields of a request from text: those in a path and those in a query. */
final class FieldPath {
  private FieldPath() {}

  /**
   * Sets a field.
   *
   * @param path e.g. {@code id.project} or {@code sort_by.key}; names as in the proto or in JSON
   * @param values one, or several of a repeated field
   * @return whether there is such a field
   */
  static boolean set(Message.Builder message, String path, List<String> values) {
    var builder = message;
    var names = path.split("\\.", -1);
    for (var i = 0; i < names.length - 1; i++) {
      var field = field(builder.getDescriptorForType(), names[i]);
      if (field == null || field.getJavaType() != JavaType.MESSAGE || field.isRepeated()) {
        return false;
      }
      builder = builder.getFieldBuilder(field);
    }
    var field = field(builder.getDescriptorForType(), names[names.length - 1]);
    if (field == null || field.isMapField()) {
      return false;
    }
    if (field.isRepeated()) {
      for (var value : values) {
        builder.addRepeatedField(field, parsed(field, path, value));
      }
    } else if (values.size() > 1) {
      throw Rejection.invalid(
          "The parameter '%s' is given %s times, expected once.", path, values.size());
    } else {
      builder.setField(field, parsed(field, path, values.getFirst()));
    }
    return true;
  }

  private static @Nullable FieldDescriptor field(Descriptor message, String name) {
    var field = message.findFieldByName(name);
    if (field != null) {
      return field;
    }
    for (var candidate : message.getFields()) {
      if (candidate.getJsonName().equals(name)) {
        return candidate;
      }
    }
    return null;
  }

  private static Object parsed(FieldDescriptor field, String path, String text) {
    try {
      return switch (field.getJavaType()) {
        case INT -> unsigned(field) ? Integer.parseUnsignedInt(text) : Integer.parseInt(text);
        case LONG -> unsigned(field) ? Long.parseUnsignedLong(text) : Long.parseLong(text);
        case FLOAT -> Float.parseFloat(text);
        case DOUBLE -> Double.parseDouble(text);
        case BOOLEAN -> truth(text);
        case STRING -> text;
        case BYTE_STRING -> bytes(text);
        case ENUM -> number(field.getEnumType(), text);
        case MESSAGE -> message(field, text);
      };
    } catch (IllegalArgumentException | InvalidProtocolBufferException e) {
      throw Rejection.invalid(
          "The parameter '%s' expects a value of type %s, found '%s'."
              .formatted(path, typeName(field), text));
    }
  }

  private static boolean unsigned(FieldDescriptor field) {
    var type = field.getType();
    return type == FieldDescriptor.Type.UINT32
        || type == FieldDescriptor.Type.FIXED32
        || type == FieldDescriptor.Type.UINT64
        || type == FieldDescriptor.Type.FIXED64;
  }

  private static boolean truth(String text) {
    return switch (text) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFrom(
        Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/')));
  }

  private static Object number(EnumDescriptor type, String text) {
    var value = type.findValueByName(text);
    // A number that no name stands for is kept, as gRPC keeps it; the use case refuses it.
    return value != null ? value : type.findValueByNumberCreatingIfUnknown(Integer.parseInt(text));
  }

  // Timestamps, durations and wrapped scalars have a form in JSON that is a plain word.
  private static Object message(FieldDescriptor field, String text)
      throws InvalidProtocolBufferException {
    var builder = com.google.protobuf.DynamicMessage.newBuilder(field.getMessageType());
    if (!field.getMessageType().getFile().getPackage().equals("google.protobuf")) {
      throw new IllegalArgumentException(text);
    }
    var quoted = new com.google.gson.JsonPrimitive(text).toString();
    JsonFormat.parser().merge(quoted, builder);
    return builder.build();
  }

  private static String typeName(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case ENUM -> field.getEnumType().getFullName();
      case MESSAGE -> field.getMessageType().getFullName();
      default -> field.getType().name().toLowerCase(java.util.Locale.ROOT);
    };
  }
}
