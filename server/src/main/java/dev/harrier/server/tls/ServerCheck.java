package dev.harrier.server.tls;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/** Connects to a server as a client would, and says in words why one would refuse it. */
public final class ServerCheck {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final List<X509Certificate> trusted;

  /**
   * @param trusted files of authorities that clients are told to trust
   * @throws UnusableCertificateException if one holds no certificates
   */
  public ServerCheck(List<Path> trusted) throws IOException, UnusableCertificateException {
    var all = new ArrayList<X509Certificate>();
    for (var file : trusted) {
      all.addAll(
          Pem.certificates(
              Files.readString(file, StandardCharsets.ISO_8859_1), "The authority " + file));
    }
    this.trusted = List.copyOf(all);
  }

  /**
   * What a look showed.
   *
   * @param seen a line about what the server showed; empty if there was no TLS
   * @param findings why a client would refuse; empty if none would
   */
  public record Report(Optional<String> seen, List<String> findings) {
    public Report {
      requireNonNull(seen, "seen");
      findings = List.copyOf(findings);
    }
  }

  /** Looks at a server. */
  public Report look(String host, int port, Instant now) {
    var findings = new ArrayList<String>();
    Optional<String> seen = Optional.empty();
    var address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      findings.add(
          "Unknown name: this machine finds no address for %s. Look for a typing mistake, or give the name to DNS or /etc/hosts."
              .formatted(host));
      return new Report(seen, findings);
    }
    try (var socket = new Socket()) {
      socket.connect(address, Math.toIntExact(PATIENCE.toMillis()));
      socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
      seen = Optional.of(greet(socket, host, port, now, findings));
    } catch (SSLException failed) {
      findings.add(handshake(host, port, failed));
    } catch (IOException failed) {
      findings.add("Nobody answers at %s:%s (%s).".formatted(host, port, failed.getMessage()));
      return new Report(seen, findings);
    }
    oldVersions(host, port, findings, seen.isPresent());
    return new Report(seen, findings);
  }

  private String greet(Socket plain, String host, int port, Instant now, List<String> findings)
      throws IOException {
    var shown = new Shown();
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {shown}, new SecureRandom());
      try (var socket =
          (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
        var parameters = new SSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        var session = socket.getSession();
        if (!"h2".equals(socket.getApplicationProtocol())) {
          findings.add(
              "No HTTP/2: the server does not offer 'h2' in the handshake (ALPN), and gRPC needs it (pyflyte: 'missing selected ALPN property'). If a proxy stands in front, let it speak HTTP/2.");
        }
        findings.addAll(
            new CertificateCheck(trusted, publicAuthorities()).findings(shown.chain, host, now));
        var leaf = shown.chain.getFirst();
        return "%s with %s; certificate of %s by %s, good from %s to %s"
            .formatted(
                session.getProtocol(),
                session.getCipherSuite(),
                leaf.getSubjectX500Principal().getName(),
                leaf.getIssuerX500Principal().getName(),
                leaf.getNotBefore().toInstant(),
                leaf.getNotAfter().toInstant());
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no TLS.", e);
    }
  }

  private static String handshake(String host, int port, SSLException failed) {
    var words = String.valueOf(failed.getMessage());
    if (words.contains("Unsupported or unrecognized SSL message")) {
      return "No TLS: %s:%s answers, but not in TLS. Start the server with '--tls', or set 'insecure: true' in the clients on the same machine."
          .formatted(host, port);
    }
    if (words.contains("signature")) {
      return "Key that does not fit: the server signs with another key than that of its certificate (%s). Put the certificate and its own key in place."
          .formatted(words);
    }
    if (words.contains("protocol_version") || words.contains("protocol version")) {
      return "Old TLS: the server speaks neither TLS 1.2 nor 1.3, and no client of today speaks less.";
    }
    if (words.contains("bad_certificate") || words.contains("certificate_required")) {
      return "Client certificate: the server wants one from its clients (%s).".formatted(words);
    }
    return "No agreement: the handshake failed (%s).".formatted(words);
  }

  private static void oldVersions(String host, int port, List<String> findings, boolean speaksNew) {
    try {
      for (var version : List.of(OldTls.VERSION_1_0, OldTls.VERSION_1_1)) {
        if (OldTls.spoken(host, port, version, PATIENCE)) {
          findings.add(
              "Old TLS: the server %s TLS %s, which was given up in 2021. Turn it off."
                  .formatted(
                      speaksNew ? "also speaks" : "speaks only as much as",
                      version == OldTls.VERSION_1_0 ? "1.0" : "1.1"));
        }
      }
    } catch (IOException gone) {
      findings.add("The server went away during the check (%s).".formatted(gone.getMessage()));
    }
  }

  private static List<X509Certificate> publicAuthorities() throws GeneralSecurityException {
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init((KeyStore) null);
    return Arrays.stream(trust.getTrustManagers())
        .filter(X509TrustManager.class::isInstance)
        .map(X509TrustManager.class::cast)
        .flatMap(manager -> Arrays.stream(manager.getAcceptedIssuers()))
        .toList();
  }

  /** Takes whatever is shown and keeps it: nothing is sent over this connection. */
  private static final class Shown extends X509ExtendedTrustManager {
    private List<X509Certificate> chain = List.of();

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String kind) {
      chain = List.of(shown);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String kind, Socket socket) {
      chain = List.of(shown);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String kind, SSLEngine engine) {
      chain = List.of(shown);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String kind) {
      throw new UnsupportedOperationException("there are no clients here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String kind, Socket socket) {
      throw new UnsupportedOperationException("there are no clients here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String kind, SSLEngine engine) {
      throw new UnsupportedOperationException("there are no clients here");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
