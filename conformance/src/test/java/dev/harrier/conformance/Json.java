package dev.harrier.conformance;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.stream.StreamSupport;

/** Short forms for the JSON of the API. */
final class Json {
  private Json() {}

  /** An object of names and values in turn; a value is text, a number, a truth or JSON. */
  static JsonObject object(Object... namesAndValues) {
    var object = new JsonObject();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      var name = namesAndValues[i].toString();
      switch (namesAndValues[i + 1]) {
        case JsonElement element -> object.add(name, element);
        case Number number -> object.addProperty(name, number);
        case Boolean truth -> object.addProperty(name, truth);
        case Object text -> object.addProperty(name, text.toString());
      }
    }
    return object;
  }

  static JsonArray array(JsonElement... elements) {
    var array = new JsonArray();
    List.of(elements).forEach(array::add);
    return array;
  }

  static JsonArray texts(String... texts) {
    var array = new JsonArray();
    List.of(texts).forEach(array::add);
    return array;
  }

  /** What lies along a path of names; an empty object where there is nothing. */
  static JsonObject at(JsonObject object, String... path) {
    var here = object;
    for (var name : path) {
      here =
          here.has(name) && here.get(name).isJsonObject() ? here.getAsJsonObject(name) : object();
    }
    return here;
  }

  static String text(JsonObject object, String name) {
    var value = object.get(name);
    return value == null || value.isJsonNull() ? "" : value.getAsString();
  }

  static List<JsonObject> list(JsonObject object, String name) {
    var value = object.get(name);
    if (value == null || value.isJsonNull()) {
      return List.of();
    }
    return StreamSupport.stream(value.getAsJsonArray().spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  static JsonObject integer(long value) {
    return primitive("integer", Long.toString(value));
  }

  static JsonObject number(double value) {
    return primitive("float_value", value);
  }

  static JsonObject string(String value) {
    return primitive("string_value", value);
  }

  private static JsonObject primitive(String kind, Object value) {
    return object("scalar", object("primitive", object(kind, value)));
  }
}
