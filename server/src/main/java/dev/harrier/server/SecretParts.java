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
import dev.harrier.server.home.Home;
import dev.harrier.server.page.HttpCallers;
import dev.harrier.server.page.SecretPages;
import dev.harrier.spi.SecretSource;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes what keeps the secrets of tasks and hands them out. */
record SecretParts(
    Database database,
    MasterKeys masters,
    StoredSecrets secrets,
    List<SecretSource> sources,
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
    var local = local(config, home);
    var outside = outside(config, clock, closing);
    if (outside.isEmpty()) {
      var secrets = new StoredSecrets(database, local, clock);
      makeIfFirst(local, secrets);
      return of(config, database, local, secrets, clock, closing);
    }
    var moved = new MovedMasterKeys(outside.get(), local);
    return of(config, database, moved, new StoredSecrets(database, moved, clock), clock, closing);
  }

  private static Optional<MasterKeys> outside(SecretsConfig config, Clock clock, Closing closing) {
    var transit = config.masterKeyTransit();
    if (transit.key().isPresent()) {
      var kept =
          closing.add(
              new TransitMasterKeys(
                  transit.vault().calls("secrets.masterKeyTransit.vault", clock),
                  transit.mount(),
                  transit.key().get()));
      kept.start();
      return Optional.of(kept);
    }
    var kms = config.masterKeyAwsKms();
    var endpoint =
        kms.endpoint()
            .map(text -> SecretServices.address(text, "secrets.masterKeyAwsKms.endpoint"));
    return kms.key().map(key -> closing.add(new AwsKmsMasterKeys(key, kms.region(), endpoint)));
  }

  private static void makeIfFirst(MasterKeys masters, StoredSecrets secrets) throws IOException {
    if (masters instanceof MasterKeyFile file && !Files.exists(file.file())) {
      if (secrets.any()) {
        LOG.error(
            "The master key {} is gone, and secrets are kept that nothing else opens: tasks that"
                + " ask for one fail until it is put back.",
            file.file());
      } else {
        file.make();
      }
    }
  }

  private static SecretParts of(
      SecretsConfig config,
      Database database,
      MasterKeys masters,
      StoredSecrets secrets,
      Clock clock,
      Closing closing) {
    var sources = SecretServices.open(config.sources(), secrets, clock, closing);
    return new SecretParts(database, masters, secrets, sources, clock);
  }

  private static MasterKeys local(SecretsConfig config, Home home) {
    if (config.masterKeyVariable().isEmpty()) {
      return new MasterKeyFile(
          config
              .masterKeyFile()
              .orElseGet(() -> home.security().resolve("secret-master-key.json")));
    }
    var name = config.masterKeyVariable().get();
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
