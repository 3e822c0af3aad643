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
 * @param sources in the order in which they are asked; without any the built-in store alone
 */
public record SecretsConfig(
    Optional<Path> masterKeyFile,
    Optional<String> masterKeyVariable,
    TransitConfig masterKeyTransit,
    List<SecretSourceConfig> sources) {
  /** A file of the home. */
  public static final SecretsConfig DEFAULTS =
      new SecretsConfig(
          Optional.empty(),
          Optional.empty(),
          new TransitConfig(Optional.empty(), "transit", VaultConfig.DEFAULTS),
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

  public SecretsConfig {
    requireNonNull(masterKeyFile, "masterKeyFile");
    requireNonNull(masterKeyVariable, "masterKeyVariable");
    sources = List.copyOf(sources);
    if (masterKeyFile.isPresent() && masterKeyVariable.isPresent()) {
      throw new ConfigurationException(
          "secrets.masterKeyFile and secrets.masterKeyVariable: expected one of them, found both");
    }
  }
}
