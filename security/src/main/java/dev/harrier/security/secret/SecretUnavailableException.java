package dev.harrier.security.secret;

import dev.harrier.spi.StoreUnavailableException;

/**
 * A secret cannot be had now. Unlike that of any other store, its message is for whoever may see
 * the execution that asked: it names the secret and its source, and never why.
 */
public final class SecretUnavailableException extends StoreUnavailableException {
  private static final long serialVersionUID = 1L;

  public SecretUnavailableException(String message) {
    super(message);
  }
}
