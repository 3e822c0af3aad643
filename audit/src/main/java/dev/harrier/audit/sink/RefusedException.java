package dev.harrier.audit.sink;

import java.io.IOException;

/** A receiver that answers does not want what it was sent; it may want anything else. */
final class RefusedException extends IOException {
  private static final long serialVersionUID = 1;

  RefusedException(String message) {
    super(message);
  }
}
