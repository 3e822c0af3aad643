package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What somebody asks for in JSON. */
record JsonRequest(JsonObject body) {
  JsonRequest {
    requireNonNull(body, "body");
  }

  /**
   * The one in a request's body.
   *
   * @throws RejectedException INVALID_ARGUMENT if there is no object
   */
  static JsonRequest of(AggregatedHttpRequest request) {
    try {
      if (JsonParser.parseString(request.contentUtf8()) instanceof JsonObject body) {
        return new JsonRequest(body);
      }
    } catch (JsonParseException e) {
      // Told below, as any other text that is no object.
    }
    throw Rejection.invalid("Expected a JSON object, found another text.");
  }

  boolean has(String name) {
    return body.has(name);
  }

  /**
   * @throws RejectedException INVALID_ARGUMENT if there is no such text
   */
  String text(String name) {
    var value = body.get(name);
    if (value == null || !value.isJsonPrimitive()) {
      throw Rejection.invalid("Expected a text '%s', found none.", name);
    }
    return value.getAsString();
  }

  /** A text that may be left out or be empty. */
  Optional<String> optionalText(String name) {
    return has(name) ? Optional.of(text(name)).filter(one -> !one.isEmpty()) : Optional.empty();
  }

  /** Whether it is there and true. */
  boolean truth(String name) {
    var value = body.get(name);
    return value != null && value.isJsonPrimitive() && value.getAsBoolean();
  }

  /** A list that may be left out. */
  List<String> texts(String name) {
    var texts = new ArrayList<String>();
    if (body.get(name) instanceof JsonArray array) {
      for (var value : array) {
        if (!value.isJsonPrimitive()) {
          throw Rejection.invalid("Expected a list of texts '%s', found others.", name);
        }
        texts.add(value.getAsString());
      }
    }
    return texts;
  }

  /** What of it may be in a log: these members, if they are simple, on one line. */
  String told(List<String> names) {
    return names.stream()
        .filter(name -> has(name) && body.get(name).isJsonPrimitive())
        .map(name -> name + "=" + body.get(name).getAsString().replaceAll("\\p{Cntrl}", "?"))
        .reduce((all, next) -> all + " " + next)
        .orElse("");
  }
}
