package dev.harrier.server.tls;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.TlsKeyPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A certificate with the chain to its authority, and the key that fits it, checked.
 *
 * @param chain from the server's own certificate upwards, at least that one
 * @param text what the files held, so that a change is seen
 */
record ServingPair(List<X509Certificate> chain, PrivateKey key, String text) {
  /** From when on the log speaks of an end that comes near. */
  static final Duration ENDS_SOON = Duration.ofDays(14);

  private static final int RSA_BITS_MIN = 2048;
  private static final byte[] PROBE = "harrier".getBytes(StandardCharsets.US_ASCII);

  ServingPair {
    chain = List.copyOf(chain);
    requireNonNull(key, "key");
    requireNonNull(text, "text");
  }

  /** What both files hold. */
  static String text(Path certificate, Path key) throws IOException {
    return Files.readString(certificate, StandardCharsets.ISO_8859_1)
        + "\n"
        + Files.readString(key, StandardCharsets.ISO_8859_1);
  }

  /**
   * Reads and checks.
   *
   * @throws UnusableCertificateException that says what is wrong with which file
   * @throws IOException if one cannot be read
   */
  static ServingPair read(Path certificateFile, Path keyFile, Instant now)
      throws IOException, UnusableCertificateException {
    KeyFile.check(keyFile);
    var text = text(certificateFile, keyFile);
    var chain =
        Pem.certificates(
            Files.readString(certificateFile, StandardCharsets.ISO_8859_1),
            "The certificate " + certificateFile);
    if (chain.size() > Pem.CHAIN_MAX) {
      throw new UnusableCertificateException(
          "The certificate %s: expected the server's certificate and those above it, at most %s, found %s"
              .formatted(certificateFile, Pem.CHAIN_MAX, chain.size()));
    }
    var key = Pem.key(Files.readString(keyFile, StandardCharsets.ISO_8859_1), "The key " + keyFile);
    var leaf = chain.getFirst();
    if (now.isAfter(leaf.getNotAfter().toInstant())) {
      throw new UnusableCertificateException(
          "The certificate %s: expected one that is good now, %s, found one that ended at %s. Renew it, or set this machine's clock."
              .formatted(certificateFile, now, leaf.getNotAfter().toInstant()));
    }
    if (now.isBefore(leaf.getNotBefore().toInstant())) {
      throw new UnusableCertificateException(
          "The certificate %s: expected one that is good now, %s, found one that begins at %s. Set this machine's clock, or wait."
              .formatted(certificateFile, now, leaf.getNotBefore().toInstant()));
    }
    if (!fits(leaf.getPublicKey(), key)) {
      throw new UnusableCertificateException(
          "The key %s: expected the one that the certificate %s was made for, found another. The first certificate in the file must be the server's own."
              .formatted(keyFile, certificateFile));
    }
    if (leaf.getPublicKey() instanceof RSAKey rsa && rsa.getModulus().bitLength() < RSA_BITS_MIN) {
      throw new UnusableCertificateException(
          "The key %s: expected at least %s bits, found %s"
              .formatted(keyFile, RSA_BITS_MIN, rsa.getModulus().bitLength()));
    }
    var refused = CertificateCheck.everywhere(leaf);
    if (!refused.isEmpty()) {
      throw new UnusableCertificateException(
          "The certificate %s: no client would take it: %s."
              .formatted(certificateFile, String.join("; ", refused)));
    }
    return new ServingPair(chain, key, text);
  }

  X509Certificate leaf() {
    return chain.getFirst();
  }

  boolean endsSoon(Instant now) {
    return now.plus(ENDS_SOON).isAfter(leaf().getNotAfter().toInstant());
  }

  TlsKeyPair forArmeria() {
    return TlsKeyPair.of(key, chain);
  }

  private static boolean fits(PublicKey open, PrivateKey key) throws UnusableCertificateException {
    var algorithm =
        switch (open.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default ->
              throw new UnusableCertificateException(
                  "The certificate: expected an RSA or EC key, which every client takes, found %s"
                      .formatted(open.getAlgorithm()));
        };
    try {
      var signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(PROBE);
      var signed = signature.sign();
      signature.initVerify(open);
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (InvalidKeyException otherKind) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java cannot sign with " + algorithm, e);
    }
  }

  /** Without the key, and without the text that has it. */
  @Override
  public String toString() {
    return "ServingPair[" + leaf().getSubjectX500Principal() + "]";
  }
}
