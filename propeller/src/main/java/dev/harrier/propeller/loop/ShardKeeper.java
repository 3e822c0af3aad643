package dev.harrier.propeller.loop;

import dev.harrier.spi.Journal;
import dev.harrier.spi.ShardLease;
import dev.harrier.spi.StoreUnavailableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes shards that nobody holds, prolongs the leases, and tells the loops. There is no leader:
 * every process does so for itself.
 *
 * <p>{@link #tick} is called by one thread, about every third of the lease's length: two renewals
 * may be lost before another process takes over.
 */
public final class ShardKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(ShardKeeper.class);

  private final Journal journal;
  private final String owner;
  private final List<EngineLoop> loops;
  private final Duration length;
  private final LongSupplier nanos;
  private final Map<Integer, ShardLease> held = new HashMap<>();
  private final ConcurrentLinkedQueue<Integer> givenUp = new ConcurrentLinkedQueue<>();

  public ShardKeeper(
      Journal journal, String owner, List<EngineLoop> loops, Duration length, LongSupplier nanos) {
    this.journal = journal;
    this.owner = owner;
    this.loops = List.copyOf(loops);
    this.length = length;
    this.nanos = nanos;
  }

  /** Renews what is held and takes what is free. */
  public void tick() {
    try {
      giveBack();
      renew();
      acquire();
    } catch (StoreUnavailableException unavailable) {
      // A loop stops using a lease by its own clock; the next tick tries again.
      LOG.warn("shards: leases not renewed: {}", unavailable.getMessage());
    }
  }

  private void giveBack() {
    for (var shard = givenUp.poll(); shard != null; shard = givenUp.poll()) {
      var lease = held.remove(shard);
      if (lease != null) {
        journal.release(List.of(lease));
      }
    }
  }

  private void renew() {
    if (held.isEmpty()) {
      return;
    }
    var until = usableUntil();
    var renewed = journal.renew(held.values(), length);
    for (var lease : List.copyOf(held.values())) {
      if (renewed.contains(lease.shard())) {
        loop(lease.shard()).renewed(lease.shard(), lease.epoch(), until);
      } else {
        held.remove(lease.shard());
        loop(lease.shard()).lost(lease.shard());
      }
    }
  }

  private void acquire() {
    if (held.size() == journal.shardCount()) {
      return;
    }
    var until = usableUntil();
    for (var lease : journal.acquire(owner, journal.shardCount(), length)) {
      held.put(lease.shard(), lease);
      loop(lease.shard()).gained(lease, until);
    }
  }

  /**
   * A loop will not use the lease any more: at the next tick it is given back, and the shard is
   * taken anew under a new epoch. From any thread.
   */
  public void gaveUp(int shard) {
    givenUp.add(shard);
  }

  /** Gives every lease back, so that others need not wait for their end. */
  public void release() {
    try {
      journal.release(held.values());
    } catch (StoreUnavailableException unavailable) {
      LOG.warn("shards: leases not given back, they run out: {}", unavailable.getMessage());
    }
    held.clear();
  }

  private long usableUntil() {
    return nanos.getAsLong() + length.toNanos() / 3 * 2;
  }

  private EngineLoop loop(int shard) {
    return loops.get(shard % loops.size());
  }
}
