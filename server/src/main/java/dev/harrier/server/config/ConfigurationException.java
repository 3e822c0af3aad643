package dev.harrier.server.config;

/** The configuration cannot be used; the message says what was expected, found, and where. */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ConfigurationException(String message) {
    super(message);
  }
}
