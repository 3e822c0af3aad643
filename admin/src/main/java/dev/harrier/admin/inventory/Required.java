package dev.harrier.admin.inventory;

import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.nio.charset.StandardCharsets;

/** Checks of single fields, in the words that Flyte's clients know. */
public final class Required {
  private Required() {}

  /**
   * A field that must be sent.
   *
   * @throws RejectedException {@code missing <field>}
   */
  public static void present(boolean present, String field) {
    if (!present) {
      throw Rejection.invalid("missing %s", field);
    }
  }

  /**
   * A text that must not be empty.
   *
   * @throws RejectedException {@code missing <field>}, or that it holds a NUL, which nothing stored
   *     can hold
   */
  public static void text(String value, String field) {
    present(!value.isEmpty(), field);
    if (value.indexOf('\0') >= 0) {
      throw Rejection.invalid(
          "invalid value for %s: it holds the character NUL, which none may hold", field);
    }
  }

  /**
   * A text that must not be empty and has a limit, in bytes of its UTF-8 form.
   *
   * @throws RejectedException as {@link #text}, or that it is too long
   */
  public static void text(String value, String field, int bytesMax) {
    text(value, field);
    var bytes = value.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > bytesMax) {
      throw Rejection.invalid("%s cannot exceed %d bytes, got %d", field, bytesMax, bytes);
    }
  }
}
