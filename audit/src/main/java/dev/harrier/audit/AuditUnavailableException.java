package dev.harrier.audit;

import org.jspecify.annotations.Nullable;

/** What was about to be done could not be recorded, so it was not done. A retry can help. */
public final class AuditUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message a sentence for the operator, without a caller's values
   */
  public AuditUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
