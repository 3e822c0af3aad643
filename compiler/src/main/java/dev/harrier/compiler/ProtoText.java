package dev.harrier.compiler;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Messages as one line of text in the form that Flyte's errors use, {@code simple:INTEGER} or
 * {@code collection_type:{simple:STRING}}.
 *
 * <p>Clients read these texts, and protobuf's own printer for Java writes another form ({@code
 * simple: INTEGER}). Map entries come in the order of their keys, so equal messages have equal
 * texts.
 */
public final class ProtoText {
  private ProtoText() {}

  /** The message on one line; the empty string for a message without any field set. */
  public static String of(Message message) {
    List<String> parts = new ArrayList<>();
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      if (field.isMapField()) {
        addMap(parts, field, (List<?>) entry.getValue());
      } else if (field.isRepeated()) {
        ((List<?>) entry.getValue()).forEach(value -> parts.add(labelled(field, value)));
      } else {
        parts.add(labelled(field, entry.getValue()));
      }
    }
    return String.join(" ", parts);
  }

  private static void addMap(List<String> parts, FieldDescriptor field, List<?> entries) {
    FieldDescriptor keyField = field.getMessageType().findFieldByNumber(1);
    FieldDescriptor valueField = field.getMessageType().findFieldByNumber(2);
    entries.stream()
        .map(entry -> (MapEntry<?, ?>) entry)
        .sorted(Comparator.comparing(entry -> String.valueOf(entry.getKey())))
        .forEach(
            entry ->
                parts.add(
                    field.getName()
                        + ":{"
                        + labelled(keyField, entry.getKey())
                        + " "
                        + labelled(valueField, entry.getValue())
                        + "}"));
  }

  private static String labelled(FieldDescriptor field, Object value) {
    return field.getName() + ":" + text(field, value);
  }

  private static String text(FieldDescriptor field, Object value) {
    return switch (value) {
      case Message nested -> "{" + of(nested) + "}";
      case EnumValueDescriptor constant -> constant.getName();
      // The generated map entry of an enum holds the bare number.
      case Integer number when field.getJavaType() == FieldDescriptor.JavaType.ENUM ->
          field.getEnumType().findValueByNumberCreatingIfUnknown(number).getName();
      case String string -> "\"" + escaped(string) + "\"";
      case ByteString bytes -> "\"" + TextFormat.escapeBytes(bytes) + "\"";
      default -> value.toString();
    };
  }

  private static String escaped(String string) {
    return TextFormat.escapeDoubleQuotesAndBackslashes(string)
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t");
  }
}
