package dev.harrier.server.config;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the built-in store of secrets has its master key from.
 *
 * @param masterKeyFile a keyset of Google Tink in JSON with mode 0600; without it {@code
 *     security/secret-master-key.json} of the home, which the first start makes
 * @param masterKeyVariable the environment variable that holds such a keyset, instead of a file
 */
public record SecretsConfig(Optional<Path> masterKeyFile, Optional<String> masterKeyVariable) {
  /** A file of the home. */
  public static final SecretsConfig DEFAULTS =
      new SecretsConfig(Optional.empty(), Optional.empty());

  public SecretsConfig {
    requireNonNull(masterKeyFile, "masterKeyFile");
    requireNonNull(masterKeyVariable, "masterKeyVariable");
    if (masterKeyFile.isPresent() && masterKeyVariable.isPresent()) {
      throw new ConfigurationException(
          "secrets.masterKeyFile and secrets.masterKeyVariable: expected one of them, found both");
    }
  }
}
