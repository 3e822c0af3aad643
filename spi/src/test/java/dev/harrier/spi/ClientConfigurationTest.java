package dev.harrier.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The file in which clients find a server. */
final class ClientConfigurationTest {
  @Test
  void a_secret_without_tls() {
    var configuration =
        new ClientConfiguration(
            URI.create("http://localhost:30080"),
            Optional.empty(),
            new ClientConfiguration.ClientSecret("local", Path.of("/home/o'neill/secret")));

    assertThat(configuration.yaml())
        .isEqualTo(
            """
            admin:
              endpoint: dns:///localhost:30080
              insecure: true
              # Checked with the system's own authorities, if there is TLS.
              authType: ClientSecret
              clientId: local
              clientSecretLocation: '/home/o''neill/secret'
            """);
  }

  @Test
  void a_command_over_tls_with_an_authority_of_its_own_and_the_port_that_is_usual() {
    var configuration =
        new ClientConfiguration(
            URI.create("https://flyte.example.org"),
            Optional.of(Path.of("/etc/ca.pem")),
            new ClientConfiguration.TokenCommand(List.of("cat", "/run/token")));

    assertThat(configuration.yaml())
        .isEqualTo(
            """
            admin:
              endpoint: dns:///flyte.example.org:443
              insecure: false
              caCertFilePath: '/etc/ca.pem'
              authType: ExternalCommand
              command: ['cat', '/run/token']
            """);
  }
}
