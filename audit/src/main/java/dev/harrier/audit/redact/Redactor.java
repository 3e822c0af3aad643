package dev.harrier.audit.redact;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.harrier.audit.record.CanonicalJson;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Writes what may be recorded of a message: what the table keeps as it is, of what it hashes a
 * keyed hash, and nothing else. Fields that the protocol of this release does not know are no
 * fields here.
 */
public final class Redactor {
  private static final int TEXT_MAX = 256;
  private static final int ELEMENTS_MAX = 50;
  private static final int DEPTH_MAX = 12;

  private final FieldTable table;
  private final ValueHash hash;
  private final boolean hashAddresses;

  /**
   * @param hashAddresses whether the addresses of callers are hashed, too
   */
  public Redactor(FieldTable table, ValueHash hash, boolean hashAddresses) {
    this.table = requireNonNull(table, "table");
    this.hash = requireNonNull(hash, "hash");
    this.hashAddresses = hashAddresses;
  }

  /** An address, as it may be recorded. */
  public String address(String address) {
    return hashAddresses ? hash.of(address) : address;
  }

  /** A hash of the whole message that tells nothing to whoever lacks the key. */
  public String digest(Message message) {
    return hash.of(message.toByteArray());
  }

  /** Writes a message as an object. */
  public void write(Message message, CanonicalJson json) {
    write(message, json, 0);
  }

  private void write(Message message, CanonicalJson json, int depth) {
    json.open();
    var fields = new ArrayList<>(message.getAllFields().keySet());
    fields.sort(Comparator.comparing(FieldDescriptor::getName));
    for (var field : fields) {
      var decision = table.decision(field);
      if (decision == Decision.DROP || depth == DEPTH_MAX) {
        continue;
      }
      json.name(field.getName());
      if (field.isRepeated()) {
        repeated((Collection<?>) message.getField(field), decision, json, depth);
      } else {
        one(message.getField(field), decision, json, depth);
      }
    }
    json.close();
  }

  // A map of the protocol is a list of entries here: its keys are values like others.
  private void repeated(Collection<?> values, Decision decision, CanonicalJson json, int depth) {
    json.openArray();
    for (var value : List.copyOf(values).subList(0, Math.min(values.size(), ELEMENTS_MAX))) {
      json.element();
      one(value, decision, json, depth);
    }
    json.closeArray();
  }

  private void one(Object value, Decision decision, CanonicalJson json, int depth) {
    if (decision == Decision.HASH) {
      json.string(
          switch (value) {
            case Message message -> hash.of(message.toByteArray());
            case ByteString bytes -> hash.of(bytes.toByteArray());
            default -> hash.of(String.valueOf(value));
          });
      return;
    }
    switch (value) {
      case Message message -> write(message, json, depth + 1);
      case ByteString bytes -> json.string(hash.of(bytes.toByteArray()));
      case EnumValueDescriptor constant -> json.string(constant.getName());
      case Boolean truth -> json.truth(truth);
      case Long number -> json.number(number);
      case Integer number -> json.number(number);
      case String text ->
          json.string(text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX) + "...");
      default -> json.string(String.valueOf(value));
    }
  }
}
