package dev.harrier.secrets.http;

import dev.harrier.secrets.ServiceUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Trust in the certificates of a file and in no others. */
final class TrustFile {
  private TrustFile() {}

  static SSLContext context(Path file) throws ServiceUnavailableException {
    try (var in = Files.newInputStream(file)) {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      var number = 0;
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + number++, certificate);
      }
      if (number == 0) {
        throw new ServiceUnavailableException(
            "cannot be trusted: expected certificates in PEM in %s, found none".formatted(file));
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new ServiceUnavailableException(
          "cannot be trusted: its certificates in %s cannot be read (%s)"
              .formatted(file, e.getClass().getSimpleName()));
    }
  }
}
