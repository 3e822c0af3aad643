package dev.harrier.server.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate of a test, with its key; each thing that can be wrong with one can be asked for.
 */
public record MadeCertificate(X509Certificate certificate, KeyPair keys) {

  /** How to make one. */
  public static final class Recipe {
    private String subject = "CN=server";
    private List<GeneralName> names =
        List.of(
            new GeneralName(GeneralName.dNSName, "localhost"),
            new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
    private Instant from = Instant.now().minus(Duration.ofHours(1));
    private Instant to = Instant.now().plus(Duration.ofDays(90));
    private Optional<KeyPurposeId> purpose = Optional.of(KeyPurposeId.id_kp_serverAuth);
    private int usage = KeyUsage.digitalSignature;
    private boolean authority;
    private BigInteger serial = BigInteger.valueOf(System.nanoTime());
    private boolean tellsWhereItsAuthorityIs;
    private Optional<MadeCertificate> issuer = Optional.empty();
    private KeyPair keys = curve();

    public Recipe subject(String name) {
      subject = name;
      return this;
    }

    public Recipe names(String... dns) {
      names =
          List.of(dns).stream().map(name -> new GeneralName(GeneralName.dNSName, name)).toList();
      return this;
    }

    public Recipe valid(Instant begin, Instant end) {
      from = begin;
      to = end;
      return this;
    }

    public Recipe purpose(Optional<KeyPurposeId> only) {
      purpose = only;
      return this;
    }

    public Recipe usage(int bits) {
      usage = bits;
      return this;
    }

    public Recipe serial(long number) {
      serial = BigInteger.valueOf(number);
      return this;
    }

    public Recipe rsa(int bits) {
      keys = generated("RSA", bits);
      return this;
    }

    public Recipe authority() {
      authority = true;
      names = List.of();
      purpose = Optional.empty();
      usage = KeyUsage.keyCertSign;
      return this;
    }

    public Recipe by(MadeCertificate above) {
      issuer = Optional.of(above);
      return this;
    }

    public Recipe tellingWhereItsAuthorityIs() {
      tellsWhereItsAuthorityIs = true;
      return this;
    }

    public MadeCertificate make() {
      var signer = issuer.map(MadeCertificate::keys).orElse(keys);
      var issuerName =
          issuer
              .map(above -> above.certificate().getSubjectX500Principal())
              .orElseGet(() -> new X500Principal(subject));
      try {
        var builder =
            new JcaX509v3CertificateBuilder(
                issuerName,
                serial,
                Date.from(from),
                Date.from(to),
                new X500Principal(subject),
                keys.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
        if (purpose.isPresent()) {
          builder.addExtension(
              Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose.get()));
        }
        if (!names.isEmpty()) {
          builder.addExtension(
              Extension.subjectAlternativeName,
              false,
              new GeneralNames(names.toArray(GeneralName[]::new)));
        }
        if (tellsWhereItsAuthorityIs) {
          builder.addExtension(
              Extension.authorityInfoAccess,
              false,
              new AuthorityInformationAccess(
                  AccessDescription.id_ad_caIssuers,
                  new GeneralName(
                      GeneralName.uniformResourceIdentifier, "http://ca.example.org/ca.der")));
        }
        var algorithm =
            "RSA".equals(signer.getPrivate().getAlgorithm()) ? "SHA256withRSA" : "SHA256withECDSA";
        return new MadeCertificate(
            new JcaX509CertificateConverter()
                .getCertificate(
                    builder.build(
                        new JcaContentSignerBuilder(algorithm).build(signer.getPrivate()))),
            keys);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (GeneralSecurityException | OperatorCreationException e) {
        throw new AssertionError("A certificate that cannot be made", e);
      }
    }
  }

  /** A server's certificate for loopback, signed by itself, unless told otherwise. */
  public static Recipe recipe() {
    return new Recipe();
  }

  /** Writes the certificate with those above it. */
  public Path writeChain(Path file, MadeCertificate... above) throws IOException {
    var text = new StringBuilder(Pem.text(certificate));
    for (var one : above) {
      text.append(Pem.text(one.certificate()));
    }
    return Files.writeString(file, text);
  }

  /** Writes the key with mode 0600. */
  public Path writeKey(Path file) throws IOException {
    Files.writeString(file, Pem.text(keys));
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private static KeyPair curve() {
    return generated("EC", 256);
  }

  private static KeyPair generated(String kind, int bits) {
    try {
      var generator = KeyPairGenerator.getInstance(kind);
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("This Java makes no keys of " + kind, e);
    }
  }
}
