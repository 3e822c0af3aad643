package dev.harrier.journal;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.ShardLease;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * Which propeller calls, and which shards are its own. Leases are kept under an owner that begins
 * with the caller's own name, so that who may be one propeller cannot pose as another.
 */
public final class Propellers {
  /** Between the caller's name and what it calls its process; no name of a caller holds one. */
  private static final char SEPARATOR = '@';

  /** Neither a slash, which ends the host's name in an owner, nor what outside issuers put in. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9:._-]{1,200}");

  private static final int OWNER_LENGTH_MAX = 200;

  /** A shard that went to somebody else may be read for so long. */
  private static final Duration REMEMBERED = Duration.ofSeconds(1);

  private final Access access;
  private final Function<String, Set<Integer>> held;
  private final LongSupplier nanos;
  private final Map<String, Snapshot> snapshots = new ConcurrentHashMap<>();

  /**
   * @param held the shards of all owners that begin so, as rows have it
   * @param nanos a monotonic clock
   */
  public Propellers(Access access, Function<String, Set<Integer>> held, LongSupplier nanos) {
    this.access = requireNonNull(access, "access");
    this.held = requireNonNull(held, "held");
    this.nanos = requireNonNull(nanos, "nanos");
  }

  private record Snapshot(Set<Integer> shards, long atNanos) {}

  /**
   * The propeller that calls.
   *
   * @throws dev.harrier.spi.RejectedException PERMISSION_DENIED for everybody else
   */
  Calling calling() {
    var caller = Caller.current();
    access.require(caller, Permission.EVENT_WRITE, Scope.platform());
    var name = caller.principal();
    if (!NAME.matcher(name).matches()) {
      throw Rejection.permissionDenied(
          "%s cannot be a propeller: expected a client of this installation.", caller);
    }
    return new Calling(name);
  }

  /** A propeller that may call. */
  final class Calling {
    private final String prefix;

    private Calling(String name) {
      this.prefix = name + SEPARATOR;
    }

    /** The owner under which its leases are kept. */
    String owner(String told) {
      if (told.isEmpty() || told.length() > OWNER_LENGTH_MAX) {
        throw Rejection.invalid(
            "owner: expected 1 to %s letters, found %s", OWNER_LENGTH_MAX, told.length());
      }
      return prefix + told;
    }

    /** Returns if the lease was given to this propeller; whether it still holds is for the rows. */
    void requireOwn(ShardLease lease) {
      if (!lease.owner().startsWith(prefix)) {
        throw Rejection.permissionDenied(
            "The lease of shard %s is not of the propeller that calls.", lease.shard());
      }
    }

    /** Whether the shard is this propeller's. */
    boolean holds(int shard) {
      var known = snapshots.get(prefix);
      var now = nanos.getAsLong();
      if (known != null
          && now - known.atNanos() < REMEMBERED.toNanos()
          && known.shards().contains(shard)) {
        return true;
      }
      var read = new Snapshot(Set.copyOf(held.apply(prefix)), now);
      snapshots.put(prefix, read);
      return read.shards().contains(shard);
    }

    /** Returns if the shard is this propeller's. */
    void requireHeld(int shard) {
      if (!holds(shard)) {
        throw Rejection.aborted("Shard %s is not of the propeller that calls.", shard);
      }
    }
  }
}
