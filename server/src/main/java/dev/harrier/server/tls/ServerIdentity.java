package dev.harrier.server.tls;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Optional;

/**
 * What the server proves its name with, and what clients need to check it.
 *
 * @param certificate that is served
 * @param authorityFile that a client must be told to trust; empty if its system knows the authority
 */
public record ServerIdentity(ServingCertificate certificate, Optional<Path> authorityFile) {
  public ServerIdentity {
    requireNonNull(certificate, "certificate");
    requireNonNull(authorityFile, "authorityFile");
  }

  /**
   * Where the pair is.
   *
   * @param certificateFile in PEM, the server's own first
   * @param keyFile its key
   * @param authorityFile for clients, if it is named
   * @param clientAuthorityFile whose certificates clients may show, if they may
   */
  public record PairFiles(
      Path certificateFile,
      Path keyFile,
      Optional<Path> authorityFile,
      Optional<Path> clientAuthorityFile) {}

  /**
   * Reads it.
   *
   * @throws UnusableCertificateException that says what is wrong with which file
   */
  public static ServerIdentity open(PairFiles files, LocalAuthority home, Clock clock)
      throws IOException, UnusableCertificateException {
    var certificate =
        ServingCertificate.open(
            files.certificateFile(), files.keyFile(), files.clientAuthorityFile(), clock);
    if (files.authorityFile().isPresent()) {
      var named = files.authorityFile().get();
      if (!Files.isRegularFile(named)) {
        throw new UnusableCertificateException(
            "server.security.ssl.caFile: expected a file of certificates, found no " + named);
      }
      return new ServerIdentity(certificate, files.authorityFile());
    }
    var top = certificate.chain().getLast();
    if (issued(top, top)) {
      return new ServerIdentity(certificate, Optional.of(files.certificateFile()));
    }
    if (Files.isRegularFile(home.certificateFile())) {
      var text = Files.readString(home.certificateFile(), StandardCharsets.ISO_8859_1);
      var authority = Pem.certificates(text, "The CA " + home.certificateFile()).getFirst();
      if (issued(top, authority)) {
        return new ServerIdentity(certificate, Optional.of(home.certificateFile()));
      }
    }
    return new ServerIdentity(certificate, Optional.empty());
  }

  private static boolean issued(X509Certificate below, X509Certificate above) {
    try {
      below.verify(above.getPublicKey());
      return true;
    } catch (GeneralSecurityException another) {
      return false;
    }
  }
}
