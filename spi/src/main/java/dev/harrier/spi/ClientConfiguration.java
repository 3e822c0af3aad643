package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The part {@code admin} of the file in which flytekit and flytectl find a server.
 *
 * @param server its address
 * @param authorityFile with which its certificate is checked; empty if the system knows the
 *     authority, or there is no TLS
 * @param login how clients show who they are
 */
public record ClientConfiguration(URI server, Optional<Path> authorityFile, Login login) {
  public ClientConfiguration {
    requireNonNull(server, "server");
    requireNonNull(authorityFile, "authorityFile");
    requireNonNull(login, "login");
  }

  /** How clients show who they are. */
  public sealed interface Login {}

  /** By what a command prints. */
  public record TokenCommand(List<String> line) implements Login {
    public TokenCommand {
      line = List.copyOf(line);
    }
  }

  /** By a secret in a file. */
  public record ClientSecret(String clientId, Path file) implements Login {
    public ClientSecret {
      requireNonNull(clientId, "clientId");
      requireNonNull(file, "file");
    }
  }

  /** As the file has it. */
  public String yaml() {
    return """
    admin:
      endpoint: dns:///%s
      insecure: %s
      %s
    %s\
    """
        .formatted(
            authority(),
            "http".equals(server.getScheme()),
            authorityFile
                .map(file -> "caCertFilePath: " + quoted(file.toAbsolutePath().toString()))
                .orElse("# Checked with the system's own authorities, if there is TLS."),
            switch (login) {
              case TokenCommand command ->
                  """
                    authType: ExternalCommand
                    command: [%s]
                  """
                      .formatted(
                          command.line().stream()
                              .map(ClientConfiguration::quoted)
                              .collect(Collectors.joining(", ")));
              case ClientSecret secret ->
                  """
                    authType: ClientSecret
                    clientId: %s
                    clientSecretLocation: %s
                  """
                      .formatted(secret.clientId(), quoted(secret.file().toString()));
            });
  }

  // A client of gRPC takes no port for granted.
  private String authority() {
    return server.getPort() < 0
        ? server.getHost() + ("https".equals(server.getScheme()) ? ":443" : ":80")
        : server.getAuthority();
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
