package dev.harrier.server.config;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where secrets of tasks come from, and where the built-in store has its master key from.
 *
 * @param masterKeyFile a keyset of Google Tink in JSON with mode 0600; without it {@code
 *     security/secret-master-key.json} of the home, which the first start makes
 * @param masterKeyVariable the environment variable that holds such a keyset, instead of a file
 * @param masterKeyTransit a key of Vault's transit engine, which wraps from now on; what the file
 *     or the variable has still opens
 * @param masterKeyAwsKms the same with a key of AWS KMS
 * @param sources in the order in which they are asked; without any the built-in store alone
 */
public record SecretsConfig(
    Optional<Path> masterKeyFile,
    Optional<String> masterKeyVariable,
    TransitConfig masterKeyTransit,
    KmsConfig masterKeyAwsKms,
    List<SecretSourceConfig> sources) {
  /** A file of the home. */
  public static final SecretsConfig DEFAULTS =
      new SecretsConfig(
          Optional.empty(),
          Optional.empty(),
          new TransitConfig(Optional.empty(), "transit", VaultConfig.DEFAULTS),
          new KmsConfig(Optional.empty(), Optional.empty(), Optional.empty()),
          List.of());

  /**
   * A key that Vault keeps.
   *
   * @param key its name; none without
   * @param mount of the engine
   */
  public record TransitConfig(Optional<String> key, String mount, VaultConfig vault) {
    public TransitConfig {
      requireNonNull(key, "key");
      requireNonNull(mount, "mount");
      requireNonNull(vault, "vault");
    }
  }

  /**
   * A key that AWS KMS keeps, with the credentials that AWS's programs find.
   *
   * @param key its id, its ARN or an alias; none without
   * @param region if it is another than they find
   * @param endpoint if it is another than the region's
   */
  public record KmsConfig(
      Optional<String> key, Optional<String> region, Optional<String> endpoint) {
    public KmsConfig {
      requireNonNull(key, "key");
      requireNonNull(region, "region");
      requireNonNull(endpoint, "endpoint");
    }
  }

  public SecretsConfig {
    requireNonNull(masterKeyFile, "masterKeyFile");
    requireNonNull(masterKeyVariable, "masterKeyVariable");
    requireNonNull(masterKeyTransit, "masterKeyTransit");
    requireNonNull(masterKeyAwsKms, "masterKeyAwsKms");
    sources = List.copyOf(sources);
    if (masterKeyFile.isPresent() && masterKeyVariable.isPresent()) {
      throw new ConfigurationException(
          "secrets.masterKeyFile and secrets.masterKeyVariable: expected one of them, found both");
    }
    if (masterKeyTransit.key().isPresent() && masterKeyAwsKms.key().isPresent()) {
      throw new ConfigurationException(
          "secrets.masterKeyTransit.key and secrets.masterKeyAwsKms.key: expected one of them, found both");
    }
  }
}
