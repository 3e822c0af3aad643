package dev.harrier.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom connections that Harrier makes trust. */
final class OutgoingTlsTest {

  @Test
  void two_authorities_of_one_serial_number_are_both_trusted(@TempDir Path folder)
      throws Exception {
    var first = MadeCertificate.recipe().subject("CN=first").authority().serial(1).make();
    var second = MadeCertificate.recipe().subject("CN=second").authority().serial(1).make();
    var file = first.writeChain(folder.resolve("authorities.pem"), second);

    var store = OutgoingTls.store(file);

    assertThat(store.getCertificateAlias(first.certificate())).isNotNull();
    assertThat(store.getCertificateAlias(second.certificate())).isNotNull();
  }
}
