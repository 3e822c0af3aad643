package dev.harrier.testkit;

import dev.harrier.spi.ShardLease;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Who holds which shard, and until when. Guarded by its journal. */
final class LeasesInMemory {
  private final InstantSource clock;
  private final TreeMap<Integer, Shard> shards = new TreeMap<>();

  LeasesInMemory(int shardCount, InstantSource clock) {
    this.clock = clock;
    for (var shard = 0; shard < shardCount; shard++) {
      shards.put(shard, new Shard());
    }
  }

  private static final class Shard {
    @Nullable String owner;
    long epoch;
    Instant until = Instant.EPOCH;

    boolean of(ShardLease lease) {
      return lease.owner().equals(owner) && lease.epoch() == epoch;
    }
  }

  List<ShardLease> acquire(String owner, int limit, Duration length) {
    var now = clock.instant();
    var host = host(owner);
    var taken = new ArrayList<ShardLease>();
    for (var one : shards.entrySet()) {
      var shard = one.getValue();
      if (taken.size() >= limit) {
        break;
      }
      var held = shard.owner != null && now.isBefore(shard.until);
      var own = owner.equals(shard.owner);
      var earlierLife = shard.owner != null && !own && host(shard.owner).equals(host);
      if ((held && !earlierLife) || (held && own)) {
        continue;
      }
      shard.owner = owner;
      shard.epoch++;
      shard.until = now.plus(length);
      taken.add(new ShardLease(one.getKey(), owner, shard.epoch));
    }
    return taken;
  }

  private static String host(String owner) {
    return owner.substring(0, Math.max(0, owner.indexOf('/')));
  }

  Set<Integer> renew(Collection<ShardLease> leases, Duration length) {
    var renewed = new HashSet<Integer>();
    for (var lease : leases) {
      var shard = shard(lease);
      if (shard.of(lease)) {
        shard.until = clock.instant().plus(length);
        renewed.add(lease.shard());
      }
    }
    return renewed;
  }

  void release(Collection<ShardLease> leases) {
    for (var lease : leases) {
      var shard = shard(lease);
      if (shard.of(lease)) {
        shard.owner = null;
      }
    }
  }

  /** Whether the lease is still the one of its shard, over or not. */
  boolean held(ShardLease lease) {
    return shard(lease).of(lease);
  }

  /** The lease that would be taken for valid on that shard now. */
  ShardLease current(ShardLease lease) {
    var shard = shard(lease);
    var owner = shard.owner == null ? lease.owner() : shard.owner;
    return new ShardLease(lease.shard(), owner, shard.epoch);
  }

  private Shard shard(ShardLease lease) {
    var shard = shards.get(lease.shard());
    if (shard == null) {
      throw new IllegalArgumentException(
          "shard: expected 0 to %d, got %d".formatted(shards.size() - 1, lease.shard()));
    }
    return shard;
  }
}
