package dev.harrier.server.log;

import dev.harrier.server.config.LogConfig;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** Sets up the JDK's own logging, which all rooms reach through slf4j. */
public final class Logs {
  // The JDK forgets the level of a logger that nobody refers to.
  private final Logger root;
  private final Logger harrier;

  private Logs(Logger root, Logger harrier) {
    this.root = root;
    this.harrier = harrier;
  }

  /**
   * Sets levels and format; the answer must be kept as long as they are to hold. Libraries speak
   * from WARN on: what they do is their own affair.
   */
  public static Logs start(LogConfig config) {
    LogManager.getLogManager().reset();
    var handler = new ConsoleHandler();
    handler.setLevel(Level.ALL);
    handler.setFormatter(formatter(config.format()));
    var root = Logger.getLogger("");
    root.addHandler(handler);
    root.setLevel(config.level() == LogConfig.Level.DEBUG ? Level.INFO : Level.WARNING);
    var harrier = Logger.getLogger("dev.harrier");
    harrier.setLevel(level(config.level()));
    if (LogManager.getLogManager() instanceof LastingLogManager lasting) {
      lasting.keep();
    }
    return new Logs(root, harrier);
  }

  private static Formatter formatter(LogConfig.Format format) {
    return switch (format) {
      case TEXT -> new TextLine();
      case JSON -> new JsonLine();
    };
  }

  private static Level level(LogConfig.Level level) {
    return switch (level) {
      case ERROR -> Level.SEVERE;
      case WARN -> Level.WARNING;
      case INFO -> Level.INFO;
      case DEBUG -> Level.FINE;
    };
  }

  @Override
  public String toString() {
    return "Logs[libraries=%s, harrier=%s]".formatted(root.getLevel(), harrier.getLevel());
  }
}
