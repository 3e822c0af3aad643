package dev.harrier.security.secret;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretSource;
import dev.harrier.spi.SecretValue;
import dev.harrier.spi.StoreUnavailableException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which secrets the tasks of an execution get: those of its own project and domain, if
 * whoever created the execution held {@link Permission#SECRET_USE} there. Decides, too, what is
 * heard where none can be had: whoever may see the execution reads it, so it names the secret and
 * its source, and why is told to the log alone. That may name hosts, files, accounts and keys.
 */
public final class AttemptSecretRules {
  private static final Logger LOG = LoggerFactory.getLogger(AttemptSecretRules.class);

  private final List<Source> sources;
  private final Predicate<ExecutionId> mayUse;

  /**
   * Where secrets come from.
   *
   * @param failure the part of a sentence that says to whoever may see an execution what fails if
   *     it gives none; not why
   */
  public record Source(String failure, SecretSource secrets) {
    public Source {
      requireNonNull(failure, "failure");
      requireNonNull(secrets, "secrets");
    }

    /** Harrier's own store. */
    public static Source stored(SecretSource secrets) {
      return new Source(
          "this installation cannot use the master key of its secrets, or their database", secrets);
    }

    /**
     * A service outside.
     *
     * @param name the operator's for it
     */
    public static Source outside(String name, SecretSource secrets) {
      return new Source("its source '%s' does not give it".formatted(name), secrets);
    }
  }

  /**
   * @param sources in the order in which they are asked; one that does not answer ends the search
   * @param mayUse whether an execution's principal held the permission when it was created
   */
  public AttemptSecretRules(List<Source> sources, Predicate<ExecutionId> mayUse) {
    this.sources = List.copyOf(sources);
    this.mayUse = requireNonNull(mayUse, "mayUse");
  }

  /**
   * A secret for an execution's task.
   *
   * @throws dev.harrier.spi.RejectedException PERMISSION_DENIED before anything is looked up;
   *     NOT_FOUND with the secret's name
   * @throws SecretUnavailableException if a source did not answer; without its cause
   */
  public SecretValue find(ExecutionId execution, SecretId id) {
    if (!mayUse(execution, id)) {
      throw Rejection.permissionDenied(
          "The task asks for the secret '%s', and the execution's principal lacked the permission %s on %s when it was created.",
          id, Permission.SECRET_USE, Scope.of(execution));
    }
    // The next one is asked only if this one says that there is none: whoever locks a source must
    // not choose another's value by that.
    for (var source : sources) {
      var found = asked(source, execution, id);
      if (found.isPresent()) {
        return found.get();
      }
    }
    throw Rejection.notFound(
        "The task asks for the secret '%s': there is none for %s. Whoever administers secrets there keeps one with 'harrier secret put %s %s --project %s'.",
        id, Scope.of(execution), id.group(), id.key(), execution.project());
  }

  private boolean mayUse(ExecutionId execution, SecretId id) {
    return guarded(
        "this installation's database does not answer",
        execution,
        id,
        () -> mayUse.test(execution));
  }

  private static Optional<SecretValue> asked(Source source, ExecutionId execution, SecretId id) {
    return guarded(
        source.failure(), execution, id, () -> source.secrets().find(id, execution.scope()));
  }

  /** What somebody answers; if they fail, why is told to the log alone. */
  private static <T> T guarded(
      String failure, ExecutionId execution, SecretId id, Supplier<T> ask) {
    try {
      return ask.get();
    } catch (StoreUnavailableException why) {
      LOG.warn("The secret '{}' for {} cannot be had now: {}", id, execution, why.getMessage());
      throw unavailable(failure, id);
    } catch (RejectedException refused) {
      throw refused;
    } catch (RuntimeException wrong) {
      // A row that somebody changed, say: louder, and no more of it to the task.
      LOG.error("The secret '{}' for {} cannot be read.", id, execution, wrong);
      throw unavailable(failure, id);
    }
  }

  private static SecretUnavailableException unavailable(String failure, SecretId id) {
    return new SecretUnavailableException(
        "The secret '%s' cannot be had now: %s. Whoever operates this installation finds why in the server's log."
            .formatted(id, failure));
  }
}
