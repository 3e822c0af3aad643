package dev.harrier.secrets;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate of loopback that nobody trusts who was not given it.
 *
 * @param certificateFile in PEM
 * @param keyFile in PEM
 */
public record TestCertificate(KeyStore store, Path certificateFile, Path keyFile) {
  /** Of the key store and its key. */
  public static final String PASSWORD = "of-the-tests";

  /** Makes one with the JDK's own tool. */
  public static TestCertificate make(Path folder) throws IOException, GeneralSecurityException {
    var file = folder.resolve("server.p12");
    var unused =
        Programs.lastLine(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-validity",
                "30",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD));
    var store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
    return new TestCertificate(
        store,
        pem(
            folder.resolve("server.pem"),
            "CERTIFICATE",
            store.getCertificate("server").getEncoded()),
        pem(
            folder.resolve("server-key.pem"),
            "PRIVATE KEY",
            store.getKey("server", PASSWORD.toCharArray()).getEncoded()));
  }

  /** A client that trusts nobody else. */
  public HttpClient client() throws GeneralSecurityException {
    var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    try {
      trusted.load(null, null);
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
    trusted.setCertificateEntry("server", store.getCertificate("server"));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }

  /** Writes bytes as PEM. */
  public static Path pem(Path file, String what, byte[] bytes) throws IOException {
    var lines = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(bytes);
    return Files.writeString(
        file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, lines, what));
  }
}
