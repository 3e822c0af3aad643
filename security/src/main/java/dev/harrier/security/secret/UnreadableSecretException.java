package dev.harrier.security.secret;

/** What is kept of a secret is not what was sealed: somebody changed it or put it elsewhere. */
public final class UnreadableSecretException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnreadableSecretException(String message, Throwable cause) {
    super(message, cause);
  }
}
