package dev.harrier.security.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.spi.RejectedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CertificateNameTest {
  @Test
  void a_host_is_kept_in_lower_case_and_a_uri_as_it_is() {
    assertThat(CertificateName.parse("dns:Worker.Example.com"))
        .hasToString("dns:worker.example.com");
    assertThat(CertificateName.parse("uri:spiffe://example.org/Propeller"))
        .hasToString("uri:spiffe://example.org/Propeller");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "worker",
        "dns:",
        "dns:*.example.com",
        "dns:a..b",
        "dns:-a",
        "dns:a b",
        "ip:10.0.0.1",
        "uri:",
        "uri:/path",
        "uri:no scheme",
        "DNS:a"
      })
  void anything_else_is_refused(String text) {
    assertThatThrownBy(() -> CertificateName.parse(text))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("expected dns:<host>");
  }
}
