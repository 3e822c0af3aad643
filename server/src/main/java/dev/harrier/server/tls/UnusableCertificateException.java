package dev.harrier.server.tls;

/**
 * A certificate or key that cannot be used; the message says what was expected, found and where.
 */
public final class UnusableCertificateException extends Exception {
  private static final long serialVersionUID = 1L;

  public UnusableCertificateException(String message) {
    super(message);
  }

  public UnusableCertificateException(String message, Throwable cause) {
    super(message, cause);
  }
}
