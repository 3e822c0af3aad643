package dev.harrier.spi;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import flyteidl.core.Literals.Binary;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralCollection;
import flyteidl.core.Literals.Primitive;
import flyteidl.core.Literals.Scalar;
import flyteidl.core.Literals.Void;
import flyteidl.core.Types.OutputReference;
import flyteidl.core.Types.PromiseAttribute;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import org.msgpack.core.MessagePack;
import org.msgpack.value.ValueFactory;

/**
 * Follows a path such as {@code .config.sizes[2]} into a literal: through collections and maps, and
 * on into a struct or a MessagePack document as dataclasses become.
 *
 * <p>As FlytePropeller 1.16 does it: a number in a struct becomes a float, what remains of a
 * MessagePack document stays MessagePack under the same tag.
 */
public final class LiteralPaths {
  /**
   * The key in a reference's metadata under which a path waits that is still to be followed in what
   * the reference leads to: whoever decides does not read blobs.
   */
  static final String PENDING = "harrier.dev/path";

  private LiteralPaths() {}

  /**
   * The value at the end of a path. A literal that was offloaded is not read: what comes back is
   * its reference, with the path kept in it.
   *
   * @throws NoValueException if there is none; its text says at which step
   */
  public static Literal follow(Literal from, List<PromiseAttribute> path) {
    var literal = from;
    for (var depth = 0; depth < path.size(); depth++) {
      var rest = path.subList(depth, path.size());
      var attribute = rest.getFirst();
      switch (literal.getValueCase()) {
        case MAP -> {
          var entry = literal.getMap().getLiteralsMap().get(attribute.getStringValue());
          literal = found(path, depth, entry);
        }
        case COLLECTION -> {
          var items = literal.getCollection().getLiteralsList();
          var index = attribute.getIntValue();
          literal =
              found(path, depth, index >= 0 && index < items.size() ? items.get(index) : null);
        }
        case SCALAR -> {
          var scalar = literal.getScalar();
          return switch (scalar.getValueCase()) {
            case GENERIC -> inStruct(scalar.getGeneric(), path, depth);
            case BINARY -> inMessagePack(scalar.getBinary(), path, depth);
            case UNION -> follow(scalar.getUnion().getValue(), rest);
            default ->
                throw missing(path, depth, "a %s has no parts".formatted(scalar.getValueCase()));
          };
        }
        case OFFLOADED_METADATA -> {
          return waiting(literal, rest);
        }
        case VALUE_NOT_SET -> throw missing(path, depth, "there is no value");
      }
    }
    return literal;
  }

  private static Literal inStruct(Struct struct, List<PromiseAttribute> path, int from) {
    var value = Value.newBuilder().setStructValue(struct).build();
    for (var depth = from; depth < path.size(); depth++) {
      var attribute = path.get(depth);
      Value next = null;
      if (value.hasStructValue()) {
        next = value.getStructValue().getFieldsMap().get(attribute.getStringValue());
      } else if (value.hasListValue()) {
        var items = value.getListValue().getValuesList();
        var index = attribute.getIntValue();
        next = index >= 0 && index < items.size() ? items.get(index) : null;
      }
      value = found(path, depth, next);
    }
    return literal(value);
  }

  private static Literal literal(Value value) {
    return switch (value.getKindCase()) {
      case STRUCT_VALUE -> scalar(Scalar.newBuilder().setGeneric(value.getStructValue()));
      case LIST_VALUE -> {
        var items = LiteralCollection.newBuilder();
        value.getListValue().getValuesList().forEach(item -> items.addLiterals(literal(item)));
        yield Literal.newBuilder().setCollection(items).build();
      }
      case NUMBER_VALUE -> primitive(Primitive.newBuilder().setFloatValue(value.getNumberValue()));
      case STRING_VALUE -> primitive(Primitive.newBuilder().setStringValue(value.getStringValue()));
      case BOOL_VALUE -> primitive(Primitive.newBuilder().setBoolean(value.getBoolValue()));
      case NULL_VALUE, KIND_NOT_SET ->
          scalar(Scalar.newBuilder().setNoneType(Void.getDefaultInstance()));
    };
  }

