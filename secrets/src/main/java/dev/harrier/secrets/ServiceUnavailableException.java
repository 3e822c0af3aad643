package dev.harrier.secrets;

/**
 * A service did not give what it was asked for, and asking later can help. The message is ours to
 * the letter: what a service answers may quote a token or a value, so there is no cause either.
 */
public final class ServiceUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message the part of a sentence that follows "the service", such as "is sealed"
   */
  public ServiceUnavailableException(String message) {
    super(message);
  }
}
