package dev.harrier.runtime.process;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends attempts that may run on in a parent although what was kept of them here is lost. Others run
 * in that parent, too; so it is asked to end this one alone, and ended with all of them only if it
 * does not.
 */
final class OrphanedAttempts {
  private static final Logger LOG = LoggerFactory.getLogger(OrphanedAttempts.class);

  /** Longer than a parent that listens takes to kill a worker. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration PAUSE = Duration.ofMillis(20);

  private final WorkerParents parents;
  private final AttemptFolders folders;

  OrphanedAttempts(WorkerParents parents, AttemptFolders folders) {
    this.parents = requireNonNull(parents, "parents");
    this.folders = requireNonNull(folders, "folders");
  }

  /**
   * Returns when the attempt is over, with its record or without.
   *
   * @param starter the parent that has it
   */
  void end(String name, ParentIdentity starter) throws IOException {
    try {
      parents.abort(name, Optional.of(starter), "what the server kept of it is lost");
      if (overSoon(name, starter)) {
        return;
      }
    } catch (IOException unheard) {
      LOG.debug("Abort of {}: {}", name, unheard.getMessage());
    }
    // It lives but does not do what we say, and must not go on with what we declare lost.
    parents.end(starter);
  }

  private boolean overSoon(String name, ParentIdentity starter) throws IOException {
    for (var waited = Duration.ZERO; waited.compareTo(PATIENCE) < 0; waited = waited.plus(PAUSE)) {
      if (folders.exit(name).isPresent() || !starter.alive()) {
        return true;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    return false;
  }
}
