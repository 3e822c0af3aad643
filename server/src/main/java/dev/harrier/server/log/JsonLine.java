package dev.harrier.server.log;

import com.google.gson.JsonObject;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/** One JSON object a line: time, level, logger, thread, message, error. */
final class JsonLine extends Formatter {
  @Override
  public String format(LogRecord entry) {
    var line = new JsonObject();
    line.addProperty("time", entry.getInstant().toString());
    line.addProperty("level", LinePart.level(entry.getLevel()));
    line.addProperty("logger", entry.getLoggerName());
    line.addProperty("thread", entry.getLongThreadID());
    line.addProperty("message", formatMessage(entry));
    if (entry.getThrown() != null) {
      line.addProperty("error", LinePart.trace(entry.getThrown()));
    }
    return line + System.lineSeparator();
  }
}
