package dev.harrier.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** Certificates and keys in the text form that everybody exchanges them in. */
public final class Pem {
  /** A chain of more is a whole store of authorities, given by mistake. */
  static final int CHAIN_MAX = 10;

  private Pem() {}

  /**
   * The certificates of a text, in its order.
   *
   * @param where for messages
   */
  public static List<X509Certificate> certificates(String text, String where)
      throws UnusableCertificateException {
    if (!text.contains("-----BEGIN CERTIFICATE-----")) {
      throw new UnusableCertificateException(
          "%s: expected certificates in PEM ('-----BEGIN CERTIFICATE-----'), found none"
              .formatted(where));
    }
    var found = new ArrayList<X509Certificate>();
    try {
      var factory = CertificateFactory.getInstance("X.509");
      // What openssl prints around a certificate is no part of it.
      var blocks = text.split("(?=-----BEGIN )", -1);
      for (var block : blocks) {
        if (block.startsWith("-----BEGIN CERTIFICATE-----")) {
          found.add(
              (X509Certificate)
                  factory.generateCertificate(
                      new ByteArrayInputStream(block.getBytes(StandardCharsets.US_ASCII))));
        }
      }
    } catch (CertificateException broken) {
      throw new UnusableCertificateException(
          "%s: expected certificates in PEM, found one that cannot be read (%s)"
              .formatted(where, broken.getMessage()),
          broken);
    }
    return List.copyOf(found);
  }

  /**
   * The private key of a text: PKCS#8, or the older forms of RSA and EC keys.
   *
   * @param where for messages
   */
  static PrivateKey key(String text, String where) throws UnusableCertificateException {
    try (var parser = new PEMParser(new StringReader(text))) {
      var converter = new JcaPEMKeyConverter();
      for (var found = parser.readObject(); found != null; found = parser.readObject()) {
        switch (found) {
          case PrivateKeyInfo key -> {
            return converter.getPrivateKey(key);
          }
          case PEMKeyPair pair -> {
            return converter.getPrivateKey(pair.getPrivateKeyInfo());
          }
          case PEMEncryptedKeyPair locked -> throw locked(where);
          case PKCS8EncryptedPrivateKeyInfo locked -> throw locked(where);
          default -> {
            // The curve's parameters stand before an EC key of openssl.
          }
        }
      }
    } catch (IOException broken) {
      throw new UnusableCertificateException(
          "%s: expected a private key in PEM, found one that cannot be read".formatted(where),
          broken);
    }
    throw new UnusableCertificateException(
        "%s: expected a private key in PEM ('-----BEGIN PRIVATE KEY-----'), found none"
            .formatted(where));
  }

  /** A certificate as text. */
  static String text(X509Certificate certificate) {
    try {
      return text("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateException impossible) {
      throw new IllegalStateException("a certificate without bytes", impossible);
    }
  }

  /**
   * The private key of a pair as text, in PKCS#8. That of a curve has the public one in it, as RFC
   * 5915 advises: Java leaves it out, and GnuTLS does not read it so.
   */
  static String text(KeyPair keys) {
    if (!(keys.getPrivate() instanceof ECPrivateKey key)) {
      return text("PRIVATE KEY", keys.getPrivate().getEncoded());
    }
    var known = PrivateKeyInfo.getInstance(key.getEncoded());
    var point = SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()).getPublicKeyData();
    var whole =
        new org.bouncycastle.asn1.sec.ECPrivateKey(
            key.getParams().getOrder().bitLength(), key.getS(), point, null);
    try {
      return text(
          "PRIVATE KEY", new PrivateKeyInfo(known.getPrivateKeyAlgorithm(), whole).getEncoded());
    } catch (IOException impossible) {
      throw new IllegalStateException("a key without bytes", impossible);
    }
  }

  private static String text(String type, byte[] content) {
    var text = new StringWriter();
    try (var writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(type, content));
    } catch (IOException impossible) {
      throw new IllegalStateException("a text that cannot be written", impossible);
    }
    return text.toString();
  }

  private static UnusableCertificateException locked(String where) {
    return new UnusableCertificateException(
        "%s: expected a key without a passphrase, which nobody could type at a start, found an encrypted one. Decrypt it with 'openssl pkey -in … -out …' into a file of mode 600."
            .formatted(where));
  }
}
