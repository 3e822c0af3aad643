package dev.harrier.server.safety;

/** The server does not start as things are: the message says what was expected, found, and done. */
public final class RefusedStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RefusedStartException(String message) {
    super(message);
  }
}
