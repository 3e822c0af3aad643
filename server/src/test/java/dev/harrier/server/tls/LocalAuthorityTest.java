package dev.harrier.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.openssl.PEMParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalAuthorityTest {
  private final LocalAuthority authority;

  LocalAuthorityTest(@TempDir Path folder) {
    authority = new LocalAuthority(folder.resolve("tls"));
  }

  @Test
  void no_client_has_a_reason_to_refuse_its_certificate_under_any_of_its_names() throws Exception {
    var now = Instant.now();
    var names = List.of("localhost", "127.0.0.1", "::1", "flyte.example.org");
    authority.issue(names, now);

    var check = new CertificateCheck(read(authority.certificateFile()), List.of());

    for (var name : names) {
      assertThat(check.findings(read(authority.serverCertificateFile()), name, now)).isEmpty();
    }
    assertThat(check.findings(read(authority.serverCertificateFile()), "other.example.org", now))
        .singleElement()
        .asString()
        .startsWith("Another name");
  }

  @Test
  void its_keys_are_for_nobody_else_and_the_authoritys_is_not_the_servers() throws Exception {
    authority.issue(List.of("localhost"), Instant.now());

    try (var files = Files.list(authority.certificateFile().resolveSibling("."))) {
      for (var file : files.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
      }
    }
    assertThat(authority.serverKeyFile())
        .content()
        .isNotEqualTo(Files.readString(authority.certificateFile().resolveSibling("ca-key.pem")));
  }

  @Test
  void its_keys_hold_the_public_ones_since_gnutls_reads_none_without() throws Exception {
    authority.issue(List.of("localhost"), Instant.now());

    assertThat(publicPart(authority.serverKeyFile()))
        .isEqualTo(publicPart(read(authority.serverCertificateFile())));
    assertThat(publicPart(authority.certificateFile().resolveSibling("ca-key.pem")))
        .isEqualTo(publicPart(read(authority.certificateFile())));
  }

  private static byte[] publicPart(Path keyFile) throws IOException {
    try (var parser = new PEMParser(Files.newBufferedReader(keyFile))) {
      var key = (PrivateKeyInfo) parser.readObject();
      return ECPrivateKey.getInstance(key.parsePrivateKey()).getPublicKey().getOctets();
    }
  }

  private static byte[] publicPart(List<X509Certificate> chain) {
    return SubjectPublicKeyInfo.getInstance(chain.getFirst().getPublicKey().getEncoded())
        .getPublicKeyData()
        .getOctets();
  }

  @Test
  void a_server_certificate_lives_a_year_at_most_and_cannot_sign_others() throws Exception {
    authority.issue(List.of("localhost"), Instant.now());

    var server = read(authority.serverCertificateFile()).getFirst();
    var own = read(authority.certificateFile()).getFirst();

    assertThat(
            Duration.between(server.getNotBefore().toInstant(), server.getNotAfter().toInstant()))
        .isLessThan(Duration.ofDays(366));
    assertThat(server.getBasicConstraints()).isEqualTo(-1);
    assertThat(own.getBasicConstraints()).isZero();
    assertThat(own.getKeyUsage()[5]).as("keyCertSign").isTrue();
  }

  @Test
  void a_renewal_keeps_the_authority() throws Exception {
    authority.issue(List.of("localhost"), Instant.now());
    var own = read(authority.certificateFile());
    var first = read(authority.serverCertificateFile());

    authority.issue(List.of("localhost", "new.example.org"), Instant.now());

    assertThat(read(authority.certificateFile())).isEqualTo(own);
    assertThat(read(authority.serverCertificateFile())).isNotEqualTo(first);
  }

  @Test
  void a_renewal_can_keep_the_names_of_the_one_before() throws Exception {
    assertThat(authority.names()).isEmpty();

    authority.issue(List.of("localhost", "10.0.0.1", "flyte.example.org"), Instant.now());

    assertThat(authority.names()).containsExactly("localhost", "10.0.0.1", "flyte.example.org");
  }

  @Test
  void what_is_no_name_is_refused() {
    for (var wrong : List.of("", "a b", "-x", "https://x", "1.2.3", "x_y", "x..y")) {
      assertThatThrownBy(() -> authority.issue(List.of(wrong), Instant.now()))
          .as(wrong)
          .isInstanceOf(UnusableCertificateException.class)
          .hasMessageContaining("'" + wrong + "'");
    }
  }

  private static List<X509Certificate> read(Path file) throws Exception {
    return Pem.certificates(Files.readString(file), file.toString());
  }
}
