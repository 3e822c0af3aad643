package dev.harrier.runtime.process;

import static java.util.Objects.requireNonNull;

import dev.harrier.runtime.process.folder.Names;
import dev.harrier.runtime.process.python.PythonEnvironment;
import dev.harrier.spi.AttemptStart;
import java.io.IOException;

/** Hands attempts over to the parents that run them, also where the line to one breaks. */
final class HandOver {
  private final AttemptPlan plan;
  private final WorkerParents parents;
  private final AttemptFolders folders;
  private final TrackedAttempts tracked;
  private final AttemptEnds ends;

  HandOver(
      AttemptPlan plan,
      WorkerParents parents,
      AttemptFolders folders,
      TrackedAttempts tracked,
      AttemptEnds ends) {
    this.plan = requireNonNull(plan, "plan");
    this.parents = requireNonNull(parents, "parents");
    this.folders = requireNonNull(folders, "folders");
    this.tracked = requireNonNull(tracked, "tracked");
    this.ends = requireNonNull(ends, "ends");
  }

  /**
   * Returns when a parent has the attempt, whose request is on disk.
   *
   * @return false if it was started or forbidden before
   * @throws WorkerParent.RefusedException if the parent lives but could not start it
   * @throws IOException if no parent could be had
   */
  boolean begin(AttemptStart start, Resources resources, PythonEnvironment python)
      throws IOException {
    var name = Names.of(start.id());
    var limits = plan.limits(start, resources);
    var scope = start.id().node().execution().scope();
    var parent = parents.get(scope, python, plan.data(start));
    try {
      return parent.start(name, limits);
    } catch (WorkerParent.RefusedException refused) {
      // This attempt alone: the parent lives, and all else that it runs.
      throw refused;
    } catch (IOException broken) {
      if (tracked.closed()) {
        // We broke the line ourselves; the next server finds what became of it.
        return true;
      }
      if (!parent.open() && parents.reconnected(parent)) {
        return handedOver(name) || parents.get(scope, python, plan.data(start)).start(name, limits);
      }
      // Most likely it died before we noticed. Once it is gone for sure the record tells whether it
      // had begun; if not, another one may.
      parents.forget(parent);
      parent.close();
      parents.end(parent.identity());
      return !folders.decided(name)
          && parents.get(scope, python, plan.data(start)).start(name, limits);
    }
  }

  /** Whether a parent took the attempt before its line broke; if it has ended, that is told. */
  private boolean handedOver(String name) throws IOException {
    if (!folders.decided(name) || folders.forbidden(name).isPresent()) {
      return false;
    }
    var exit = folders.exit(name);
    if (exit.isPresent()) {
      ends.ended(name, exit.get());
    }
    return true;
  }
}