  private static Literal primitive(Primitive.Builder primitive) {
    return scalar(Scalar.newBuilder().setPrimitive(primitive));
  }

  private static Literal scalar(Scalar.Builder scalar) {
    return Literal.newBuilder().setScalar(scalar).build();
  }

  private static Literal inMessagePack(Binary binary, List<PromiseAttribute> path, int from) {
    if (!binary.getTag().equals("msgpack")) {
      throw missing(
          path, from, "expected a document in msgpack, got one in '%s'".formatted(binary.getTag()));
    }
    try (var unpacker = MessagePack.newDefaultUnpacker(binary.getValue().toByteArray());
        var packer = MessagePack.newDefaultBufferPacker()) {
      org.msgpack.value.Value value = unpacker.unpackValue();
      for (var depth = from; depth < path.size(); depth++) {
        var attribute = path.get(depth);
        org.msgpack.value.Value next = null;
        if (value.isMapValue()) {
          next =
              value
                  .asMapValue()
                  .map()
                  .get(
                      attribute.hasStringValue()
                          ? ValueFactory.newString(attribute.getStringValue())
                          : ValueFactory.newInteger(attribute.getIntValue()));
        } else if (value.isArrayValue()) {
          var index = attribute.getIntValue();
          var items = value.asArrayValue();
          next = index >= 0 && index < items.size() ? items.get(index) : null;
        }
        value = found(path, depth, next);
      }
      packer.packValue(value);
      return scalar(
          Scalar.newBuilder()
              .setBinary(
                  Binary.newBuilder()
                      .setTag(binary.getTag())
                      .setValue(ByteString.copyFrom(packer.toByteArray()))));
    } catch (IOException broken) {
      // Both streams are in memory: only a broken document throws.
      throw missing(path, from, "the document is broken: " + broken.getMessage());
    }
  }

  private static <T> T found(
      List<PromiseAttribute> path, int depth, @org.jspecify.annotations.Nullable T value) {
    if (value == null) {
      throw missing(path, depth, "there is none");
    }
    return value;
  }

  private static NoValueException missing(List<PromiseAttribute> path, int depth, String why) {
    var text = new StringBuilder();
    for (var attribute : path.subList(0, depth + 1)) {
      if (attribute.hasStringValue()) {
        text.append('.').append(attribute.getStringValue());
      } else {
        text.append('[').append(attribute.getIntValue()).append(']');
      }
    }
    return new NoValueException("no value at %s: %s".formatted(text, why));
  }

  private static Literal waiting(Literal reference, List<PromiseAttribute> path) {
    var all = OutputReference.newBuilder().addAllAttrPath(pending(reference)).addAllAttrPath(path);
    return reference.toBuilder()
        // The hash is of the whole value, not of the part.
        .clearHash()
        .putMetadata(PENDING, Base64.getEncoder().encodeToString(all.build().toByteArray()))
        .build();
  }

  /** The path that is still to be followed behind a reference; empty if none is. */
  static List<PromiseAttribute> pending(Literal reference) {
    var text = reference.getMetadataMap().get(PENDING);
    if (text == null) {
      return List.of();
    }
    try {
      return OutputReference.parseFrom(Base64.getDecoder().decode(text)).getAttrPathList();
    } catch (InvalidProtocolBufferException | IllegalArgumentException broken) {
      // Metadata of a literal comes from a task, which may write what it likes.
      throw new NoValueException("the path kept in a reference is broken: " + broken.getMessage());
    }
  }

  /** There is no value at the end of a path. */
  public static final class NoValueException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String text;

    NoValueException(String text) {
      super(text, null, false, false);
      this.text = text;
    }

    /** Where it ends, and why. */
    public String text() {
      return text;
    }
  }
}
