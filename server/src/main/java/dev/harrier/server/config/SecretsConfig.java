package dev.harrier.server.config;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where secrets of tasks come from, and where the built-in store has its master key from.
 *
 * @param masterKeyPlace which of the following wraps from now on, where more than one is given; the
 *     others open what they wrapped
 * @param masterKeyFile a keyset of Google Tink in JSON with mode 0600; without it {@code
 *     security/secret-master-key.json} of the home, which the first start makes
 * @param masterKeyVariable the environment variable that holds such a keyset, instead of a file
 * @param masterKeyTransit a key of Vault's transit engine, which wraps instead
 * @param masterKeyAwsKms a key of AWS KMS, likewise
 * @param sources in the order in which they are asked; without any the built-in store alone
 */
public record SecretsConfig(
    Optional<Place> masterKeyPlace,
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
          Optional.empty(),
          new TransitConfig(Optional.empty(), "transit", VaultConfig.DEFAULTS),
          new KmsConfig(Optional.empty(), Optional.empty(), Optional.empty()),
          List.of());

  /** Where a master key may be. */
  public enum Place {
    FILE,
    VARIABLE,
    TRANSIT,
    AWSKMS
  }

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
    requireNonNull(masterKeyPlace, "masterKeyPlace");
    requireNonNull(masterKeyFile, "masterKeyFile");
    requireNonNull(masterKeyVariable, "masterKeyVariable");
    requireNonNull(masterKeyTransit, "masterKeyTransit");
    requireNonNull(masterKeyAwsKms, "masterKeyAwsKms");
    sources = List.copyOf(sources);
    if (masterKeyPlace.isEmpty()) {
      one(masterKeyFile, "masterKeyFile", masterKeyVariable, "masterKeyVariable");
      one(
          masterKeyTransit.key(),
          "masterKeyTransit.key",
          masterKeyAwsKms.key(),
          "masterKeyAwsKms.key");
    }
    var named =
        switch (masterKeyPlace.orElse(Place.FILE)) {
          case FILE -> true;
          case VARIABLE -> masterKeyVariable.isPresent();
          case TRANSIT -> masterKeyTransit.key().isPresent();
          case AWSKMS -> masterKeyAwsKms.key().isPresent();
        };
    if (!named) {
      throw new ConfigurationException(
          "secrets.masterKeyPlace: expected a key to be given there, found none");
    }
  }

  private static void one(
      Optional<?> first, String firstName, Optional<?> second, String secondName) {
    if (first.isPresent() && second.isPresent()) {
      throw new ConfigurationException(
          "secrets.%s and secrets.%s: expected one of them, or secrets.masterKeyPlace to say which wraps from now on, found both"
              .formatted(firstName, secondName));
    }
  }

  /** Where keys are, the one that wraps from now on first. */
  public List<Place> places() {
    var given = new ArrayList<Place>();
    masterKeyPlace.ifPresent(given::add);
    masterKeyTransit.key().ifPresent(key -> given.add(Place.TRANSIT));
    masterKeyAwsKms.key().ifPresent(key -> given.add(Place.AWSKMS));
    masterKeyVariable.ifPresent(name -> given.add(Place.VARIABLE));
    // The home's own file, unless a variable is there in its place.
    if (masterKeyFile.isPresent() || masterKeyVariable.isEmpty()) {
      given.add(Place.FILE);
    }
    return given.stream().distinct().toList();
  }
}
