package dev.harrier.spi;

import flyteidl.core.Compiler.CompiledWorkflowClosure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Where the engine reads what is asked of it and writes what it decided; admin and the engine meet
 * here and nowhere else.
 *
 * <p>Every method may throw {@link StoreUnavailableException}: then nothing is known of the
 * outcome. All may be called from several threads.
 */
public interface Journal {
  /** How many unreleased attempts are asked for at once where all are wanted. */
  int HELD_PAGE = 1_000;

  /** Number of shards: fixed when the store was made, at least 1. */
  int shardCount();

  /**
   * Leases shards that nobody holds, whose lease has run out by the store's clock, or that an
   * earlier life of the same host held.
   *
   * @param owner unique for this life of this process; begins with the host's lasting name and a
   *     slash: a lease of the same host's earlier life is free at once, since two lives of one host
   *     cannot be at the same time
   * @param limit how many at most
   * @param length from now by the store's clock
   * @return those taken, at most {@code limit}, possibly none; the epoch of each was raised
   */
  List<ShardLease> acquire(String owner, int limit, Duration length);

  /**
   * Prolongs leases.
   *
   * @return the shards still held by the owner under the same epoch, now for {@code length} from
   *     the store's now; a shard that is missing is lost
   */
  Set<Integer> renew(Collection<ShardLease> leases, Duration length);

  /**
   * Gives leases up, so that others need not wait for their end. A lease that was lost meanwhile is
   * left alone.
   */
  void release(Collection<ShardLease> leases);

  /**
   * Reads executions, each as one consistent state; one that does not exist is missing from the
   * answer.
   */
  List<ExecutionRecord> load(Collection<ExecutionId> executions);

  /**
   * The compiled graph of that digest.
   *
   * @throws IllegalStateException if there is none
   */
  CompiledWorkflowClosure closure(String digest);

  /**
   * Commands that wait on those shards, oldest row first, at most {@code limit}. Also returns what
   * {@link #subscribe} handed over but no batch consumed yet.
   */
  List<PendingCommand> commands(Collection<Integer> shards, int limit);

  /**
   * Timers on those shards due at or before {@code until}, the earliest first, at most {@code
   * limit}.
   */
  List<DueTimer> timers(Collection<Integer> shards, Instant until, int limit);

  /**
   * Some of the unreleased attempts of one shard, in the order of {@link HeldPage.After}.
   *
   * @param after where the page before ended; empty for the first page
   * @param limit at least 1; a store may give fewer and still have more
   */
  HeldPage held(int shard, Optional<HeldPage.After> after, int limit);

  /** The unreleased attempts of one shard, all of them, read page by page. */
  default List<HeldAttempt> held(int shard) {
    var all = new ArrayList<HeldAttempt>();
    var after = Optional.<HeldPage.After>empty();
    do {
      var page = held(shard, after, HELD_PAGE);
      all.addAll(page.attempts());
      after = page.next();
    } while (after.isPresent());
    return all;
  }

  /**
   * Commits a batch in one transaction. A part whose lease is not the shard's any more is left out
   * whole; the others are written.
   *
   * @return the shards whose part was left out: they are lost to the caller
   * @throws PoisonedBatchException if the store refuses what the batch holds; nothing was written
   * @throws StoreUnavailableException if the outcome is unknown: ask {@link #outcome}
   */
  Set<Integer> commit(Batch batch);

  /**
   * Settles what became of a batch whose answer was lost, once and for all.
   *
   * @param batch the id of one that {@link #commit} was called with in the last ten minutes
   * @return the shards whose part was written; empty if the batch was not committed, and from now
   *     on never will be, even if it is still on its way
   */
  Optional<Set<Integer>> outcome(UUID batch);

  /**
   * Calls the sink with each command of any shard soon after the commit that made it, as far as
   * this process hears of it; others are found by {@link #commands}. The sink must return at once.
   *
   * @return closes the subscription
   */
  Subscription subscribe(Consumer<PendingCommand> sink);

  /** Ends what it was returned for; closing twice is the same as once. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
