package dev.harrier.server.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Level;

/** What both formats need of a record. */
final class LinePart {
  private LinePart() {}

  static String level(Level level) {
    var value = level.intValue();
    if (value >= Level.SEVERE.intValue()) {
      return "ERROR";
    }
    if (value >= Level.WARNING.intValue()) {
      return "WARN";
    }
    return value >= Level.INFO.intValue() ? "INFO" : "DEBUG";
  }

  static String trace(Throwable thrown) {
    var text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
