package dev.harrier.server;

import dev.harrier.admin.execution.HeldPermissions;
import dev.harrier.database.Database;
import dev.harrier.runtime.process.AttemptSecrets;
import dev.harrier.runtime.process.FlytekitSecrets;
import dev.harrier.security.Access;
import dev.harrier.security.Permission;
import dev.harrier.security.Secret;
import dev.harrier.security.secret.AttemptSecretRules;
import dev.harrier.security.secret.GivenMasterKeys;
import dev.harrier.security.secret.MasterKeyFile;
import dev.harrier.security.secret.MasterKeyRotation;
import dev.harrier.security.secret.MasterKeys;
import dev.harrier.security.secret.SecretGrants;
import dev.harrier.security.secret.StoredSecrets;
import dev.harrier.server.config.ConfigurationException;
import dev.harrier.server.config.SecretsConfig;
import dev.harrier.server.home.Home;
import dev.harrier.server.page.HttpCallers;
import dev.harrier.server.page.SecretPages;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes what keeps the secrets of tasks and hands them out. */
record SecretParts(Database database, MasterKeys masters, StoredSecrets secrets, Clock clock) {
  private static final Logger LOG = LoggerFactory.getLogger(SecretParts.class);

  /**
   * Opens the store; the first start makes its master key.
   *
   * @throws IOException if the key cannot be made
   */
  static SecretParts open(SecretsConfig config, Home home, Database database, Clock clock)
      throws IOException {
    var masters = masters(config, home);
    var secrets = new StoredSecrets(database, masters, clock);
    if (masters instanceof MasterKeyFile file && !Files.exists(file.file())) {
      if (secrets.any()) {
        LOG.error(
            "The master key {} is gone, and secrets are kept that nothing else opens: tasks that ask for one fail until it is put back.",
            file.file());
      } else {
        file.make();
      }
    }
    return new SecretParts(database, masters, secrets, clock);
  }

  private static MasterKeys masters(SecretsConfig config, Home home) {
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
        List.of(secrets), execution -> held.held(execution, Permission.SECRET_USE));
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
