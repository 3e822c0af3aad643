package dev.harrier.server.log;

import java.time.temporal.ChronoUnit;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/** {@code 2026-01-31T12:00:00.123Z INFO server.Wiring Ready on http://localhost:30080}. */
final class TextLine extends Formatter {
  private static final String OWN = "dev.harrier.";

  @Override
  public String format(LogRecord entry) {
    var name = entry.getLoggerName() == null ? "" : entry.getLoggerName();
    var line =
        "%s %-5s %s  %s%n"
            .formatted(
                entry.getInstant().truncatedTo(ChronoUnit.MILLIS),
                LinePart.level(entry.getLevel()),
                name.startsWith(OWN) ? name.substring(OWN.length()) : name,
                oneLine(formatMessage(entry)));
    return entry.getThrown() == null ? line : line + LinePart.trace(entry.getThrown());
  }

  // A name that a caller chose must not begin a line of its own.
  private static String oneLine(String message) {
    return message.replace("\n", "\\n").replace("\r", "\\r").replaceAll("\\p{Cntrl}", "?");
  }
}
