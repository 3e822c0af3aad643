package dev.harrier.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS and browsers in the configuration, under Flyte's names. */
final class SecurityConfigTest {
  private final Path file;

  SecurityConfigTest(@TempDir Path folder) {
    file = folder.resolve("config.yaml");
  }

  @Test
  void an_operators_values_carry_over_from_flyte() throws IOException {
    var server =
        read(
            """
            server:
              address: 0.0.0.0
              url: https://flyte.example.org
              security:
                secure: true
                useAuth: true
                ssl:
                  certificateFile: /etc/ssl/flyte.pem
                  keyFile: /etc/ssl/flyte-key.pem
                allowCors: true
                allowedOrigins: ["https://console.example.org", "http://localhost:3000"]
                allowedHeaders: ["Content-Type", "flyte-authorization"]
            """);

    assertThat(server.security().ssl().certificateFile()).contains(Path.of("/etc/ssl/flyte.pem"));
    assertThat(server.security().callingOrigins())
        .containsExactlyInAnyOrder("https://console.example.org", "http://localhost:3000");
    assertThat(server.onLoopback()).isFalse();
  }

  @Test
  void without_allow_cors_no_origin_may_call() throws IOException {
    assertThat(
            read("server: {security: {allowCors: false, allowedOrigins: ['https://a.example']}}")
                .security()
                .callingOrigins())
        .isEmpty();
    assertThat(read("").security().callingOrigins()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "https://*.example.org",
        "console.example.org",
        "https://console.example.org/",
        "https://Console.example.org",
        "https://me@console.example.org",
        "ftp://console.example.org",
        "null",
        "https:// x",
      })
  void what_is_no_origin_is_refused(String origin) {
    assertThatThrownBy(() -> read("server: {security: {allowedOrigins: ['" + origin + "']}}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("server.security.allowedOrigins")
        .hasMessageContaining(origin);
  }

  @ParameterizedTest
  @CsvSource({
    "'{useAuth: false}', 'no mode without authentication'",
    "'{insecureCookieHeader: true}', 'Cookies are marked Secure'",
    "'{allowedHeaders: [\"*\"]}', 'allowedHeaders'",
    "'{ssl: {certificateFile: /a, keyFile: /b}}', 'server.security.secure: expected true'",
    "'{secure: true, ssl: {certificateFile: /a}}', 'certificateFile and keyFile together'",
    "'{secure: true, ssl: {clientCaFile: /c, requireClientCertificate: true}}', 'mtls: true'",
    "'{redirectPort: 80}', 'secure: true'",
    "'{secure: true, redirectPort: 30080}', 'another port'",
  })
  void what_is_dangerous_or_half_said_is_explained(String security, String words) {
    assertThatThrownBy(() -> read("server: {security: " + security + "}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(words);
  }

  @ParameterizedTest
  @CsvSource({
    "'server: {httpPort: 8088}', 'server.port'",
    "'server: {grpc: {port: 8089}}', 'server.port'",
    "'server: {grpcServerReflection: true}', 'reflection'",
    "'server: {kube-config: x}', 'without Kubernetes'",
    "'server: {security: {auditAccess: true}}', 'setting of Flyte'",
    "'auth: {disableForHttp: true}', 'no mode without authentication'",
  })
  void a_setting_that_only_flyte_has_is_explained(String yaml, String words) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(words);
  }

  @ParameterizedTest
  @CsvSource({
    "'{address: 0.0.0.0}', 'TLS'",
    "'{address: 10.1.2.3}', 'harrier tls init'",
    "'{address: 0.0.0.0, security: {secure: true}}', 'server.url: expected the address'",
    "'{address: example.org, security: {secure: true}}', 'server.url'",
    "'{url: \"http://flyte.example.org\"}', 'in the clear'",
    "'{url: flyte.example.org}', 'server.url: expected https://name'",
    "'{url: \"https://flyte.example.org/console\"}', 'nothing behind it'",
    "'{url: \"http://flyte.example.org\", security: {secure: true}}', 'expected https'",
    "'{callerLimits: {burst: 0}}', 'server.callerLimits.burst: expected at least 1'",
  })
  void an_address_that_cannot_be_is_refused(String server, String words) {
    assertThatThrownBy(() -> read("server: " + server))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(words);
  }

  private ServerConfig read(String yaml) throws IOException {
    Files.writeString(file, yaml);
    return ConfigReader.read(Optional.of(file), Map.of(), Map.of()).server();
  }
}
