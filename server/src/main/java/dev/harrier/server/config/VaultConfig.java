package dev.harrier.server.config;

import static java.util.Objects.requireNonNull;

import dev.harrier.secrets.http.HttpService;
import dev.harrier.secrets.vault.VaultCalls;
import dev.harrier.secrets.vault.VaultLogin;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/**
 * A HashiCorp Vault or OpenBao, and how this server logs in there.
 *
 * @param address such as {@code https://vault.example.org:8200}
 * @param caFile of certificates in PEM, trusted instead of the system's
 * @param namespace if it has them
 * @param login how
 * @param loginMount where the login's method is, if not under its own name
 * @param tokenFile for {@code token}: which only its owner, or its group, reads
 * @param roleId for {@code appRole}
 * @param secretIdFile for {@code appRole}: which only its owner, or its group, reads
 * @param role for {@code kubernetes}
 * @param jwtFile for {@code kubernetes}
 */
public record VaultConfig(
    String address,
    Optional<Path> caFile,
    Optional<String> namespace,
    Login login,
    Optional<String> loginMount,
    Optional<Path> tokenFile,
    Optional<String> roleId,
    Optional<Path> secretIdFile,
    Optional<String> role,
    Path jwtFile) {
  /** The ways to log in. */
  public enum Login {
    TOKEN,
    APPROLE,
    KUBERNETES
  }

  /** None. */
  public static final VaultConfig DEFAULTS =
      new VaultConfig(
          "",
          Optional.empty(),
          Optional.empty(),
          Login.TOKEN,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Path.of("/var/run/secrets/kubernetes.io/serviceaccount/token"));

  public VaultConfig {
    requireNonNull(address, "address");
    requireNonNull(login, "login");
    requireNonNull(jwtFile, "jwtFile");
  }

  /**
   * What calls it; nothing is sent yet.
   *
   * @param path in the configuration, for messages
   * @throws ConfigurationException for what is missing or unsafe
   */
  public VaultCalls calls(String path, Clock clock) {
    try {
      return new VaultCalls(HttpService.address(address), caFile, namespace, login(path), clock);
    } catch (IllegalArgumentException wrong) {
      throw new ConfigurationException(
          "%s.address: %s, found '%s'".formatted(path, wrong.getMessage(), address));
    }
  }

  private VaultLogin login(String path) {
    return switch (login) {
      case TOKEN -> new VaultLogin.TokenFile(said(tokenFile, path, "tokenFile"));
      case APPROLE ->
          new VaultLogin.AppRole(
              loginMount.orElse("approle"),
              said(roleId, path, "roleId"),
              said(secretIdFile, path, "secretIdFile"));
      case KUBERNETES ->
          new VaultLogin.Kubernetes(
              loginMount.orElse("kubernetes"), said(role, path, "role"), jwtFile);
    };
  }

  private <T> T said(Optional<T> value, String path, String name) {
    return value.orElseThrow(
        () ->
            new ConfigurationException(
                "%s.%s: expected one for the login '%s', found none"
                    .formatted(path, name, login.name().toLowerCase(java.util.Locale.ROOT))));
  }
}
