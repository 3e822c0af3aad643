package dev.harrier.server.port;

import com.linecorp.armeria.server.ServiceRequestContext;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;

/** The certificates that callers showed in the handshake. */
public final class ClientCertificates {
  private ClientCertificates() {}

  /**
   * The certificate of a call's client: its chain led to the configured authority, and it holds the
   * key. Empty if none was asked for or shown.
   */
  public static Optional<X509Certificate> of(ServiceRequestContext context) {
    var session = context.sslSession();
    if (session == null) {
      return Optional.empty();
    }
    try {
      return session.getPeerCertificates()[0] instanceof X509Certificate shown
          ? Optional.of(shown)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException none) {
      return Optional.empty();
    }
  }
}
