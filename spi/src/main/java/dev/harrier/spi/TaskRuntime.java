package dev.harrier.spi;

import flyteidl.core.Tasks.TaskTemplate;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs attempts of tasks somewhere.
 *
 * <p>No method waits for a task; all return soon and may be called from several threads and more
 * than once with the same attempt. A failure to do what was asked is told as an {@link
 * Observation}, or thrown as {@link StoreUnavailableException} if asking again can help.
 */
public interface TaskRuntime extends AutoCloseable {

  /**
   * Names the one receiver of what is seen. Called once, before anything else; the receiver returns
   * at once.
   */
  void observe(Consumer<Observation> receiver);

  /** Why this runtime cannot run such a task, in a sentence for its author; empty if it can. */
  Optional<String> refusal(TaskTemplate task);

  /**
   * Starts an attempt, or finds the one that was started: an attempt runs at most once, and finding
   * it observes again where it stands (started, or its end). After {@link #abort} of the same
   * attempt nothing is started. It may wait for a slot first.
   */
  void start(AttemptStart start);

  /**
   * Ends an attempt for good, whether it runs, waits or was never started: its process and all that
   * it started are gone soon after. An attempt that was running is not observed any more.
   *
   * @param epoch as in {@link AttemptStart#epoch}
   */
  void abort(AttemptId attempt, long epoch, String reason);

  /**
   * The attempt's end is recorded (or it was aborted): the runtime may forget it, but keeps its
   * log. Unknown attempts are fine.
   */
  void acknowledge(AttemptId attempt);

  /**
   * Asks after attempts that somebody else may have started, before a crash or on another host.
   * Each is answered by an observation: started if it runs, its end if it ended, lost if it was
   * never started or is gone.
   */
  void reconcile(Collection<AttemptId> attempts);

  /** Stops observing. Attempts that run go on, if the runtime can let them. */
  @Override
  void close();
}
