package dev.harrier.compiler;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares the JSON schemas that flytekit attaches to the types of dataclasses and models.
 *
 * <p>A value fits if the schemas are equal, or if its class has at least the wanted class's fields,
 * each of a type that fits: so a dataclass can be handed to a task that asks for one it extends.
 */
final class JsonSchemas {
  /**
   * Deeper schemas fit only if they are equal; far above what a class has, far below what a stack
   * holds.
   */
  private static final int DEPTH_MAX = 200;

  private static final List<String> LIMITS_AT_MOST = List.of("maximum", "maxLength", "maxItems");
  private static final List<String> LIMITS_AT_LEAST = List.of("minimum", "minLength", "minItems");
  private static final List<String> COMBINATIONS = List.of("allOf", "anyOf", "oneOf");

  private final Struct givenRoot;
  private final Struct wantedRoot;

  /**
   * What is known of pairs of schemas. A pair that is still being compared counts as fitting, so a
   * class that contains itself ends, and each pair is compared once, so one that contains itself
   * twice ends soon.
   */
  private final Map<List<Struct>, Boolean> compared = new HashMap<>();

  private JsonSchemas(Struct givenRoot, Struct wantedRoot) {
    this.givenRoot = givenRoot;
    this.wantedRoot = wantedRoot;
  }

  static boolean fits(Struct given, Struct wanted) {
    return given.equals(wanted) || new JsonSchemas(given, wanted).schemaFits(given, wanted, 0);
  }

  private boolean schemaFits(Struct givenSchema, Struct wantedSchema, int depth) {
    if (givenSchema.equals(wantedSchema) && givenRoot.equals(wantedRoot)) {
      return true;
    }
    if (depth > DEPTH_MAX) {
      return false;
    }
    Optional<Struct> givenTarget = resolve(givenRoot, givenSchema);
    Optional<Struct> wantedTarget = resolve(wantedRoot, wantedSchema);
    if (givenTarget.isEmpty() || wantedTarget.isEmpty()) {
      return false;
    }
    List<Struct> pair = List.of(givenTarget.orElseThrow(), wantedTarget.orElseThrow());
    Boolean known = compared.putIfAbsent(pair, true);
    if (known != null) {
      return known;
    }
    boolean fits = targetsFit(pair.get(0), pair.get(1), depth);
    compared.put(pair, fits);
    return fits;
  }

  private boolean targetsFit(Struct given, Struct wanted, int depth) {
    return typesFit(given, wanted)
        && propertiesFit(given, wanted, depth)
        && itemsFit(given, wanted, depth)
        && textsFit(given, wanted)
        && limitsFit(given, wanted)
        && COMBINATIONS.stream().allMatch(key -> combinationFits(key, given, wanted, depth))
        && (field(wanted, "const").isEmpty()
            || field(wanted, "const").equals(field(given, "const")));
  }

  private static boolean typesFit(Struct given, Struct wanted) {
    Set<String> givenTypes = names(given, "type");
    Set<String> wantedTypes = names(wanted, "type");
    // A schema without a type describes an object.
    return givenTypes.equals(wantedTypes)
        || (wantedTypes.isEmpty() && givenTypes.equals(Set.of("object")));
  }

  private boolean propertiesFit(Struct given, Struct wanted, int depth) {
    if (!names(given, "required").containsAll(names(wanted, "required"))) {
      return false;
    }
    Map<String, Value> givenFields = struct(given, "properties").getFieldsMap();
    return struct(wanted, "properties").getFieldsMap().entrySet().stream()
        .allMatch(
            wantedField -> {
              Value givenField = givenFields.get(wantedField.getKey());
              return givenField != null
                  && schemaFits(
                      givenField.getStructValue(),
                      wantedField.getValue().getStructValue(),
                      depth + 1);
            });
  }

