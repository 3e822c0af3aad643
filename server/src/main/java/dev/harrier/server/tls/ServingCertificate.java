package dev.harrier.server.tls;

import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.common.TlsProvider;
import dev.harrier.security.PeriodicTask;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate that the API's port serves with, read again when its files change: connections
 * that stand go on, and the next handshake has the new one. A pair that is not sound leaves the one
 * before in place.
 */
public final class ServingCertificate implements TlsProvider, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServingCertificate.class);

  /** Often enough that a renewal is not waited for, seldom enough to cost nothing. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private static final Duration REMIND_EVERY = Duration.ofDays(1);

  private final Path certificateFile;
  private final Path keyFile;
  private final List<X509Certificate> clientAuthorities;
  private final Clock clock;
  private final PeriodicTask looks =
      new PeriodicTask("harrier-certificate", LOOK_EVERY, this::look);
  private volatile Served served;
  private Optional<String> refused = Optional.empty();
  private Instant nextReminder = Instant.MIN;

  private record Served(ServingPair pair, TlsKeyPair forArmeria) {
    static Served of(ServingPair pair) {
      return new Served(pair, pair.forArmeria());
    }
  }

  private ServingCertificate(
      Path certificateFile,
      Path keyFile,
      List<X509Certificate> clientAuthorities,
      Clock clock,
      ServingPair pair) {
    this.certificateFile = certificateFile;
    this.keyFile = keyFile;
    this.clientAuthorities = List.copyOf(clientAuthorities);
    this.clock = clock;
    this.served = Served.of(pair);
  }

  /**
   * Reads a pair.
   *
   * @param clientAuthorityFile whose certificates a client may show; without it none is asked for
   * @throws UnusableCertificateException that says what is wrong with which file
   */
  public static ServingCertificate open(
      Path certificateFile, Path keyFile, Optional<Path> clientAuthorityFile, Clock clock)
      throws IOException, UnusableCertificateException {
    for (var file : List.of(certificateFile, keyFile)) {
      if (!Files.isRegularFile(file)) {
        throw new UnusableCertificateException(
            "TLS: expected a file %s, found none. 'harrier tls init' makes a certificate for tests and small teams."
                .formatted(file));
      }
    }
    List<X509Certificate> authorities = List.of();
    if (clientAuthorityFile.isPresent()) {
      var file = clientAuthorityFile.get();
      if (!Files.isRegularFile(file)) {
        throw new UnusableCertificateException(
            "server.security.ssl.clientCaFile: expected a file of certificates, found no %s"
                .formatted(file));
      }
      authorities =
          Pem.certificates(
              Files.readString(file, StandardCharsets.ISO_8859_1), "The clients' CA " + file);
    }
    var pair = ServingPair.read(certificateFile, keyFile, clock.instant());
    var opened = new ServingCertificate(certificateFile, keyFile, authorities, clock, pair);
    opened.tell(pair);
    return opened;
  }

  /** Begins to look for changes. */
  public void start() {
    looks.start();
  }

  /** The server's own certificate and those above it, as they are served now. */
  public List<X509Certificate> chain() {
    return served.pair.chain();
  }

  /** Whether clients are asked for a certificate of their own. */
  public boolean asksClients() {
    return !clientAuthorities.isEmpty();
  }

  @Override
  public TlsKeyPair keyPair(String hostName) {
    return served.forArmeria;
  }

  @Override
  public List<X509Certificate> trustedCertificates(String hostName) {
    return clientAuthorities;
  }

  /** Closed by the wiring, not by each server that uses it. */
  @Override
  public boolean autoClose() {
    return false;
  }

  @Override
  public void close() {
    looks.close();
  }

  /** Reads the files if they have changed; whether another certificate is served since. */
  synchronized boolean look() {
    String text;
    try {
      text = ServingPair.text(certificateFile, keyFile);
    } catch (IOException unreadable) {
      return refuse("", "they cannot be read: " + unreadable);
    }
    if (text.equals(served.pair.text())) {
      refused = Optional.empty();
      remind(served.pair);
      return false;
    }
    if (refused.equals(Optional.of(text))) {
      return false;
    }
    try {
      var pair = ServingPair.read(certificateFile, keyFile, clock.instant());
      served = Served.of(pair);
      refused = Optional.empty();
      tell(pair);
      return true;
    } catch (UnusableCertificateException unsound) {
      return refuse(text, String.valueOf(unsound.getMessage()));
    } catch (IOException unreadable) {
      return refuse(text, "they cannot be read: " + unreadable);
    }
  }

  private void tell(ServingPair pair) {
    var leaf = pair.leaf();
    LOG.info(
        "certificate {}: {} of {} is served, good until {}",
        certificateFile,
        leaf.getSubjectX500Principal(),
        leaf.getIssuerX500Principal(),
        leaf.getNotAfter().toInstant());
    nextReminder = Instant.MIN;
    remind(pair);
  }

  /**
   * Says each day that the certificate ends soon, or has ended: nobody else would before clients.
   */
  private void remind(ServingPair pair) {
    var now = clock.instant();
    if (pair.endsSoon(now) && !now.isBefore(nextReminder)) {
      nextReminder = now.plus(REMIND_EVERY);
      LOG.warn(
          "certificate {}: its time ends at {}, and clients refuse it from then on; put a new one in its place, no restart is needed",
          certificateFile,
          pair.leaf().getNotAfter().toInstant());
    }
  }

  private boolean refuse(String text, String why) {
    if (!refused.equals(Optional.of(text))) {
      // Two files are rarely replaced at once: the first of them alone is an error that passes.
      LOG.error(
          "certificate {} and key {}: the pair before stays in place, since this one is not sound: {}",
          certificateFile,
          keyFile,
          why);
      refused = Optional.of(text);
    }
    return false;
  }
}
