package dev.harrier.secrets.http;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.harrier.secrets.ServiceUnavailableException;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.SecretValue;
import java.util.Base64;
import java.util.Optional;

/**
 * What a service answered. Its text may be a secret, so {@link #toString} has only the status.
 *
 * @param body as text
 */
public record Reply(int status, String body) {
  /** Whether it did what it was asked to. */
  public boolean succeeded() {
    return status >= 200 && status < 300;
  }

  /**
   * The body as an object.
   *
   * @throws ServiceUnavailableException if it is none; it does not repeat the body
   */
  public JsonObject json() throws ServiceUnavailableException {
    try {
      if (JsonParser.parseString(body) instanceof JsonObject object) {
        return object;
      }
    } catch (JsonParseException e) {
      // Told below without it, since it may quote the body.
    }
    throw new ServiceUnavailableException(
        "answered status %s and no JSON object".formatted(status));
  }

  /** The object in an object. */
  public static Optional<JsonObject> object(JsonObject in, String name) {
    return in.get(name) instanceof JsonObject found ? Optional.of(found) : Optional.empty();
  }

  /** The text in an object. */
  public static Optional<String> text(JsonObject in, String name) {
    return in.get(name) instanceof JsonPrimitive found && found.isString()
        ? Optional.of(found.getAsString())
        : Optional.empty();
  }

  /** Whether it is said in an object. */
  public static boolean truth(JsonObject in, String name) {
    return in.get(name) instanceof JsonPrimitive found && found.getAsBoolean();
  }

  /** The number in an object, 0 if there is none. */
  public static long number(JsonObject in, String name) {
    if (in.get(name) instanceof JsonPrimitive found) {
      try {
        return found.getAsLong();
      } catch (NumberFormatException e) {
        return 0;
      }
    }
    return 0;
  }

  /**
   * What a field of a secret with several fields holds; numbers and truths as they are written.
   *
   * @throws dev.harrier.spi.RejectedException if it is a group or a list
   */
  public static Optional<String> field(JsonObject secret, String name) {
    JsonElement found = secret.get(name);
    if (found == null || found.isJsonNull()) {
      return Optional.empty();
    }
    if (found instanceof JsonPrimitive one) {
      return Optional.of(one.getAsString());
    }
    throw Rejection.invalid("expected text in the field of that key, found a group or a list");
  }

  /**
   * The text that is within base64.
   *
   * @throws dev.harrier.spi.RejectedException if it is no base64, or no text
   */
  public static String decoded(String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      // Told without it, since it quotes a letter of the value.
      throw Rejection.invalid("expected a value in base64, found another");
    }
    return SecretValue.ofUtf8(bytes).reveal();
  }

  @Override
  public String toString() {
    return "status " + status;
  }
}
