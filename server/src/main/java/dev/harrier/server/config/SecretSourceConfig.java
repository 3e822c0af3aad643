package dev.harrier.server.config;

import static java.util.Objects.requireNonNull;

import dev.harrier.secrets.Places;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One source of the secrets of tasks.
 *
 * @param name for messages; without it the kind
 * @param kind what it is
 * @param projects that it is asked for, alone or with a domain after a slash; all, if empty
 * @param place where in it the secrets of a project and domain are
 * @param vault for {@code vault}
 * @param store for {@code vault}: the key-value store
 * @param folder for {@code files}
 * @param kubernetes for {@code kubernetes}
 * @param aws for {@code aws}
 * @param gcp for {@code gcp}
 * @param azure for {@code azure}
 */
public record SecretSourceConfig(
    String name,
    Kind kind,
    List<String> projects,
    Optional<String> place,
    VaultConfig vault,
    StoreConfig store,
    Optional<Path> folder,
    KubernetesConfig kubernetes,
    AwsConfig aws,
    GcpConfig gcp,
    AzureConfig azure) {
  /** What keeps the secrets. */
  public enum Kind {
    /** Harrier's own store. */
    STORED,
    /** HashiCorp Vault or OpenBao. */
    VAULT,
    /** Files that somebody mounts. */
    FILES,
    /** The API of Kubernetes. */
    KUBERNETES,
    /** AWS Secrets Manager. */
    AWS,
    /** Google Secret Manager. */
    GCP,
    /** Azure Key Vault. */
    AZURE
  }

  /** What a source in the list keeps that says nothing. */
  public static final SecretSourceConfig DEFAULTS =
      new SecretSourceConfig(
          "",
          Kind.STORED,
          List.of(),
          Optional.empty(),
          VaultConfig.DEFAULTS,
          new StoreConfig("secret", 2),
          Optional.empty(),
          new KubernetesConfig(
              "https://kubernetes.default.svc",
              Path.of("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"),
              Path.of("/var/run/secrets/kubernetes.io/serviceaccount/token")),
          new AwsConfig(Optional.empty(), Optional.empty()),
          new GcpConfig("", Optional.empty()),
          new AzureConfig("", "", "", Optional.empty(), Optional.empty()));

  public SecretSourceConfig {
    requireNonNull(kind, "kind");
    requireNonNull(place, "place");
    projects = List.copyOf(projects);
    if (name.isEmpty()) {
      name = kind.name().toLowerCase(Locale.ROOT);
    }
    if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new ConfigurationException(
          "secrets.sources: expected a name of 1 to 64 of A-Z a-z 0-9 . _ and -, found '%s'"
              .formatted(name));
    }
    if (kind == Kind.STORED && !(projects.isEmpty() && place.isEmpty())) {
      throw new ConfigurationException(
          "secrets.sources: expected neither projects nor a place for Harrier's own store, where"
              + " each secret has its own, found some");
    }
  }

  /**
   * A key-value store of Vault.
   *
   * @param mount where it is
   * @param version 1 or 2
   */
  public record StoreConfig(String mount, int version) {
    public StoreConfig {
      if (version != 1 && version != 2) {
        throw new ConfigurationException(
            "secrets.sources: expected store.version 1 or 2, found " + version);
      }
    }
  }

  /**
   * A cluster; its pods find all three where they are by themselves.
   *
   * @param address of its API
   * @param caFile of certificates that its API is trusted by
   * @param tokenFile of the server's service account
   */
  public record KubernetesConfig(String address, Path caFile, Path tokenFile) {}

  /**
   * AWS, with the credentials that its programs find.
   *
   * @param region if it is another than they find
   * @param endpoint if it is another than the region's
   */
  public record AwsConfig(Optional<String> region, Optional<String> endpoint) {}

  /**
   * Google.
   *
   * @param project of Google's
   * @param keyFile of a service account; without it the server logs in as its machine
   */
  public record GcpConfig(String project, Optional<Path> keyFile) {}

  /**
   * Azure.
   *
   * @param vault such as {@code https://name.vault.azure.net}
   * @param secretFile of the application, or {@code tokenFile} of the platform
   */
  public record AzureConfig(
      String vault,
      String tenantId,
      String clientId,
      Optional<Path> secretFile,
      Optional<Path> tokenFile) {}

  /**
   * Who asks it, and for what.
   *
   * @param path in the configuration, for messages
   */
  public Places places(String path) {
    // Flyte has a namespace for each project and domain, and namespaces know no slashes.
    var namespaces = kind == Kind.KUBERNETES;
    var pattern = place.orElse(namespaces ? "{project}-{domain}" : "{project}/{domain}");
    if (namespaces && pattern.contains("/")) {
      throw new ConfigurationException(
          "%s.place: expected the name of a namespace such as {project}-{domain}, found '%s'"
              .formatted(path, pattern));
    }
    try {
      return new Places(projects, pattern);
    } catch (IllegalArgumentException wrong) {
      throw new ConfigurationException(path + "." + wrong.getMessage());
    }
  }
}
