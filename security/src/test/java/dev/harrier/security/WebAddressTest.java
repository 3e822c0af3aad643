package dev.harrier.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WebAddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://vault.example.org:8200",
        "http://localhost:8200",
        "http://LOCALHOST",
        "http://127.0.0.1:1/path",
        "http://[::1]:8200"
      })
  void with_tls_or_on_this_machine_nobody_else_reads(String address) {
    assertThat(WebAddress.safe(URI.create(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://vault.example.org:8200",
        "http://localhost.example.org",
        "http://127.0.0.2",
        "http://[::2]",
        "https://user:password@vault.example.org",
        "http://user@localhost",
        "ftp://localhost",
        "localhost:8200",
        "https:///path",
        "/path"
      })
  void all_else_could_be_read_or_is_no_place(String address) {
    assertThat(WebAddress.safe(URI.create(address))).isFalse();
  }
}
