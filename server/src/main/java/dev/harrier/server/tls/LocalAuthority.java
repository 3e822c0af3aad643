package dev.harrier.server.tls;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.machine.PrivateFiles;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority of one home, for tests and small teams: its certificate is given to
 * clients, its key stays in the home and signs the certificate of this server.
 */
public final class LocalAuthority {
  /** Under what Apple (398 days) and Mozilla's profile (366) take for a server. */
  static final Duration SERVER_VALIDITY = Duration.ofDays(365);

  /** So long need clients not be told of another authority. */
  static final Duration AUTHORITY_VALIDITY = Duration.ofDays(3_650);

  /** Clocks of clients may be a little behind. */
  private static final Duration EARLIER = Duration.ofHours(1);

  /** RFC 5280 allows 20 bytes. */
  private static final int SERIAL_BITS = 159;

  private static final int NAMES_MAX = 100;
  private static final Pattern DNS_NAME =
      Pattern.compile(
          "(\\*\\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern ADDRESS =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*");
  private static final Pattern DIGITS = Pattern.compile("[0-9.]+");

  private final Path folder;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param folder that its files are in, or will be
   */
  public LocalAuthority(Path folder) {
    this.folder = requireNonNull(folder, "folder");
  }

  /** The authority's certificate, which clients are told to trust. */
  public Path certificateFile() {
    return folder.resolve("ca.pem");
  }

  /** The server's certificate. */
  public Path serverCertificateFile() {
    return folder.resolve("server.pem");
  }

  /** The server's key, of mode 0600. */
  public Path serverKeyFile() {
    return folder.resolve("server-key.pem");
  }

  private Path keyFile() {
    return folder.resolve("ca-key.pem");
  }

  /**
   * The names of the server's certificate that is there, so that a renewal keeps them; none if
   * there is none.
   *
   * @throws UnusableCertificateException if what is there is no certificate
   */
  public List<String> names() throws IOException, UnusableCertificateException {
    if (!Files.isRegularFile(serverCertificateFile())) {
      return List.of();
    }
    var what = "The certificate " + serverCertificateFile();
    var text = Files.readString(serverCertificateFile(), StandardCharsets.US_ASCII);
    try {
      return CertificateCheck.names(Pem.certificates(text, what).getFirst());
    } catch (CertificateParsingException broken) {
      throw new UnusableCertificateException(
          what + ": its names cannot be read. Delete it, and name them anew.");
    }
  }

  /**
   * Makes the server's certificate anew, and before it the authority unless there is one: clients
   * that trust it need no change then.
   *
   * @param names DNS names and addresses of the server
   * @return until when the certificate is good
   * @throws UnusableCertificateException if a name is none, or what is there cannot be used
   */
  public Instant issue(List<String> names, Instant now)
      throws IOException, UnusableCertificateException {
    var subjects = new ArrayList<GeneralName>();
    for (var name : names) {
      subjects.add(generalName(name));
    }
    if (subjects.isEmpty() || subjects.size() > NAMES_MAX) {
      throw new UnusableCertificateException(
          "expected 1 to %s names, found %s".formatted(NAMES_MAX, subjects.size()));
    }
    PrivateFiles.createFolder(folder);
    try {
      if (!Files.exists(certificateFile())) {
        makeAuthority(now);
      }
      var authority =
          Pem.certificates(
                  Files.readString(certificateFile(), StandardCharsets.US_ASCII),
                  "The CA " + certificateFile())
              .getFirst();
      var authorityKey = Pem.key(PrivateFiles.read(keyFile()), "The CA's key " + keyFile());
      var ends = earlier(now.plus(SERVER_VALIDITY), authority.getNotAfter().toInstant());
      var keys = keys();
      var builder =
          new JcaX509v3CertificateBuilder(
              authority,
              serial(),
              Date.from(now.minus(EARLIER)),
              Date.from(ends),
              // The names are in the extension: clients stopped to look here.
              new X500Principal("CN=Harrier server"),
              keys.getPublic());
      var extensions = new JcaX509ExtensionUtils();
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
          .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
          .addExtension(
              Extension.extendedKeyUsage,
              false,
              new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
          .addExtension(
              Extension.subjectAlternativeName,
              false,
              new GeneralNames(subjects.toArray(GeneralName[]::new)))
          .addExtension(
              Extension.subjectKeyIdentifier,
              false,
              extensions.createSubjectKeyIdentifier(keys.getPublic()))
          .addExtension(
              Extension.authorityKeyIdentifier,
              false,
              extensions.createAuthorityKeyIdentifier(authority));
      var certificate = signed(builder, authorityKey);
      // The key first: a running server that looks in between finds a pair that does not fit, and
      // keeps the one before.
      PrivateFiles.write(serverKeyFile(), Pem.text(keys));
      PrivateFiles.write(serverCertificateFile(), Pem.text(certificate));
      return ends;
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("This Java makes no certificates.", e);
    }
  }

  private void makeAuthority(Instant now)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    var keys = keys();
    var name =
        new X500Principal(
            "CN=Harrier local CA " + now.truncatedTo(ChronoUnit.SECONDS) + ", O=Harrier");
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            serial(),
            Date.from(now.minus(EARLIER)),
            Date.from(now.plus(AUTHORITY_VALIDITY)),
            name,
            keys.getPublic());
    builder
        // It signs servers, and no further authority.
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
        .addExtension(
            Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
        .addExtension(
            Extension.subjectKeyIdentifier,
            false,
            new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
    PrivateFiles.write(keyFile(), Pem.text(keys));
    PrivateFiles.write(certificateFile(), Pem.text(signed(builder, keys.getPrivate())));
  }

  private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
  }

  private static GeneralName generalName(String name) throws UnusableCertificateException {
    if (ADDRESS.matcher(name).matches()) {
      try {
        return new GeneralName(GeneralName.iPAddress, InetAddress.ofLiteral(name).getHostAddress());
      } catch (IllegalArgumentException noAddress) {
        // Told below as any other text that is no name.
      }
    } else if (DNS_NAME.matcher(name.toLowerCase(Locale.ROOT)).matches()
        && !DIGITS.matcher(name).matches()) {
      return new GeneralName(GeneralName.dNSName, name.toLowerCase(Locale.ROOT));
    }
    throw new UnusableCertificateException(
        "expected names such as flyte.example.org or 192.168.1.7, found '%s'".formatted(name));
  }

  private KeyPair keys() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), random);
    return generator.generateKeyPair();
  }

  private BigInteger serial() {
    return new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
