package dev.harrier.server.config;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.WebAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * TLS, and what browsers may do; the names are Flyte's where Flyte has one.
 *
 * @param secure whether the API's port speaks TLS
 * @param ssl the certificate and its key
 * @param redirectPort a further port whose plain HTTP is sent on to the API's, 0 for none; plain
 *     HTTP on the API's own port is always sent on
 * @param useAuth always true: there is no server without authentication
 * @param insecureCookieHeader always false: cookies over TLS stay there
 * @param allowCors whether pages of {@code allowedOrigins} may call the API
 * @param allowedOrigins e.g. {@code https://console.example.org}, letter by letter; never {@code *}
 * @param allowedHeaders that such pages may send, beside those that any page may
 * @param allowRoot whether a server that others reach may run as root
 */
public record SecurityConfig(
    boolean secure,
    Ssl ssl,
    int redirectPort,
    boolean useAuth,
    boolean insecureCookieHeader,
    boolean allowCors,
    List<String> allowedOrigins,
    List<String> allowedHeaders,
    boolean allowRoot) {
  private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]{1,64}");
  private static final int ORIGINS_MAX = 100;

  /** No TLS, and no page of another origin. */
  public static final SecurityConfig DEFAULTS =
      new SecurityConfig(
          false,
          new Ssl(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false),
          0,
          true,
          false,
          true,
          List.of(),
          List.of("Content-Type", "flyte-authorization", "authorization"),
          false);

  public SecurityConfig {
    requireNonNull(ssl, "ssl");
    allowedOrigins = List.copyOf(allowedOrigins);
    allowedHeaders = List.copyOf(allowedHeaders);
    if (!useAuth) {
      throw new ConfigurationException(
          "server.security.useAuth: expected true, found false. Harrier has no mode without authentication; on one machine its clients log in with the client.yaml that it writes, and nobody types anything.");
    }
    if (insecureCookieHeader) {
      throw new ConfigurationException(
          "server.security.insecureCookieHeader: expected false, found true. Cookies are marked Secure whenever the server's address is https, and work without TLS on loopback by themselves.");
    }
    if (!secure && (ssl.certificateFile().isPresent() || ssl.keyFile().isPresent())) {
      throw new ConfigurationException(
          "server.security.secure: expected true, as server.security.ssl names a certificate or key, found false. Say 'secure: true', or take the files out.");
    }
    if (!secure && (ssl.clientCaFile().isPresent() || redirectPort != 0)) {
      throw new ConfigurationException(
          "server.security: clientCaFile and redirectPort need 'secure: true', found false");
    }
    allowedOrigins.forEach(SecurityConfig::checkOrigin);
    if (allowedOrigins.size() > ORIGINS_MAX) {
      throw new ConfigurationException(
          "server.security.allowedOrigins: expected at most %s, found %s"
              .formatted(ORIGINS_MAX, allowedOrigins.size()));
    }
    for (var header : allowedHeaders) {
      if (!HEADER.matcher(header).matches()) {
        throw new ConfigurationException(
            "server.security.allowedHeaders: expected names of headers, never '*', found '%s'"
                .formatted(header));
      }
    }
  }

  /** The origins of other servers whose pages may call the API with their user's login. */
  public Set<String> callingOrigins() {
    return allowCors ? Set.copyOf(allowedOrigins) : Set.of();
  }

  /**
   * Where the pair is, and whose certificates clients show.
   *
   * @param certificateFile in PEM: the server's own certificate, then those above it; without it
   *     the one that {@code harrier tls init} made in the home
   * @param keyFile its key in PEM, which nobody else may read
   * @param caFile the authority that clients on this machine are given to trust; without it that of
   *     the home if it made the certificate, else the system's
   * @param clientCaFile whose certificates clients may show; without it none is asked for
   * @param requireClientCertificate always false: tasks and commands have none; the policy demands
   *     it
   */
  public record Ssl(
      Optional<Path> certificateFile,
      Optional<Path> keyFile,
      Optional<Path> caFile,
      Optional<Path> clientCaFile,
      boolean requireClientCertificate) {
    public Ssl {
      if (certificateFile.isPresent() != keyFile.isPresent()) {
        throw new ConfigurationException(
            "server.security.ssl: expected certificateFile and keyFile together, found one of them");
      }
      if (requireClientCertificate) {
        throw new ConfigurationException(
            "server.security.ssl.requireClientCertificate: expected false, found true. Tasks and this program's own commands use the same port and have no certificate; set clientCaFile, and demand one of whom it concerns by the condition 'mtls: true' in the access policy.");
      }
    }
  }

  private static void checkOrigin(String origin) {
    if (origin.equals("*")) {
      throw new ConfigurationException(
          "server.security.allowedOrigins: expected origins such as https://console.example.org, found '*'. With it every page in the world could call the API with its visitors' logins. (Flyte's default is '*'; name the console's origin.)");
    }
    if (WebAddress.parseOrigin(origin).isEmpty()
        || !origin.equals(origin.toLowerCase(Locale.ROOT))) {
      throw new ConfigurationException(
          "server.security.allowedOrigins: expected scheme://host or scheme://host:port in small letters and nothing behind it, as browsers send it, found '%s'"
              .formatted(origin));
    }
  }
}
