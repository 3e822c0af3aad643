package dev.harrier.testkit;

import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretSource;
import dev.harrier.spi.SecretValue;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Secrets of a test, gone with it. */
public final class SecretsInMemory implements SecretSource {
  private record Place(ProjectDomain scope, SecretId id) {}

  private final Map<Place, SecretValue> values = new ConcurrentHashMap<>();

  /** Keeps a secret for a project and domain. */
  public SecretsInMemory put(ProjectDomain scope, SecretId id, String text) {
    values.put(new Place(scope, id), new SecretValue(text));
    return this;
  }

  @Override
  public Optional<SecretValue> find(SecretId id, ProjectDomain place) {
    return Optional.ofNullable(values.get(new Place(place, id)));
  }
}