  private boolean itemsFit(Struct given, Struct wanted, int depth) {
    Optional<Value> wantedItems = field(wanted, "items");
    Optional<Value> givenItems = field(given, "items");
    if (wantedItems.isEmpty()) {
      return true;
    }
    if (givenItems.isEmpty()) {
      return false;
    }
    List<Value> wantedList = listOf(wantedItems.orElseThrow());
    List<Value> givenList = listOf(givenItems.orElseThrow());
    if (wantedList.size() != givenList.size()) {
      return false;
    }
    for (int i = 0; i < wantedList.size(); i++) {
      if (!schemaFits(
          givenList.get(i).getStructValue(), wantedList.get(i).getStructValue(), depth + 1)) {
        return false;
      }
    }
    return true;
  }

  private static List<Value> listOf(Value value) {
    return value.hasListValue() ? value.getListValue().getValuesList() : List.of(value);
  }

  private static boolean textsFit(Struct given, Struct wanted) {
    Set<String> wantedValues = names(wanted, "enum");
    return field(given, "format").equals(field(wanted, "format"))
        && (field(wanted, "pattern").isEmpty()
            || field(wanted, "pattern").equals(field(given, "pattern")))
        && (wantedValues.isEmpty() || wantedValues.containsAll(names(given, "enum")));
  }

  private static boolean limitsFit(Struct given, Struct wanted) {
    return LIMITS_AT_MOST.stream().allMatch(key -> limitFits(key, given, wanted, 1))
        && LIMITS_AT_LEAST.stream().allMatch(key -> limitFits(key, given, wanted, -1));
  }

  /** A wanted limit holds if the given schema has the same or a tighter one. */
  private static boolean limitFits(String key, Struct given, Struct wanted, int direction) {
    Optional<Value> wantedLimit = field(wanted, key);
    Optional<Value> givenLimit = field(given, key);
    if (wantedLimit.isEmpty()) {
      return true;
    }
    return givenLimit.isPresent()
        && direction * givenLimit.orElseThrow().getNumberValue()
            <= direction * wantedLimit.orElseThrow().getNumberValue();
  }

  /** Each alternative that the given schema allows must be one that is wanted. */
  private boolean combinationFits(String key, Struct given, Struct wanted, int depth) {
    List<Value> givenParts = parts(given, key);
    List<Value> wantedParts = parts(wanted, key);
    if (givenParts.isEmpty() || wantedParts.isEmpty()) {
      return givenParts.isEmpty() && wantedParts.isEmpty();
    }
    return givenParts.stream()
        .allMatch(
            part ->
                wantedParts.stream()
                    .anyMatch(
                        wantedPart ->
                            schemaFits(
                                part.getStructValue(), wantedPart.getStructValue(), depth + 1)));
  }

  /** Follows {@code $ref}s, which flytekit writes as paths from the root of the schema. */
  private static Optional<Struct> resolve(Struct root, Struct schema) {
    Struct current = schema;
    for (int i = 0; i < DEPTH_MAX; i++) {
      Optional<Value> reference = field(current, "$ref");
      if (reference.isEmpty()) {
        return Optional.of(current);
      }
      Optional<Struct> target = find(root, reference.orElseThrow().getStringValue());
      if (target.isEmpty()) {
        return Optional.empty();
      }
      current = target.orElseThrow();
    }
    return Optional.empty();
  }

  private static Optional<Struct> find(Struct root, String reference) {
    if (!reference.startsWith("#")) {
      return Optional.empty();
    }
    Struct current = root;
    for (String step : List.of(reference.substring(1).split("/", -1))) {
      if (step.isEmpty()) {
        continue;
      }
      Optional<Value> next = field(current, step);
      if (next.isEmpty() || !next.orElseThrow().hasStructValue()) {
        return Optional.empty();
      }
      current = next.orElseThrow().getStructValue();
    }
    return Optional.of(current);
  }

  private static List<Value> parts(Struct schema, String key) {
    return field(schema, key).map(value -> value.getListValue().getValuesList()).orElse(List.of());
  }

  private static Struct struct(Struct schema, String key) {
    return field(schema, key).map(Value::getStructValue).orElse(Struct.getDefaultInstance());
  }

  private static Set<String> names(Struct schema, String key) {
    return field(schema, key).map(JsonSchemas::listOf).orElse(List.of()).stream()
        .map(Value::getStringValue)
        .collect(Collectors.toSet());
  }

  private static Optional<Value> field(Struct schema, String key) {
    return Optional.ofNullable(schema.getFieldsMap().get(key));
  }
}
