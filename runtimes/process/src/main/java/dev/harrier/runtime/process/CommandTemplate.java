package dev.harrier.runtime.process;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.harrier.spi.Rejection;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.Primitive;
import flyteidl.core.Literals.Scalar;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Fills in the {@code {{.x}}} of a task's command as Flyte 1.16 does; names have no case. */
final class CommandTemplate {
  private static final Pattern PLACE = Pattern.compile("\\{\\{\\s*[.$]([^}\\s]+)\\s*}}");
  private static final String INPUTS = "inputs.";

  private final Map<String, String> values;
  private final Map<String, Literal> inputs;

  /**
   * @param values by lower-case name, e.g. {@code outputprefix}
   * @param inputs by their own names
   */
  CommandTemplate(Map<String, String> values, Map<String, Literal> inputs) {
    this.values = Map.copyOf(values);
    this.inputs = Map.copyOf(inputs);
  }

  /**
   * @throws dev.harrier.spi.RejectedException if an input is named that the task was not given or
   *     that has no text
   */
  List<String> fill(List<String> command) {
    return command.stream().map(this::fill).toList();
  }

  private String fill(String argument) {
    return PLACE.matcher(argument).replaceAll(found -> Matcher.quoteReplacement(value(found)));
  }

  private String value(java.util.regex.MatchResult found) {
    var name = found.group(1);
    var lower = name.toLowerCase(Locale.ROOT);
    if (lower.startsWith(INPUTS)) {
      var input = name.substring(INPUTS.length());
      var literal = inputs.get(input);
      if (literal == null) {
        throw Rejection.invalid(
            "command %s: expected an input '%s', found only %s",
            found.group(), input, inputs.keySet());
      }
      return text(input, literal);
    }
    // An unknown name stays as it is, as in Flyte.
    return values.getOrDefault(lower, found.group());
  }

  private static String text(String name, Literal literal) {
    return switch (literal.getValueCase()) {
      case SCALAR -> scalar(name, literal.getScalar());
      case COLLECTION ->
          literal.getCollection().getLiteralsList().stream()
              .map(item -> text(name, item))
              .collect(Collectors.joining(",", "[", "]"));
      case MAP, OFFLOADED_METADATA, VALUE_NOT_SET -> throw untextual(name, literal.getValueCase());
    };
  }

  private static String scalar(String name, Scalar scalar) {
    return switch (scalar.getValueCase()) {
      case PRIMITIVE -> primitive(scalar.getPrimitive());
      case BLOB -> scalar.getBlob().getUri();
      case SCHEMA -> scalar.getSchema().getUri();
      case NONE_TYPE, ERROR, BINARY, GENERIC, STRUCTURED_DATASET, UNION, VALUE_NOT_SET ->
          throw untextual(name, scalar.getValueCase());
    };
  }

  private static String primitive(Primitive primitive) {
    return switch (primitive.getValueCase()) {
      case INTEGER -> Long.toString(primitive.getInteger());
      case BOOLEAN -> Boolean.toString(primitive.getBoolean());
      case STRING_VALUE -> primitive.getStringValue();
      case FLOAT_VALUE -> number(primitive.getFloatValue());
      case DATETIME -> time(primitive.getDatetime());
      case DURATION -> seconds(primitive.getDuration());
      case VALUE_NOT_SET -> "";
    };
  }

  private static String number(double value) {
    // Go prints whole numbers without a fraction.
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  private static String time(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos()).toString();
  }

  private static String seconds(Duration duration) {
    return number(duration.getSeconds() + duration.getNanos() / 1e9) + "s";
  }

  private static RuntimeException untextual(String name, Enum<?> found) {
    return Rejection.invalid(
        "command: the input '%s' cannot be part of a command: expected a simple value, a file or a"
            + " list of them, found %s",
        name, found);
  }
}
