package dev.harrier.server.config;

import static java.util.Objects.requireNonNull;

/** How the program tells what it does. */
public record LogConfig(Format format, Level level) {

  /** A line for people, or an object for machines. */
  public enum Format {
    TEXT,
    JSON
  }

  /** The least that is told. */
  public enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG
  }

  /** For people, without details. */
  public static final LogConfig DEFAULTS = new LogConfig(Format.TEXT, Level.INFO);

  public LogConfig {
    requireNonNull(format, "format");
    requireNonNull(level, "level");
  }
}
