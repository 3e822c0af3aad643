package dev.harrier.server.home;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Secret;
import dev.harrier.security.client.Clients;
import dev.harrier.spi.ClientConfiguration;
import dev.harrier.spi.machine.PrivateFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What clients on this machine need to log in: a configuration, and a secret beside it. */
public final class ClientFiles {
  /** The client that every home comes with. */
  public static final String CLIENT_ID = "harrier-local";

  private final Home home;
  private final Clients clients;

  public ClientFiles(Home home, Clients clients) {
    this.home = requireNonNull(home, "home");
    this.clients = requireNonNull(clients, "clients");
  }

  /**
   * Writes the configuration for the address that the server has this time, and a new secret if
   * there is none that still opens the door.
   *
   * @param authorityFile that clients are to check the server's certificate with; empty if their
   *     system knows the authority, or there is no TLS
   */
  public void write(URI address, Optional<Path> authorityFile) throws IOException {
    if (!secretIsGood()) {
      PrivateFiles.write(home.clientSecretFile(), clients.renew(CLIENT_ID).reveal());
    }
    PrivateFiles.write(home.clientFile(), yaml(address, authorityFile));
  }

  private boolean secretIsGood() throws IOException {
    var file = home.clientSecretFile();
    return Files.exists(file)
        && clients.proves(CLIENT_ID, new Secret(PrivateFiles.read(file).strip()));
  }

  private String yaml(URI address, Optional<Path> authorityFile) {
    var configuration =
        new ClientConfiguration(
            address,
            authorityFile,
            new ClientConfiguration.ClientSecret(CLIENT_ID, home.clientSecretFile()));
    return """
    # Made by Harrier at its start. Use it with
    #   pyflyte --config %1$s run --remote ...
    #   flytectl --config %1$s get project%2$s
    %3$sconsole:
      endpoint: %4$s
    """
        .formatted(
            home.clientFile(),
            // What flytectl asks for tokens with knows its own authority alone.
            authorityFile
                .map(file -> "\n# For flytectl also: export SSL_CERT_FILE=" + file.toAbsolutePath())
                .orElse(""),
            configuration.yaml(),
            address);
  }
}
