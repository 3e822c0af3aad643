package dev.harrier.security.secret;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretSource;
import dev.harrier.spi.SecretValue;
import java.util.List;
import java.util.function.Predicate;

/**
 * Decides which secrets the tasks of an execution get: those of its own project and domain, if
 * whoever created the execution held {@link Permission#SECRET_USE} there.
 */
public final class AttemptSecretRules {
  private final List<SecretSource> sources;
  private final Predicate<ExecutionId> mayUse;

  /**
   * @param sources in the order in which they are asked; one that does not answer ends the search
   * @param mayUse whether an execution's principal held the permission when it was created
   */
  public AttemptSecretRules(List<SecretSource> sources, Predicate<ExecutionId> mayUse) {
    this.sources = List.copyOf(sources);
    this.mayUse = requireNonNull(mayUse, "mayUse");
  }

  /**
   * A secret for an execution's task.
   *
   * @throws dev.harrier.spi.RejectedException PERMISSION_DENIED before anything is looked up;
   *     NOT_FOUND with the secret's name
   * @throws dev.harrier.spi.StoreUnavailableException if a source did not answer
   */
  public SecretValue find(ExecutionId execution, SecretId id) {
    if (!mayUse.test(execution)) {
      throw Rejection.permissionDenied(
          "The task asks for the secret '%s', and the execution's principal lacked the permission %s on %s when it was created.",
          id, Permission.SECRET_USE, Scope.of(execution));
    }
    // The next one is asked only if this one says that there is none: whoever locks a source must
    // not choose another's value by that.
    for (var source : sources) {
      var found = source.find(id, execution.scope());
      if (found.isPresent()) {
        return found.get();
      }
    }
    throw Rejection.notFound(
        "The task asks for the secret '%s': there is none for %s. Whoever administers secrets there keeps one with 'harrier secret put %s %s --project %s'.",
        id, Scope.of(execution), id.group(), id.key(), execution.project());
  }
}
