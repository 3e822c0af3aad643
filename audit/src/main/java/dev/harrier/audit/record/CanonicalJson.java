package dev.harrier.audit.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;

/**
 * Writes JSON as RFC 8785 has it: names in order, no spaces, one way to write each value. The
 * caller gives the names in order; numbers are whole and within what a double holds.
 */
public final class CanonicalJson {
  private static final int FIRST_BYTES = 2048;
  private static final int KEPT_BYTES_MAX = 4 << 20;

  /** A Java array has no more, give or take. */
  private static final long LENGTH_MAX = Integer.MAX_VALUE - 8;

  private static final long EXACT_MAX = 1L << 53;
  private static final byte[] HEX = "0123456789abcdef".getBytes(UTF_8);

  private byte[] bytes = new byte[FIRST_BYTES];
  private int length;
  private boolean first = true;

  /** Forgets what was written, and gives back the room that is seldom needed. */
  void clear() {
    if (bytes.length > KEPT_BYTES_MAX) {
      bytes = new byte[FIRST_BYTES];
    }
    length = 0;
    first = true;
  }

  /** How much was written. */
  int length() {
    return length;
  }

  /** What was written, in an array that later calls change. */
  byte[] array() {
    return bytes;
  }

  /** Replaces as many bytes as a text of ASCII has. */
  void overwrite(int at, String text) {
    for (var i = 0; i < text.length(); i++) {
      bytes[at + i] = (byte) text.charAt(i);
    }
  }

  /** What was written. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  /** Opens an object, as a value. */
  public CanonicalJson open() {
    put('{');
    first = true;
    return this;
  }

  /** Closes it. */
  public CanonicalJson close() {
    put('}');
    first = false;
    return this;
  }

  /** Opens an array, as a value; its elements follow, each after {@link #element}. */
  public CanonicalJson openArray() {
    put('[');
    first = true;
    return this;
  }

  /** Begins the next element of an array. */
  public CanonicalJson element() {
    if (!first) {
      put(',');
    }
    first = true;
    return this;
  }

  /** Closes it. */
  public CanonicalJson closeArray() {
    put(']');
    first = false;
    return this;
  }

  /** Begins a member of an object, whose value follows. */
  public CanonicalJson name(String name) {
    if (!first) {
      put(',');
    }
    string(name);
    put(':');
    first = false;
    return this;
  }

  /** A whole number; one that a double does not hold exactly is written as text. */
  public CanonicalJson number(long value) {
    if (value > EXACT_MAX || value < -EXACT_MAX) {
      return string(Long.toString(value));
    }
    if (value >= 0 && value < 10) {
      put((char) ('0' + value));
    } else {
      ascii(Long.toString(value));
    }
    first = false;
    return this;
  }

  /** True or false. */
  public CanonicalJson truth(boolean value) {
    ascii(value ? "true" : "false");
    first = false;
    return this;
  }

  /** A text; half of a surrogate pair becomes a replacement character. */
  public CanonicalJson string(String value) {
    var size = value.length();
    // Three bytes a char in UTF-8, six for an escape.
    room(6L * size + 2);
    bytes[length++] = '"';
    for (var i = plain(value, 0); i < size; i = plain(value, i + 1)) {
      var letter = value.charAt(i);
      if (letter >= 0x80) {
        i = wide(value, i);
      } else {
        escaped(letter);
      }
    }
    bytes[length++] = '"';
    first = false;
    return this;
  }

  /** Writes what stands as it is, from a place up to the first letter that does not; its place. */
  private int plain(String value, int from) {
    // In locals: most of a record is written here, and a field would be stored for each letter.
    var to = bytes;
    var at = length;
    var i = from;
    for (; i < value.length(); i++) {
      var letter = value.charAt(i);
      if (letter >= 0x80 || letter < ' ' || letter == '"' || letter == '\\') {
        break;
      }
      to[at++] = (byte) letter;
    }
    length = at;
    return i;
  }

  /** A number, a truth, a map with names in order, or the text of anything else. */
  public CanonicalJson value(Object value) {
    return switch (value) {
      case Long number -> number(number);
      case Integer number -> number(number);
      case Boolean truth -> truth(truth);
      case SortedMap<?, ?> map -> object(map);
      case Iterable<?> list -> array(list);
      default -> string(String.valueOf(value));
    };
  }

  private CanonicalJson object(Map<?, ?> map) {
    open();
    map.forEach((name, below) -> name(String.valueOf(name)).value(below));
    return close();
  }

  private CanonicalJson array(Iterable<?> list) {
    openArray();
    list.forEach(below -> element().value(below));
    return closeArray();
  }

  /** What is JSON in this form already. */
  CanonicalJson raw(byte[] json) {
    room(json.length);
    System.arraycopy(json, 0, bytes, length, json.length);
    length += json.length;
    first = false;
    return this;
  }

  void ascii(String text) {
    var size = text.length();
    room(size);
    for (var i = 0; i < size; i++) {
      bytes[length++] = (byte) text.charAt(i);
    }
  }

  private int wide(String value, int at) {
    var letter = value.charAt(at);
    if (letter < 0x800) {
      bytes[length++] = (byte) (0xc0 | (letter >> 6));
      bytes[length++] = (byte) (0x80 | (letter & 0x3f));
      return at;
    }
    if (Character.isHighSurrogate(letter)
        && at + 1 < value.length()
        && Character.isLowSurrogate(value.charAt(at + 1))) {
      var point = value.codePointAt(at);
      bytes[length++] = (byte) (0xf0 | (point >> 18));
      bytes[length++] = (byte) (0x80 | ((point >> 12) & 0x3f));
      bytes[length++] = (byte) (0x80 | ((point >> 6) & 0x3f));
      bytes[length++] = (byte) (0x80 | (point & 0x3f));
      return at + 1;
    }
    var written = Character.isSurrogate(letter) ? '\ufffd' : letter;
    bytes[length++] = (byte) (0xe0 | (written >> 12));
    bytes[length++] = (byte) (0x80 | ((written >> 6) & 0x3f));
    bytes[length++] = (byte) (0x80 | (written & 0x3f));
    return at;
  }

  private void escaped(char letter) {
    bytes[length++] = '\\';
    switch (letter) {
      case '"', '\\' -> bytes[length++] = (byte) letter;
      case '\b' -> bytes[length++] = 'b';
      case '\t' -> bytes[length++] = 't';
      case '\n' -> bytes[length++] = 'n';
      case '\f' -> bytes[length++] = 'f';
      case '\r' -> bytes[length++] = 'r';
      default -> {
        bytes[length++] = 'u';
        bytes[length++] = '0';
        bytes[length++] = '0';
        bytes[length++] = HEX[letter >> 4];
        bytes[length++] = HEX[letter & 0xf];
      }
    }
  }

  void put(char letter) {
    room(1);
    bytes[length++] = (byte) letter;
  }

  private void room(long more) {
    if (length + more > bytes.length) {
      var doubled = Math.min(bytes.length * 2L, LENGTH_MAX);
      bytes = Arrays.copyOf(bytes, Math.toIntExact(Math.max(length + more, doubled)));
    }
  }
}
