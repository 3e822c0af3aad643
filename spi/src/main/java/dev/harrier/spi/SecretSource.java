package dev.harrier.spi;

import java.util.Optional;

/**
 * Where secrets of tasks come from. May be asked from several threads. Who may have a secret was
 * decided before; a source only knows which secrets belong to a place.
 */
public interface SecretSource {
  /**
   * The secret that tasks of a project and domain find under a name; of several the one that was
   * put closest to them. Twice the same question may have two answers, since secrets change.
   *
   * @return empty if there is none for that place, also if another place has one
   * @throws RejectedException if what is there can be no secret of a task, such as bytes that are
   *     no text
   * @throws StoreUnavailableException if the source did not answer, is locked or wants fewer calls:
   *     the message says which and why, for whoever operates the installation and nobody else, and
   *     asking again later can help
   */
  Optional<SecretValue> find(SecretId id, ProjectDomain place);
}
