package dev.harrier.conformance.access;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.harrier.audit.redact.Decision;
import dev.harrier.audit.redact.FieldTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Texts that are each in one field of one request and nowhere else. */
final class Canaries {
  private static final Pattern PLAIN = Pattern.compile("cnry[0-9a-z]{8}end");
  private static final Pattern BASE64 = Pattern.compile("Y25ye[A-Za-z0-9+/]{15}");
  private static final int DIGITS_FROM = 36 * 36 * 36;

  private final FieldTable table = FieldTable.load();
  private final Map<String, Planted> planted = new HashMap<>();

  /**
   * A canary.
   *
   * @param path of its field
   * @param decision of the audit log's table: the strictest on the way to it
   */
  record Planted(String path, Decision decision) {}

  /** One that is in no field of an RPC. */
  String secret(String path) {
    return plant(path, Decision.DROP);
  }

  /** How many there are. */
  int count() {
    return planted.size();
  }

  /** How many variants of a message there are, so that each field of a choice is set in one. */
  static int variants(Message prototype) {
    var most = 1;
    var seen = new TreeSet<String>();
    var left = new ArrayDeque<>(Set.of(prototype.getDescriptorForType()));
    while (!left.isEmpty()) {
      var type = left.pop();
      if (seen.add(type.getFullName()) && !type.getFullName().startsWith("google.")) {
        for (OneofDescriptor choice : type.getRealOneofs()) {
          most = Math.max(most, choice.getFieldCount());
        }
        type.getFields().stream()
            .filter(field -> field.getJavaType() == JavaType.MESSAGE)
            .forEach(field -> left.push(field.getMessageType()));
      }
    }
    return most;
  }

  /** The message with a canary in each text that it does not have yet. */
  Message in(Message base, int variant, String rpc) {
    var builder = base.toBuilder();
    fill(builder, variant, rpc, Decision.KEEP, new ArrayDeque<>());
    return builder.build();
  }

  private void fill(
      Message.Builder message, int variant, String path, Decision above, Deque<String> types) {
    types.push(message.getDescriptorForType().getFullName());
    for (var field : message.getDescriptorForType().getFields()) {
      var choice = field.getRealContainingOneof();
      var chosen =
          choice == null
              || (message.hasOneof(choice)
                  ? message.hasField(field)
                  : choice.getField(variant % choice.getFieldCount()).equals(field));
      if (chosen && !field.getName().equals("limit")) {
        var below = path + "." + field.getName();
        var decision = stricter(above, table.find(field).orElse(Decision.DROP));
        if (field.isRepeated()) {
          repeated(message, field, variant, below, decision, types);
        } else {
          single(message, field, variant, below, decision, types);
        }
      }
    }
    types.pop();
  }

  private void repeated(
      Message.Builder message,
      FieldDescriptor field,
      int variant,
      String path,
      Decision decision,
      Deque<String> types) {
    if (message.getRepeatedFieldCount(field) > 0) {
      return;
    }
    if (field.getJavaType() == JavaType.MESSAGE) {
      if (within(field, types)) {
        var element = message.newBuilderForField(field);
        fill(element, variant, path, decision, types);
        message.addRepeatedField(field, element.build());
      }
    } else {
      text(field, path, decision).ifPresent(value -> message.addRepeatedField(field, value));
    }
  }

  private void single(
      Message.Builder message,
      FieldDescriptor field,
      int variant,
      String path,
      Decision decision,
      Deque<String> types) {
    if (field.getJavaType() == JavaType.MESSAGE) {
      if (field.getMessageType().getFullName().equals("google.protobuf.Struct")) {
        message.setField(field, struct(path, decision));
      } else if (within(field, types)) {
        var below = ((Message) message.getField(field)).toBuilder();
        fill(below, variant, path, decision, types);
        message.setField(field, below.build());
      }
    } else if (field.getJavaType() == JavaType.STRING
        ? ((String) message.getField(field)).isEmpty()
        : !message.hasField(field) || field.getJavaType() == JavaType.BYTE_STRING) {
      text(field, path, decision).ifPresent(value -> message.setField(field, value));
    }
  }

  private Struct struct(String path, Decision decision) {
    // The table says of the whole what becomes of its parts.
    var text = plant(path + ".fields", stricter(decision, Decision.HASH));
    return Struct.newBuilder()
        .putFields(text, Value.newBuilder().setStringValue(text).build())
        .build();
  }

  /** Messages that hold messages of their own sort have no end. */
  private static boolean within(FieldDescriptor field, Deque<String> types) {
    var name = field.getMessageType().getFullName();
    return !types.contains(name) && !name.startsWith("google.");
  }

  private Optional<Object> text(FieldDescriptor field, String path, Decision decision) {
    return switch (field.getJavaType()) {
      case STRING -> Optional.of(plant(path, decision));
      // Bytes that are kept are kept as a hash.
      case BYTE_STRING ->
          Optional.of(ByteString.copyFromUtf8(plant(path, stricter(decision, Decision.HASH))));
      case INT, LONG, FLOAT, DOUBLE, BOOLEAN, ENUM, MESSAGE -> Optional.empty();
    };
  }

  private String plant(String path, Decision decision) {
    var text = "cnry%8send".formatted(Long.toString(DIGITS_FROM + planted.size(), 36));
    text = text.replace(' ', '0');
    planted.put(text, new Planted(path, decision));
    return text;
  }

  /** What of them is in a text, plain or as bytes are written in JSON. */
  Set<Planted> found(String text) {
    var found = new java.util.HashSet<Planted>();
    PLAIN.matcher(text).results().forEach(one -> add(one.group(), found));
    BASE64
        .matcher(text)
        .results()
        .forEach(
            one ->
                add(
                    new String(Base64.getDecoder().decode(one.group()), StandardCharsets.UTF_8),
                    found));
    return found;
  }

  private void add(String text, Set<Planted> found) {
    var one = planted.get(text);
    if (one != null) {
      found.add(one);
    }
  }

  /** The paths of those in a text that the table keeps from it. */
  Set<String> leaked(String text, Decision... kept) {
    var paths = new TreeSet<String>();
    for (var one : found(text)) {
      if (one.decision() != Decision.KEEP && !Set.of(kept).contains(one.decision())) {
        paths.add(one.decision() + " " + one.path());
      }
    }
    return paths;
  }

  private static Decision stricter(Decision one, Decision other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
