package dev.harrier.spi;

/**
 * A store did not answer, or its answer was lost: whether the call took effect is unknown, and a
 * retry can help.
 */
public class StoreUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Without the cause, where it may quote what nobody is to see. */
  public StoreUnavailableException(String message) {
    super(message);
  }

  public StoreUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
