package dev.harrier.server.port;

import static dev.harrier.server.tls.MadeCertificate.recipe;

import dev.harrier.server.EdgeUnderTest;
import dev.harrier.server.config.ConfigReader;
import dev.harrier.server.config.ServerConfig;
import dev.harrier.server.page.LivenessPage;
import dev.harrier.server.tls.MadeCertificate;
import dev.harrier.server.tls.ServingCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A port over TLS with a certificate of its own, and clients that trust it. */
final class TlsUnderTest {
  private static final char[] NO_PASSWORD = {'x'};

  private final Path certificateFile;
  private final Path keyFile;
  private final Path clientAuthorityFile;
  private final MadeCertificate server = recipe().make();
  private final MadeCertificate clientAuthority = recipe().subject("CN=Clients").authority().make();

  TlsUnderTest(Path folder) throws IOException {
    certificateFile = server.writeChain(folder.resolve("server.pem"));
    keyFile = server.writeKey(folder.resolve("server-key.pem"));
    clientAuthorityFile = clientAuthority.writeChain(folder.resolve("clients.pem"));
  }

  Path certificateFile() {
    return certificateFile;
  }

  MadeCertificate clientAuthority() {
    return clientAuthority;
  }

  /** Serves with settings beside those of TLS, which ask for clients' certificates if they say. */
  EdgeUnderTest serving(Map<String, String> settings) throws Exception {
    return serving(settings, List.of(new LivenessPage()));
  }

  EdgeUnderTest serving(Map<String, String> settings, List<Page> pages) throws Exception {
    var all = new HashMap<>(settings);
    all.put("server.security.secure", "true");
    var asks = settings.containsKey("server.security.ssl.clientCaFile");
    if (asks) {
      all.put("server.security.ssl.clientCaFile", clientAuthorityFile.toString());
    }
    var certificate =
        ServingCertificate.open(
            certificateFile,
            keyFile,
            asks ? Optional.of(clientAuthorityFile) : Optional.empty(),
            Clock.systemUTC());
    return EdgeUnderTest.serving(config(all), Optional.of(certificate), pages, access -> List.of());
  }

  static ServerConfig config(Map<String, String> settings) {
    return ConfigReader.read(Optional.empty(), Map.of(), settings).server();
  }

  /** Trusts the server and shows nothing. */
  SSLContext trusting() throws Exception {
    return context(null);
  }

  /** Trusts the server and shows a certificate. */
  SSLContext showing(MadeCertificate client) throws Exception {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setKeyEntry(
        "client",
        client.keys().getPrivate(),
        NO_PASSWORD,
        new java.security.cert.Certificate[] {client.certificate()});
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, NO_PASSWORD);
    return context(keys.getKeyManagers());
  }

  private SSLContext context(KeyManager @org.jspecify.annotations.Nullable [] keys)
      throws Exception {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry("server", server.certificate());
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(keys, trust.getTrustManagers(), null);
    return context;
  }
}
