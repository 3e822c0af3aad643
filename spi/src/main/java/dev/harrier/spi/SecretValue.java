package dev.harrier.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * What a secret holds: text, since a variable of a process can hold nothing else. Nobody sees it by
 * accident, not in a log and not in an error.
 */
public final class SecretValue {
  /** The largest that one may be, in UTF-8; half of what Linux takes as one variable. */
  public static final int BYTES_MAX = 64 << 10;

  private final String text;

  /**
   * @throws RejectedException INVALID_ARGUMENT for what no task could be given; it does not say
   *     what was found
   */
  public SecretValue(String text) {
    this.text = requireNonNull(text, "text");
    if (text.isEmpty()) {
      throw Rejection.invalid("secret: expected a value, found none");
    }
    var bytes = text.getBytes(UTF_8).length;
    if (bytes > BYTES_MAX) {
      throw Rejection.invalid(
          "secret: expected a value of at most %s bytes, found %s", BYTES_MAX, bytes);
    }
    if (text.indexOf('\0') >= 0) {
      throw Rejection.invalid(
          "secret: expected text, found a NUL byte, which no variable can hold; keep bytes as base64");
    }
  }

  /**
   * The text that bytes are.
   *
   * @throws RejectedException also if they are not UTF-8
   */
  public static SecretValue ofUtf8(byte[] bytes) {
    try {
      return new SecretValue(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      throw Rejection.invalid(
          "secret: expected text in UTF-8, found other bytes; keep bytes as base64");
    }
  }

  /** The text itself; whoever has it must not pass it to a log or an error. */
  public String reveal() {
    return text;
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}
