package dev.harrier.server;

import dev.harrier.server.config.ConfigurationException;
import dev.harrier.server.config.SecurityConfig;
import dev.harrier.server.home.Home;
import dev.harrier.server.tls.LocalAuthority;
import dev.harrier.server.tls.ServerIdentity;
import dev.harrier.server.tls.ServerIdentity.PairFiles;
import dev.harrier.server.tls.UnusableCertificateException;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;

/** Finds the certificate that the configuration means. */
final class Identities {
  private Identities() {}

  /**
   * Opens it.
   *
   * @return empty if the server is to speak no TLS
   * @throws ConfigurationException if it cannot be used
   */
  static Optional<ServerIdentity> open(SecurityConfig security, Home home, Clock clock)
      throws IOException {
    if (!security.secure()) {
      return Optional.empty();
    }
    var own = new LocalAuthority(home.tls());
    var ssl = security.ssl();
    var files =
        new PairFiles(
            ssl.certificateFile().orElseGet(own::serverCertificateFile),
            ssl.keyFile().orElseGet(own::serverKeyFile),
            ssl.caFile(),
            ssl.clientCaFile());
    try {
      return Optional.of(ServerIdentity.open(files, own, clock));
    } catch (UnusableCertificateException unusable) {
      throw new ConfigurationException(String.valueOf(unusable.getMessage()));
    }
  }
}
