package dev.harrier.server.http;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.JsonFormat.TypeRegistry;
import dev.harrier.spi.Rejection;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a message is written over HTTP, chosen as flyteadmin 1.16 chooses: who says {@code
 * application/json} gets the names of the proto, who says {@code application/octet-stream} binary
 * protobuf, and anybody else JSON with names in camel case. Unset fields are written in both.
 */
enum WireForm {
  PROTO_NAMES("application/json"),
  CAMEL_CASE("application/json"),
  BINARY("application/octet-stream");

  private static final String WELL_KNOWN = "google.protobuf";

  private final String contentType;

  WireForm(String contentType) {
    this.contentType = contentType;
  }

  String contentType() {
    return contentType;
  }

  /** The form of a request's body. */
  static WireForm ofBody(@Nullable String contentType) {
    return named(contentType).orElse(CAMEL_CASE);
  }

  /** The form of the answer: the one accepted, else that of the body. */
  static WireForm ofAnswer(@Nullable String accept, @Nullable String contentType) {
    return named(accept).orElseGet(() -> ofBody(contentType));
  }

  // Only a header that is just this type counts, as with flyteadmin; a browser's list does not.
  private static Optional<WireForm> named(@Nullable String header) {
    if (header == null) {
      return Optional.empty();
    }
    var semicolon = header.indexOf(';');
    return switch ((semicolon < 0 ? header : header.substring(0, semicolon)).strip()) {
      case "application/json" -> Optional.of(PROTO_NAMES);
      case "application/octet-stream" -> Optional.of(BINARY);
      default -> Optional.empty();
    };
  }

  /** Reads a body; an empty one is an empty message. Fields that the message lacks are refused. */
  void read(byte[] body, Message.Builder into, TypeRegistry types) {
    if (body.length == 0) {
      return;
    }
    try {
      if (this == BINARY) {
        into.mergeFrom(body);
      } else {
        JsonFormat.parser()
            .usingTypeRegistry(types)
            .merge(new String(body, StandardCharsets.UTF_8), into);
      }
    } catch (InvalidProtocolBufferException e) {
      throw Rejection.invalid(
          "The body is no %s: %s"
              .formatted(
                  into.getDescriptorForType().getFullName(), String.valueOf(e.getMessage())));
    }
  }

  /** Writes an answer. */
  byte[] write(Message message, TypeRegistry types) {
    if (this == BINARY) {
      return message.toByteArray();
    }
    var printer =
        JsonFormat.printer()
            .usingTypeRegistry(types)
            .alwaysPrintFieldsWithNoPresence()
            .omittingInsignificantWhitespace();
    if (this == PROTO_NAMES) {
      printer = printer.preservingProtoFieldNames();
    }
    try {
      return json(message, printer);
    } catch (IllegalArgumentException unprintable) {
      return json(Printable.of(message), printer);
    }
  }

  private byte[] json(Message message, JsonFormat.Printer printer) {
    try {
      var json = JsonParser.parseString(printer.print(message));
      addNulls(message, json);
      return ByteString.copyFromUtf8(json.toString()).toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(
          "no JSON of a " + message.getDescriptorForType().getFullName(), e);
    }
  }

  // Clients in Go and the console expect unset messages as null, which JsonFormat leaves out.
  private void addNulls(Message message, JsonElement json) {
    if (message.getDescriptorForType().getFile().getPackage().equals(WELL_KNOWN)
        || !(json instanceof JsonObject object)) {
      return;
    }
    for (var field : message.getDescriptorForType().getFields()) {
      if (field.getJavaType() != JavaType.MESSAGE) {
        continue;
      }
      var name = this == PROTO_NAMES ? field.getName() : field.getJsonName();
      if (field.isMapField()) {
        addNullsToMap(message, field, object, name);
      } else if (field.isRepeated()) {
        for (var i = 0; i < message.getRepeatedFieldCount(field); i++) {
          addNulls(
              (Message) message.getRepeatedField(field, i), object.getAsJsonArray(name).get(i));
        }
      } else if (message.hasField(field)) {
        addNulls((Message) message.getField(field), object.get(name));
      } else if (field.getContainingOneof() == null) {
        object.add(name, JsonNull.INSTANCE);
      }
    }
  }

  private void addNullsToMap(
      Message message,
      com.google.protobuf.Descriptors.FieldDescriptor field,
      JsonObject object,
      String name) {
    var entryType = field.getMessageType();
    var valueField = entryType.findFieldByNumber(2);
    if (valueField.getJavaType() != JavaType.MESSAGE) {
      return;
    }
    for (var i = 0; i < message.getRepeatedFieldCount(field); i++) {
      var entry = (Message) message.getRepeatedField(field, i);
      var key = String.valueOf(entry.getField(entryType.findFieldByNumber(1)));
      addNulls((Message) entry.getField(valueField), object.getAsJsonObject(name).get(key));
    }
  }
}
