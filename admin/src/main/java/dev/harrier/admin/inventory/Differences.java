package dev.harrier.admin.inventory;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import dev.harrier.compiler.ProtoText;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How a message differs from the one stored under its name: a line with the JSON pointer of each
 * changed value, then the old and the new one.
 *
 * <p>The text travels in a header of the answer, and clients take 32 KiB of headers in which a byte
 * may need three; so it is cut.
 */
public final class Differences {
  /** The longest text, in characters. */
  public static final int CHARACTERS_MAX = 6_000;

  /** The longest value that is shown whole, in characters. */
  private static final int VALUE_CHARACTERS_MAX = 400;

  private static final String CUT = "\n\n... [there are more differences than fit into an answer]";
  private static final String ABSENT = "(absent)";

  private final StringBuilder text = new StringBuilder();

  private Differences() {}

  /** The differences from {@code old} to {@code wanted}; empty if there are none. */
  public static String between(Message old, Message wanted) {
    var differences = new Differences();
    differences.compare("", old, wanted);
    return differences.text.toString();
  }

  private void compare(String path, Message old, Message wanted) {
    var fields = new TreeMap<Integer, FieldDescriptor>();
    old.getAllFields().keySet().forEach(field -> fields.put(field.getNumber(), field));
    wanted.getAllFields().keySet().forEach(field -> fields.put(field.getNumber(), field));
    for (var field : fields.values()) {
      if (full()) {
        return;
      }
      var below = path + "/" + field.getName();
      if (field.isMapField()) {
        compareMaps(below, map(old, field), map(wanted, field));
      } else if (field.isRepeated()) {
        compareLists(below, (List<?>) old.getField(field), (List<?>) wanted.getField(field));
      } else {
        compareValues(below, value(old, field), value(wanted, field));
      }
    }
  }

  private void compareMaps(String path, Map<String, Object> old, Map<String, Object> wanted) {
    var keys = new TreeSet<>(old.keySet());
    keys.addAll(wanted.keySet());
    for (var key : keys) {
      compareValues(
          path + "/" + key.replace("~", "~0").replace("/", "~1"),
          old.getOrDefault(key, ABSENT),
          wanted.getOrDefault(key, ABSENT));
    }
  }

  private void compareLists(String path, List<?> old, List<?> wanted) {
    for (var i = 0; i < Math.max(old.size(), wanted.size()) && !full(); i++) {
      compareValues(
          path + "/" + i,
          i < old.size() ? old.get(i) : ABSENT,
          i < wanted.size() ? wanted.get(i) : ABSENT);
    }
  }

  private void compareValues(String path, Object old, Object wanted) {
    if (old.equals(wanted) || full()) {
      return;
    }
    if (old instanceof Message before
        && wanted instanceof Message after
        && before.getDescriptorForType().equals(after.getDescriptorForType())) {
      compare(path, before, after);
      return;
    }
    text.append(text.isEmpty() ? "" : "\n")
        .append("%s:\n\t- %s \n\t+ %s".formatted(path, shown(old), shown(wanted)));
    if (text.length() > CHARACTERS_MAX) {
      text.setLength(CHARACTERS_MAX - CUT.length());
      text.append(CUT);
    }
  }

  private boolean full() {
    return text.length() >= CHARACTERS_MAX;
  }

  private static Object value(Message message, FieldDescriptor field) {
    return field.hasPresence() && !message.hasField(field) ? ABSENT : message.getField(field);
  }

  private static Map<String, Object> map(Message message, FieldDescriptor field) {
    var entries = new TreeMap<String, Object>();
    for (var entry : (List<?>) message.getField(field)) {
      if (entry instanceof MapEntry<?, ?> pair) {
        entries.put(String.valueOf(pair.getKey()), pair.getValue());
      }
    }
    return entries;
  }

  private static String shown(Object value) {
    var whole =
        switch (value) {
          case Message message -> "{" + ProtoText.of(message) + "}";
          case EnumValueDescriptor constant -> constant.getName();
          case ByteString bytes -> bytes.size() + " bytes";
          default -> String.valueOf(value);
        };
    return whole.length() <= VALUE_CHARACTERS_MAX
        ? whole
        : whole.substring(0, VALUE_CHARACTERS_MAX) + "…";
  }
}
