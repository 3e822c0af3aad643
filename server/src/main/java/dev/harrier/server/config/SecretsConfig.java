package dev.harrier.server.config;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
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
    FILE("masterKeyFile"),
    VARIABLE("masterKeyVariable"),
    TRANSIT("masterKeyTransit.key"),
    AWSKMS("masterKeyAwsKms.key");

    /** What names a key there. */
    private final String setting;

    Place(String setting) {
      this.setting = setting;
    }
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
    var named = named(masterKeyTransit, masterKeyAwsKms, masterKeyVariable, masterKeyFile);
    if (masterKeyPlace.isEmpty()) {
      requireOne(named, Place.FILE, Place.VARIABLE);
      requireOne(named, Place.TRANSIT, Place.AWSKMS);
    } else if (masterKeyPlace.get() != Place.FILE && !named.contains(masterKeyPlace.get())) {
      throw new ConfigurationException(
          "secrets.masterKeyPlace: expected a key to be given there, found none");
    }
  }

  private static List<Place> named(
      TransitConfig transit, KmsConfig kms, Optional<String> variable, Optional<Path> file) {
    var named = new ArrayList<Place>();
    transit.key().ifPresent(key -> named.add(Place.TRANSIT));
    kms.key().ifPresent(key -> named.add(Place.AWSKMS));
    variable.ifPresent(name -> named.add(Place.VARIABLE));
    file.ifPresent(path -> named.add(Place.FILE));
    return named;
  }

  private static void requireOne(List<Place> named, Place first, Place second) {
    if (named.containsAll(List.of(first, second))) {
      throw new ConfigurationException(
          "secrets.%s and secrets.%s: expected one of them, or secrets.masterKeyPlace to say which wraps from now on, found both"
              .formatted(first.setting, second.setting));
    }
  }

  /** Where keys are, the one that wraps from now on first. */
  public List<Place> places() {
    var places = new LinkedHashSet<Place>();
    masterKeyPlace.ifPresent(places::add);
    places.addAll(named(masterKeyTransit, masterKeyAwsKms, masterKeyVariable, masterKeyFile));
    // The home's own file, unless a variable is there in its place.
    if (masterKeyVariable.isEmpty()) {
      places.add(Place.FILE);
    }
    return List.copyOf(places);
  }
}
