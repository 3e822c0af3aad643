package dev.harrier.server.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS of connections that Harrier makes: whom it trusts, and what it shows. */
public final class OutgoingTls {
  private static final char[] NONE = new char[0];

  private OutgoingTls() {}

  /**
   * A context.
   *
   * @param authorities in PEM; the system's without it
   * @param certificate a chain in PEM, to be shown to who asks
   * @param key of the chain, which nobody else may read
   * @throws IOException that says which file is wrong
   */
  public static SSLContext context(
      Optional<Path> authorities, Optional<Path> certificate, Optional<Path> key)
      throws IOException {
    try {
      KeyManager @Nullable [] shown = null;
      if (certificate.isPresent() && key.isPresent()) {
        shown = shown(certificate.get(), key.get());
      }
      TrustManager @Nullable [] trusted = null;
      if (authorities.isPresent()) {
        trusted = trusted(authorities.get());
      }
      var context = SSLContext.getInstance("TLS");
      context.init(shown, trusted, null);
      return context;
    } catch (UnusableCertificateException | GeneralSecurityException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static KeyManager[] shown(Path certificate, Path key)
      throws IOException, GeneralSecurityException, UnusableCertificateException {
    KeyFile.check(key);
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, NONE);
    store.setKeyEntry(
        "shown",
        Pem.key(Files.readString(key), key.toString()),
        NONE,
        Pem.certificates(Files.readString(certificate), certificate.toString())
            .toArray(Certificate[]::new));
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NONE);
    return factory.getKeyManagers();
  }

  private static TrustManager[] trusted(Path authorities)
      throws IOException, GeneralSecurityException, UnusableCertificateException {
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store(authorities));
    return factory.getTrustManagers();
  }

  /** All authorities of a file. */
  static KeyStore store(Path authorities)
      throws IOException, GeneralSecurityException, UnusableCertificateException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, NONE);
    // Counted: authorities made by hand often have the same serial number.
    for (var one : Pem.certificates(Files.readString(authorities), authorities.toString())) {
      store.setCertificateEntry("authority-" + store.size(), one);
    }
    return store;
  }
}
