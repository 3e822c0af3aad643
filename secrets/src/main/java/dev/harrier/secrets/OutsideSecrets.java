package dev.harrier.secrets;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretSource;
import dev.harrier.spi.SecretValue;
import dev.harrier.spi.StoreUnavailableException;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service outside as a source of secrets: asked by the places that may, under their own place in
 * it, with messages that name the source and nothing that came from it.
 */
public final class OutsideSecrets implements SecretSource, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OutsideSecrets.class);

  private final String name;
  private final Places places;
  private final SecretService service;

  /**
   * @param name the operator's, for messages
   */
  public OutsideSecrets(String name, Places places, SecretService service) {
    this.name = requireNonNull(name, "name");
    this.places = requireNonNull(places, "places");
    this.service = requireNonNull(service, "service");
  }

  /** Begins what the service must do while nobody asks. */
  public void start() {
    service.start();
  }

  @Override
  public Optional<SecretValue> find(SecretId id, ProjectDomain place) {
    if (!places.serve(place)) {
      return Optional.empty();
    }
    try {
      return service.read(places.of(place), id).map(SecretValue::new);
    } catch (ServiceUnavailableException unavailable) {
      throw unavailable(id, String.valueOf(unavailable.getMessage()));
    } catch (RejectedException unusable) {
      throw Rejection.invalid(
          "The secret '%s' in the source '%s': %s", id, name, unusable.rejection().message());
    } catch (RuntimeException wrong) {
      // Neither as the cause nor with its message: a library's may quote what it was given.
      LOG.error(
          "The source of secrets '{}' failed with {} at {}",
          name,
          wrong.getClass().getName(),
          Arrays.stream(wrong.getStackTrace()).limit(FRAMES_MAX).toList());
      throw unavailable(id, "failed in a way that is not foreseen; the server's log says where");
    }
  }

  private static final int FRAMES_MAX = 5;

  private StoreUnavailableException unavailable(SecretId id, String why) {
    return new StoreUnavailableException(
        "The secret '%s' cannot be had now: its source '%s' %s.".formatted(id, name, why));
  }

  @Override
  public void close() {
    service.close();
  }
}
