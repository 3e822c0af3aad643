package dev.harrier.spi;

/**
 * A store did not answer, or its answer was lost: whether the call took effect is unknown, and a
 * retry can help.
 */
public final class StoreUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
