package dev.harrier.testkit;

import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretSource;

final class SecretsInMemoryTest extends SecretSourceContract {
  private final SecretsInMemory secrets = new SecretsInMemory();

  @Override
  protected SecretSource open() {
    return secrets;
  }

  @Override
  protected void put(ProjectDomain place, SecretId id, String text) {
    secrets.put(place, id, text);
  }
}
