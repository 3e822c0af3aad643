package dev.harrier.server.config;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.WebAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A receiver of the audit log outside.
 *
 * @param name that no other sink has: letters, digits and dashes
 * @param type how it is spoken to
 * @param url {@code tls://host:port} of a syslog server, or where OTLP and HTTPS are posted to
 * @param required whether changes are refused while records wait for it for over a minute
 * @param caFile whom to trust with the receiver's certificate; the system's authorities without it
 * @param certificateFile what Harrier shows, if the receiver asks for a certificate
 * @param keyFile of that certificate
 * @param secretFile that signs what is posted over HTTPS
 * @param authorizationFile with the value of the header of that name
 */
public record AuditSinkConfig(
    String name,
    Type type,
    String url,
    boolean required,
    Optional<Path> caFile,
    Optional<Path> certificateFile,
    Optional<Path> keyFile,
    Optional<Path> secretFile,
    Optional<Path> authorizationFile) {

  /** What a sink of a list keeps that says nothing. */
  public static final AuditSinkConfig DEFAULTS =
      new AuditSinkConfig(
          "",
          Type.STDOUT,
          "",
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /** How a sink is spoken to. */
  public enum Type {
    /** Lines on the standard output. */
    STDOUT,
    /** RFC 5424 over TLS. */
    SYSLOG,
    /** OpenTelemetry's logs, protobuf over HTTP. */
    OTLP,
    /** Signed bodies of lines. */
    HTTPS
  }

  public AuditSinkConfig {
    requireNonNull(name, "name");
    requireNonNull(type, "type");
    requireNonNull(url, "url");
    requireNonNull(caFile, "caFile");
    requireNonNull(certificateFile, "certificateFile");
    requireNonNull(keyFile, "keyFile");
    requireNonNull(secretFile, "secretFile");
    requireNonNull(authorizationFile, "authorizationFile");
  }

  /** Where it is; not of standard output. */
  public URI address() {
    return URI.create(url);
  }

  /**
   * Checks that it says what it needs and nothing that has no effect.
   *
   * @param path of it in the configuration
   */
  void check(String path) {
    if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9-]{0,62}")) {
      throw new ConfigurationException(
          "%s.name: expected up to 63 letters, digits and dashes, found '%s'"
              .formatted(path, name));
    }
    if (type == Type.STDOUT) {
      only(path + ".url", url.isEmpty(), "nothing for a sink on standard output");
    } else {
      checkAddress(path + ".url");
    }
    only(
        path + ".secretFile",
        secretFile.isPresent() == (type == Type.HTTPS),
        "one for a sink of type https, and for no other");
    only(
        path + ".authorizationFile",
        authorizationFile.isEmpty() || type == Type.OTLP || type == Type.HTTPS,
        "none for a sink of type " + type);
    only(
        path + ".keyFile",
        keyFile.isPresent() == certificateFile.isPresent(),
        "it together with certificateFile");
    only(
        path + ".caFile",
        type != Type.STDOUT || (caFile.isEmpty() && keyFile.isEmpty()),
        "no certificates for a sink on standard output");
  }

  private void checkAddress(String path) {
    try {
      var address = address();
      var fits =
          type == Type.SYSLOG
              ? "tls".equals(address.getScheme())
                  && address.getHost() != null
                  && address.getRawUserInfo() == null
              : WebAddress.safe(address);
      if (fits) {
        return;
      }
    } catch (IllegalArgumentException none) {
      throw new ConfigurationException(path + ": expected an address, found another");
    }
    // It may hold a password, so it is not shown.
    throw new ConfigurationException(
        "%s: expected %s, found another"
            .formatted(
                path,
                type == Type.SYSLOG
                    ? "tls://host:port"
                    : "https://…, or http://… on this machine, without a user"));
  }

  private static void only(String path, boolean fits, String expected) {
    if (!fits) {
      throw new ConfigurationException("%s: expected %s".formatted(path, expected));
    }
  }
}
