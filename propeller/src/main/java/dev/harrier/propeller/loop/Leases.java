package dev.harrier.propeller.loop;

import dev.harrier.spi.ShardLease;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The leases of one loop, with the moment up to which each may be used by this process's own clock.
 * For one thread.
 *
 * <p>The store's clock decides who may take a lease; the holder stops at two thirds of its length
 * by a monotonic clock, so that a clock that jumps lets nobody write twice. (The fence of each
 * commit would refuse it in any case; stopping early saves the work.)
 */
final class Leases {
  private final Map<Integer, Held> held = new HashMap<>();

  void gained(ShardLease lease, long usableUntilNanos) {
    held.put(lease.shard(), new Held(lease, usableUntilNanos));
  }

  /**
   * Notes that a lease was prolonged.
   *
   * @return whether it had lapsed by this process's clock before: then inputs may have been dropped
   *     meanwhile
   */
  boolean renewed(int shard, long epoch, long usableUntilNanos, long nowNanos) {
    var lease = held.get(shard);
    if (lease == null || lease.lease.epoch() != epoch) {
      return false;
    }
    held.put(shard, new Held(lease.lease, usableUntilNanos));
    return lease.usableUntilNanos - nowNanos <= 0;
  }

  void lost(int shard) {
    held.remove(shard);
  }

  Optional<ShardLease> usable(int shard, long nowNanos) {
    var lease = held.get(shard);
    return lease == null || lease.usableUntilNanos - nowNanos <= 0
        ? Optional.empty()
        : Optional.of(lease.lease);
  }

  /** The lease of a shard, usable or not: the fence of a commit is the last word. */
  Optional<ShardLease> held(int shard) {
    return Optional.ofNullable(held.get(shard)).map(Held::lease);
  }

  /** Every lease, usable or not. */
  List<ShardLease> all() {
    return held.values().stream().map(Held::lease).toList();
  }

  private record Held(ShardLease lease, long usableUntilNanos) {}
}
