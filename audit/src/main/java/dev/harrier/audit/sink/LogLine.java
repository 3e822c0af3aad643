package dev.harrier.audit.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.harrier.audit.record.RecordLines;
import java.io.IOException;
import java.util.Arrays;

/** A record as it stands in the log, and what a receiver wants to know of it beside its JSON. */
public final class LogLine {
  private static final byte[] SEQUENCE = ",\"seq\":".getBytes(UTF_8);
  private static final byte[] SEVERITY = ",\"severity_id\":".getBytes(UTF_8);
  private static final byte[] TIME = ",\"time\":".getBytes(UTF_8);

  private final byte[] text;
  private final long sequence;
  private final long timeMillis;
  private final int severity;

  private LogLine(byte[] text, long sequence, long timeMillis, int severity) {
    this.text = requireNonNull(text, "text");
    this.sequence = sequence;
    this.timeMillis = timeMillis;
    this.severity = severity;
  }

  /**
   * Reads a line.
   *
   * @throws IOException if it is no record
   */
  static LogLine of(byte[] text) throws IOException {
    var hashAt = RecordLines.hashAt(text, 0, text.length);
    if (hashAt < 0) {
      throw new IOException("Expected a record of the audit log, found something else.");
    }
    // A quote within a text never stands alone, so behind the hash these are the record's own.
    return new LogLine(
        text,
        number(text, hashAt, SEQUENCE),
        number(text, hashAt, TIME),
        (int) number(text, hashAt, SEVERITY));
  }

  /** Without its newline; nobody changes it. */
  byte[] text() {
    return text;
  }

  /** Its number in the log. */
  long sequence() {
    return sequence;
  }

  /** When it was written. */
  long timeMillis() {
    return timeMillis;
  }

  /** As OCSF numbers it. */
  int severity() {
    return severity;
  }

  private static long number(byte[] text, int from, byte[] name) throws IOException {
    for (var at = from; at + name.length < text.length; at++) {
      if (text[at] == name[0] && Arrays.equals(text, at, at + name.length, name, 0, name.length)) {
        var value = 0L;
        for (var i = at + name.length; text[i] >= '0' && text[i] <= '9'; i++) {
          value = value * 10 + (text[i] - '0');
        }
        return value;
      }
    }
    throw new IOException(
        "Expected %s in a record of the audit log, found none.".formatted(new String(name, UTF_8)));
  }
}
