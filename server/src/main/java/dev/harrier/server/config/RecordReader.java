package dev.harrier.server.config;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.NearestName;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads a tree of names and values into records; what the tree does not name keeps its default. */
final class RecordReader {
  private static final Pattern AMOUNT = Pattern.compile("(\\d+)\\s*([a-zA-Z]*)");
  private static final Map<String, Duration> TIME_UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));
  private static final Map<String, Long> SIZE_UNITS =
      Map.of("", 1L, "b", 1L, "kib", 1L << 10, "mib", 1L << 20, "gib", 1L << 30);

  private static final Pattern INDEX = Pattern.compile("\\[\\d+]");

  private RecordReader() {}

  /**
   * A record with what the tree says.
   *
   * @param path of the record in the whole, empty at the top; for messages
   * @throws ConfigurationException on an unknown name or a value of the wrong kind
   */
  static <R extends Record> R read(R defaults, Map<?, ?> tree, String path) {
    var components = defaults.getClass().getRecordComponents();
    var names = Arrays.stream(components).map(RecordComponent::getName).toList();
    for (var key : tree.keySet()) {
      if (!names.contains(String.valueOf(key))) {
        throw unknown(path, String.valueOf(key), names);
      }
    }
    var arguments = new Object[components.length];
    var types = new Class<?>[components.length];
    for (var i = 0; i < components.length; i++) {
      var component = components[i];
      types[i] = component.getType();
      arguments[i] = value(component, defaults, tree, path);
    }
    return construct(defaults, types, arguments);
  }

  /** The paths of all values that can be set, e.g. {@code server.port}, in order. */
  static List<String> paths(Record defaults, String path) {
    var paths = new ArrayList<String>();
    for (var component : defaults.getClass().getRecordComponents()) {
      var below = below(path, component.getName());
      if (get(component, defaults) instanceof Record part) {
        paths.addAll(paths(part, below));
      } else if (isText(component.getGenericType())) {
        paths.add(below);
      }
    }
    return paths;
  }

  // Maps, and lists of records, cannot be told in one line of text.
  private static boolean isText(Type type) {
    return switch (type) {
      case ParameterizedType several ->
          several.getRawType() != Map.class && isText(several.getActualTypeArguments()[0]);
      case Class<?> one -> !one.isRecord();
      default -> true;
    };
  }

  private static Object value(
      RecordComponent component, Record defaults, Map<?, ?> tree, String path) {
    var name = component.getName();
    var fallback = get(component, defaults);
    // A key without a value is said and empty: as if it were not there.
    var given = tree.get(name);
    if (given == null) {
      return fallback;
    }
    var below = below(path, name);
    if (fallback instanceof Record part) {
      if (!(given instanceof Map<?, ?> subtree)) {
        throw wrong(below, "a group of names and values", given);
      }
      return read(part, subtree, below);
    }
    return converted(component.getGenericType(), given, below);
  }

  private static Object converted(Type type, Object given, String path) {
    if (type instanceof ParameterizedType parameterized) {
      var arguments = parameterized.getActualTypeArguments();
      var raw = parameterized.getRawType();
      if (raw == Optional.class) {
        return Optional.of(converted(arguments[0], given, path));
      }
      if (raw == List.class) {
        var elements =
            given instanceof List<?> list ? list : List.of(String.valueOf(given).split(","));
        var list = new ArrayList<Object>();
        for (var element : elements) {
          list.add(
              converted(
                  arguments[0], requireNonNull(element), "%s[%s]".formatted(path, list.size())));
        }
        return List.copyOf(list);
      }
      if (raw == Map.class && given instanceof Map<?, ?> map) {
        var converted = new LinkedHashMap<String, Object>();
        map.forEach(
            (key, element) ->
                converted.put(
                    String.valueOf(key), converted(arguments[1], requireNonNull(element), path)));
        return converted;
      }
      throw wrong(path, "a group of names and values", given);
    }
    if (type instanceof Class<?> record && record.isRecord()) {
      if (!(given instanceof Map<?, ?> subtree)) {
        throw wrong(path, "a group of names and values", given);
      }
      return read(defaults(record), subtree, path);
    }
    if (given instanceof Map || given instanceof List) {
      throw wrong(path, "one value", given);
    }
    return scalar((Class<?>) type, String.valueOf(given).strip(), path);
  }

  /** What an element of a list keeps that says nothing. */
  private static Record defaults(Class<?> record) {
    try {
      return (Record) requireNonNull(record.getField("DEFAULTS").get(null), "DEFAULTS");
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a record in a list without DEFAULTS: " + record, e);
    }
  }

  private static Object scalar(Class<?> type, String text, String path) {
    try {
      if (type == String.class) {
        return text;
      } else if (type == int.class) {
        return Integer.parseInt(text);
      } else if (type == long.class) {
        return size(text, path);
      } else if (type == boolean.class) {
        return truth(text, path);
      } else if (type == Duration.class) {
        return duration(text, path);
      } else if (type == Path.class) {
        return path(text);
      } else if (type.isEnum()) {
        return constant(type, text, path);
      }
    } catch (NumberFormatException e) {
      throw wrong(
          path,
          type == int.class
              ? "a whole number from %s to %s".formatted(Integer.MIN_VALUE, Integer.MAX_VALUE)
              : "a number of at most 18 digits",
          text);
    } catch (ArithmeticException beyond) {
      throw wrong(path, "a number that is not beyond all bounds", text);
    }
    throw new IllegalStateException("no way to read a " + type + " for " + path);
  }

  private static long size(String text, String path) {
    var matcher = AMOUNT.matcher(text);
    var unit = matcher.matches() ? SIZE_UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
    if (unit == null) {
      throw wrong(path, "a size such as 10MiB", text);
    }
    return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
  }

  private static Duration duration(String text, String path) {
    var matcher = AMOUNT.matcher(text);
    if (matcher.matches()) {
      var unit = TIME_UNITS.get(matcher.group(2));
      if (unit != null) {
        return unit.multipliedBy(Long.parseLong(matcher.group(1)));
      }
    }
    try {
      return Duration.parse(text);
    } catch (DateTimeParseException e) {
      throw wrong(path, "a time such as 30s, 5m or PT1H", text);
    }
  }

  private static boolean truth(String text, String path) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(path, "true or false", text);
    };
  }

  private static Path path(String text) {
    return text.startsWith("~/")
        ? Path.of(System.getProperty("user.home"), text.substring(2))
        : Path.of(text);
  }

  private static Object constant(Class<?> type, String text, String path) {
    for (var constant : type.getEnumConstants()) {
      if (constant.toString().equalsIgnoreCase(text)) {
        return constant;
      }
    }
    var names =
        Arrays.stream(type.getEnumConstants())
            .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
            .toList();
    throw wrong(path, "one of " + String.join(", ", names), text);
  }

  private static Object get(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a record that hides " + component, e);
    }
  }

  private static <R extends Record> R construct(R defaults, Class<?>[] types, Object[] arguments) {
    try {
      @SuppressWarnings("unchecked") // The class of an R makes an R.
      var type = (Class<R>) defaults.getClass();
      return type.getDeclaredConstructor(types).newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof ConfigurationException wrong) {
        throw wrong;
      }
      throw new IllegalStateException("a record that refuses its values: " + defaults, e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a record that cannot be made: " + defaults.getClass(), e);
    }
  }

  private static ConfigurationException unknown(String path, String key, List<String> names) {
    var flyte = FlyteNames.instead(INDEX.matcher(below(path, key)).replaceAll(""));
    if (flyte.isPresent()) {
      return new ConfigurationException(
          "The configuration has '%s', which is a setting of Flyte's. %s"
              .formatted(below(path, key), flyte.get()));
    }
    var hint =
        NearestName.of(key, names)
            .map(name -> " Did you mean '%s'?".formatted(below(path, name)))
            .orElseGet(() -> " Known here: " + String.join(", ", names) + ".");
    return new ConfigurationException(
        "The configuration has an unknown name '%s'.%s".formatted(below(path, key), hint));
  }

  private static ConfigurationException wrong(String path, String expected, Object found) {
    // What a URL holds may be a password.
    var shown = path.endsWith("url") ? "another" : "'" + found + "'";
    return new ConfigurationException("%s: expected %s, found %s".formatted(path, expected, shown));
  }

  private static String below(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
