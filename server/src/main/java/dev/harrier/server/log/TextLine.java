package dev.harrier.server.log;

import java.time.temporal.ChronoUnit;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import java.util.stream.Collectors;

/** {@code 2026-01-31T12:00:00.123Z INFO server.Wiring Ready on http://localhost:30080}. */
final class TextLine extends Formatter {
  private static final String INDENT = "    ";
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
    return entry.getThrown() == null ? line : line + indented(LinePart.trace(entry.getThrown()));
  }

  // An error's text may be a caller's, over several lines: none of them may look like an entry.
  private static String indented(String trace) {
    return trace
        .lines()
        .map(line -> INDENT + oneLine(line.replace("\t", "    ")) + System.lineSeparator())
        .collect(Collectors.joining());
  }

  // A name that a caller chose must not begin a line of its own.
  private static String oneLine(String message) {
    return message.replace("\n", "\\n").replace("\r", "\\r").replaceAll("\\p{Cntrl}", "?");
  }
}
