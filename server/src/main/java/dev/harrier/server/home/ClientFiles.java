package dev.harrier.server.home;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.PrivateFiles;
import dev.harrier.security.Secret;
import dev.harrier.security.client.Clients;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;

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
   */
  public void write(URI address) throws IOException {
    if (!secretIsGood()) {
      PrivateFiles.write(home.clientSecretFile(), clients.renew(CLIENT_ID).reveal());
    }
    PrivateFiles.write(home.clientFile(), yaml(address));
  }

  private boolean secretIsGood() throws IOException {
    var file = home.clientSecretFile();
    return Files.exists(file)
        && clients.proves(CLIENT_ID, new Secret(PrivateFiles.read(file).strip()));
  }

  private String yaml(URI address) {
    return """
        # Made by Harrier at its start. Use it with
        #   pyflyte --config %1$s run --remote ...
        #   flytectl --config %1$s get project
        admin:
          endpoint: dns:///%2$s
          insecure: true
          authType: ClientSecret
          clientId: %3$s
          clientSecretLocation: %4$s
        console:
          endpoint: %5$s
        """
        .formatted(
            home.clientFile(),
            address.getAuthority(),
            CLIENT_ID,
            quoted(home.clientSecretFile().toString()),
            address);
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
