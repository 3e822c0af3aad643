package dev.harrier.server.tls;

import static dev.harrier.server.tls.MadeCertificate.recipe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ServingCertificateTest {
  private static final Duration DAY = Duration.ofDays(1);

  private final Path certificateFile;
  private final Path keyFile;

  ServingCertificateTest(@TempDir Path folder) {
    certificateFile = folder.resolve("server.pem");
    keyFile = folder.resolve("server-key.pem");
  }

  @Test
  void a_sound_pair_is_served() throws Exception {
    var made = recipe().make();
    made.writeChain(certificateFile);
    made.writeKey(keyFile);

    try (var served = open()) {
      assertThat(served.chain()).containsExactly(made.certificate());
      assertThat(served.keyPair("anybody").certificateChain()).containsExactly(made.certificate());
    }
  }

  @Test
  void a_key_of_another_certificate_is_refused_at_the_start() throws IOException {
    recipe().make().writeChain(certificateFile);
    recipe().make().writeKey(keyFile);

    refused("expected the one that the certificate", "was made for, found another");
  }

  @Test
  void an_rsa_key_beside_a_certificate_of_an_ec_key_is_refused() throws IOException {
    recipe().make().writeChain(certificateFile);
    recipe().rsa(2048).make().writeKey(keyFile);

    refused("found another");
  }

  @Test
  void an_expired_certificate_is_refused_with_its_end() throws IOException {
    var ended = Instant.now().minus(DAY);
    write(recipe().valid(ended.minus(DAY), ended).make());

    refused("found one that ended at", "Renew it");
  }

  @Test
  void a_certificate_of_tomorrow_is_refused() throws IOException {
    write(recipe().valid(Instant.now().plus(DAY), Instant.now().plus(DAY.multipliedBy(2))).make());

    refused("found one that begins at", "clock");
  }

  @Test
  void a_weak_key_is_refused() throws IOException {
    write(recipe().rsa(1024).make());

    refused("expected at least 2048 bits, found 1024");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw----r--", "rw--w----", "rwxrwxrwx"})
  void a_key_that_others_may_read_or_write_is_refused(String mode) throws IOException {
    write(recipe().make());
    Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString(mode));

    refused("found " + mode, "chmod 600");
  }

  @Test
  void files_that_are_missing_or_hold_something_else_are_named() throws IOException {
    refused("expected a file " + certificateFile, "harrier tls init");

    write(recipe().make());
    Files.writeString(certificateFile, "no certificate");
    refused("expected certificates in PEM", "found none");

    write(recipe().make());
    Files.writeString(keyFile, "no key");
    refused("expected a private key in PEM", "found none");

    write(recipe().make());
    Files.writeString(
        keyFile,
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
    assertThatThrownBy(this::open).isInstanceOf(UnusableCertificateException.class);
  }

  @Test
  void a_renewed_pair_is_served_and_an_unsound_one_leaves_the_one_before() throws Exception {
    var first = recipe().make();
    write(first);
    try (var served = open()) {
      assertThat(served.look()).isFalse();

      // A certificate whose key has not come yet, an expired one, none at all.
      recipe().make().writeChain(certificateFile);
      assertThat(served.look()).isFalse();
      write(
          recipe()
              .valid(Instant.now().minus(DAY.multipliedBy(2)), Instant.now().minus(DAY))
              .make());
      assertThat(served.look()).isFalse();
      Files.delete(certificateFile);
      assertThat(served.look()).isFalse();
      assertThat(served.chain()).containsExactly(first.certificate());

      var second = recipe().make();
      write(second);
      assertThat(served.look()).isTrue();
      assertThat(served.chain()).containsExactly(second.certificate());
    }
  }

  @Test
  void a_certificate_that_every_client_refuses_leaves_the_one_before() throws Exception {
    var first = recipe().make();
    write(first);
    try (var served = open()) {
      write(recipe().names().make());
      assertThat(served.look()).isFalse();
      write(recipe().purpose(Optional.of(KeyPurposeId.id_kp_clientAuth)).make());
      assertThat(served.look()).isFalse();

      assertThat(served.chain()).containsExactly(first.certificate());
    }
    refused("its extended key usage is not serverAuth");
  }

  @Test
  void the_key_is_never_shown() throws Exception {
    var made = recipe().make();
    write(made);

    var pair = ServingPair.read(certificateFile, keyFile, Instant.now());

    assertThat(pair.toString()).doesNotContain("PRIVATE").contains("CN=server");
  }

  private void write(MadeCertificate made) throws IOException {
    made.writeChain(certificateFile);
    made.writeKey(keyFile);
  }

  private void refused(String... words) {
    assertThatThrownBy(this::open)
        .isInstanceOf(UnusableCertificateException.class)
        .message()
        .contains(words);
  }

  private ServingCertificate open() throws IOException, UnusableCertificateException {
    return ServingCertificate.open(certificateFile, keyFile, Optional.empty(), Clock.systemUTC());
  }
}
