package dev.harrier.server.config;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.WebAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a propeller of its own process finds admin, and who it is there. The names are those of
 * Flyte's propeller where it has one.
 *
 * @param endpoint of admin's internal port, {@code dns:///host:port}
 * @param insecure whether it is called without TLS, which only loopback may be
 * @param clientId under which the access policy knows this propeller
 * @param clientSecretLocation the file with its secret, which nobody else may read
 * @param caCertFilePath that admin's certificate is checked with; without it the system's own
 * @param certificateFile in PEM, that the propeller shows, instead of a secret or beside it
 * @param keyFile its key in PEM, which nobody else may read
 */
public record AdminConfig(
    String endpoint,
    boolean insecure,
    String clientId,
    Optional<Path> clientSecretLocation,
    Optional<Path> caCertFilePath,
    Optional<Path> certificateFile,
    Optional<Path> keyFile) {

  /** On this machine, over TLS. */
  public static final AdminConfig DEFAULTS =
      new AdminConfig(
          "dns:///localhost:8089",
          false,
          "flytepropeller",
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  public AdminConfig {
    requireNonNull(endpoint, "endpoint");
    requireNonNull(clientId, "clientId");
    requireNonNull(clientSecretLocation, "clientSecretLocation");
    requireNonNull(caCertFilePath, "caCertFilePath");
    requireNonNull(certificateFile, "certificateFile");
    requireNonNull(keyFile, "keyFile");
    var url = url(endpoint, insecure);
    if (insecure && !WebAddress.ofThisMachine(url.getHost())) {
      throw new ConfigurationException(
          "admin.insecure: expected false, as admin is on another machine ('%s') and secrets of tasks go over that line, found true"
              .formatted(endpoint));
    }
    if (certificateFile.isPresent() != keyFile.isPresent()) {
      throw new ConfigurationException(
          "admin: expected certificateFile and keyFile together, found one of them");
    }
    if (insecure && certificateFile.isPresent()) {
      throw new ConfigurationException(
          "admin.certificateFile: expected 'insecure: false' beside it, as certificates are shown over TLS, found true");
    }
  }

  /** Where admin's internal port is, without a path. */
  public URI url() {
    return url(endpoint, insecure);
  }

  private static URI url(String endpoint, boolean insecure) {
    var authority = endpoint.replaceFirst("^dns:///", "");
    try {
      var url = URI.create((insecure ? "http://" : "https://") + authority);
      if (url.getHost() != null
          && url.getPort() > 0
          && url.getRawPath().isEmpty()
          && url.getRawQuery() == null
          && url.getRawFragment() == null
          && url.getRawUserInfo() == null) {
        return url;
      }
    } catch (IllegalArgumentException broken) {
      // Told below as any other text that is no such address.
    }
    throw new ConfigurationException(
        "admin.endpoint: expected dns:///host:port, found '%s'".formatted(endpoint));
  }
}
