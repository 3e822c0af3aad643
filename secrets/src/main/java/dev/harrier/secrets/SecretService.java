package dev.harrier.secrets;

import dev.harrier.spi.SecretId;
import java.util.Optional;

/**
 * A service outside that keeps secrets. May be asked from several threads. Making one touches
 * neither the network nor a file: a server whose service is down starts all the same.
 */
public interface SecretService extends AutoCloseable {
  /**
   * What the service keeps now under a name; nothing is remembered, so that a new value is seen by
   * whoever asks next.
   *
   * @param place where the secrets of the asking project and domain are, in the service's own
   *     spelling of places
   * @return empty if there is none
   * @throws dev.harrier.spi.RejectedException if the service can have no such name, or what it has
   *     is no text
   * @throws ServiceUnavailableException if it did not answer, or not with what was asked for
   */
  Optional<String> read(String place, SecretId id) throws ServiceUnavailableException;

  /** Begins what must go on while nobody asks, such as the renewal of a login. */
  default void start() {}

  @Override
  default void close() {}
}
