package dev.harrier.spi;

/**
 * A batch was refused for what it holds, and would be again: nothing of it took effect. The caller
 * halves it until the culprit is alone.
 */
public final class PoisonedBatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public PoisonedBatchException(String message, Throwable cause) {
    super(message, cause);
  }
}
