package dev.harrier.security.secret;

/** A secret was wrapped with a master key that is not, or no longer, there. */
public final class UnknownMasterKeyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnknownMasterKeyException(String message) {
    super(message);
  }
}
