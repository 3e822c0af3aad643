package dev.harrier.server;

import dev.harrier.admin.execution.HeldPermissions;
import dev.harrier.database.Database;
import dev.harrier.runtime.process.AttemptSecrets;
import dev.harrier.runtime.process.FlytekitSecrets;
import dev.harrier.secrets.aws.AwsKmsMasterKeys;
import dev.harrier.secrets.vault.TransitMasterKeys;
import dev.harrier.security.Access;
import dev.harrier.security.Permission;
import dev.harrier.security.Secret;
import dev.harrier.security.secret.AttemptSecretRules;
import dev.harrier.security.secret.GivenMasterKeys;
import dev.harrier.security.secret.MasterKeyFile;
import dev.harrier.security.secret.MasterKeyRotation;
import dev.harrier.security.secret.MasterKeys;
import dev.harrier.security.secret.MovedMasterKeys;
import dev.harrier.security.secret.SecretGrants;
import dev.harrier.security.secret.StoredSecrets;
import dev.harrier.server.config.ConfigurationException;
import dev.harrier.server.config.SecretsConfig;
import dev.harrier.server.config.SecretsConfig.KmsConfig;
import dev.harrier.server.config.SecretsConfig.Place;
import dev.harrier.server.config.SecretsConfig.TransitConfig;
import dev.harrier.server.home.Home;
import dev.harrier.server.page.HttpCallers;
import dev.harrier.server.page.SecretPages;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes what keeps the secrets of tasks and hands them out. */
record SecretParts(
    Database database,
    MasterKeys masters,
    StoredSecrets secrets,
    List<AttemptSecretRules.Source> sources,
    Clock clock) {
  private static final Logger LOG = LoggerFactory.getLogger(SecretParts.class);

  /**
   * Opens the store; the first start makes its master key.
   *
   * @throws IOException if the key cannot be made
   */
  static SecretParts open(
      SecretsConfig config, Home home, Database database, Clock clock, Closing closing)
      throws IOException {
    var places =
        config.places().stream().map(place -> keys(place, config, home, clock, closing)).toList();
    var former = places.subList(1, places.size());
    // A lone file has keys that a rotation makes and takes away.
    var masters =
        former.isEmpty() ? places.getFirst() : new MovedMasterKeys(places.getFirst(), former);
    var secrets = new StoredSecrets(database, masters, clock);
    if (places.getFirst() instanceof MasterKeyFile file
        && !file.makeUnlessLost(secrets.masters(), former)) {
      LOG.error(
          "The master key {} is gone, and secrets are kept that nothing else opens: tasks that"
              + " ask for one fail until it is put back.",
          file.file());
    }
    var sources = SecretServices.open(config.sources(), secrets, clock, closing);
    return new SecretParts(database, masters, secrets, sources, clock);
  }

  private static MasterKeys keys(
      Place place, SecretsConfig config, Home home, Clock clock, Closing closing) {
    return switch (place) {
      case FILE -> file(config, home);
      case VARIABLE -> variable(config.masterKeyVariable().orElseThrow());
      case TRANSIT -> transit(config.masterKeyTransit(), clock, closing);
      case AWSKMS -> kms(config.masterKeyAwsKms(), closing);
    };
  }

  private static MasterKeyFile file(SecretsConfig config, Home home) {
    return new MasterKeyFile(
        config.masterKeyFile().orElseGet(() -> home.security().resolve("secret-master-key.json")));
  }

  private static MasterKeys variable(String name) {
    var text = System.getenv(name);
    if (text == null) {
      throw new ConfigurationException(
          "secrets.masterKeyVariable: expected a variable '%s' in the environment, found none"
              .formatted(name));
    }
    try {
      return new GivenMasterKeys(new Secret(text), "the variable " + name);
    } catch (IllegalArgumentException wrong) {
      throw new ConfigurationException(String.valueOf(wrong.getMessage()));
    }
  }

  private static MasterKeys transit(TransitConfig transit, Clock clock, Closing closing) {
    var kept =
        closing.add(
            new TransitMasterKeys(
                transit.vault().calls("secrets.masterKeyTransit.vault", clock),
                transit.mount(),
                transit.key().orElseThrow()));
    kept.start();
    return kept;
  }

  private static MasterKeys kms(KmsConfig kms, Closing closing) {
    var endpoint =
        kms.endpoint()
            .map(text -> SecretServices.address(text, "secrets.masterKeyAwsKms.endpoint"));
    return closing.add(new AwsKmsMasterKeys(kms.key().orElseThrow(), kms.region(), endpoint));
  }

  /** What the runtime asks for attempts. */
  AttemptSecrets forAttempts() {
    return new FlytekitSecrets(rules()::find);
  }

  /** Who gets which of them. */
  AttemptSecretRules rules() {
    var held = new HeldPermissions(database);
    return new AttemptSecretRules(
        sources, execution -> held.held(execution, Permission.SECRET_USE));
  }

  /** What administrators keep secrets with. */
  SecretPages pages(HttpCallers callers, Access access) {
    return new SecretPages(
        callers,
        access,
        secrets,
        new SecretGrants(database, clock),
        new MasterKeyRotation(database, masters));
  }
}
