package dev.harrier.server.tls;

import static dev.harrier.server.tls.MadeCertificate.recipe;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractStringAssert;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;

final class CertificateCheckTest {
  private final Instant now = Instant.now();

  private final MadeCertificate authority = recipe().subject("CN=Team CA").authority().make();

  @Test
  void a_sound_certificate_has_no_findings() {
    assertThat(findings(recipe().by(authority).make())).isEmpty();
  }

  @Test
  void an_authority_that_nobody_knows() {
    var stranger = recipe().subject("CN=Stranger CA").authority().make();

    only(recipe().by(stranger).make())
        .startsWith("Unknown authority")
        .contains("CN=Stranger CA", "certificate signed by unknown authority", "caCertFilePath");
  }

  @Test
  void a_certificate_that_signs_itself() {
    only(recipe().subject("CN=lonely").make()).startsWith("Unknown authority").contains("itself");
  }

  @Test
  void an_intermediate_authority_that_the_server_does_not_send() {
    var between = recipe().subject("CN=Between").authority().by(authority).make();
    var leaf = recipe().by(between).tellingWhereItsAuthorityIs().make();

    only(leaf).startsWith("Incomplete chain").contains("CN=Between", "Append");
    assertThat(findings(leaf, between)).isEmpty();
  }

  @Test
  void another_name() {
    only(recipe().by(authority).names("flyte.example.org").make())
        .startsWith("Another name")
        .contains("flyte.example.org", "localhost");
  }

  @Test
  void a_star_stands_for_one_label() {
    var star = recipe().by(authority).names("*.example.org").make();

    assertThat(findings("flyte.example.org", star)).isEmpty();
    assertThat(findings("a.flyte.example.org", star)).hasSize(1);
    assertThat(findings("example.org", star)).hasSize(1);
  }

  @Test
  void a_common_name_alone() {
    only(recipe().by(authority).subject("CN=localhost").names().make())
        .startsWith("No name")
        .contains("legacy Common Name");
  }

  @Test
  void expired_and_not_yet_valid() {
    var day = Duration.ofDays(1);

    only(recipe().by(authority).valid(now.minus(day.multipliedBy(9)), now.minus(day)).make())
        .startsWith("Expired");
    only(recipe().by(authority).valid(now.plus(day), now.plus(day.multipliedBy(9))).make())
        .startsWith("Not yet valid");
  }

  @Test
  void no_purpose_or_another() {
    only(recipe().by(authority).purpose(Optional.empty()).make())
        .startsWith("No purpose")
        .contains("certificate is not standards compliant");
    only(recipe().by(authority).purpose(Optional.of(KeyPurposeId.id_kp_clientAuth)).make())
        .startsWith("Wrong purpose")
        .contains("serverAuth");
    only(recipe().by(authority).usage(KeyUsage.keyEncipherment).make())
        .startsWith("Wrong purpose")
        .contains("digitalSignature");
  }

  @Test
  void valid_for_longer_than_macos_takes() {
    only(recipe().by(authority).valid(now, now.plus(Duration.ofDays(826))).make())
        .startsWith("Valid for too long: 826 days")
        .contains("certificate is not standards compliant");
    var publicly = recipe().by(authority).valid(now, now.plus(Duration.ofDays(400))).make();
    var check = new CertificateCheck(List.of(), List.of(authority.certificate()));
    assertThat(check.findings(List.of(publicly.certificate()), "localhost", now))
        .singleElement()
        .asString()
        .contains("400 days", "at most 398");
  }

  @Test
  void a_weak_key() {
    only(recipe().by(authority).rsa(1024).make()).startsWith("Weak key").contains("1024 bits");
  }

  private AbstractStringAssert<?> only(MadeCertificate leaf) {
    return assertThat(findings(leaf)).singleElement().asString();
  }

  private List<String> findings(MadeCertificate... chain) {
    return findings("localhost", chain);
  }

  private List<String> findings(String host, MadeCertificate... chain) {
    List<X509Certificate> sent = Stream.of(chain).map(MadeCertificate::certificate).toList();
    return new CertificateCheck(List.of(authority.certificate()), List.of())
        .findings(sent, host, now);
  }
}
